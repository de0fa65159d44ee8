"""A folder for the Hugging Face Hub: it is read back, and says what it is."""
import json

import pytest
import torch
import yaml

from custom.apis import load_predictor
from custom.checkpoint.loading import load_whole
from custom.export.to_huggingface import export_huggingface
from custom.sample_data.probe import probe_images
from custom.utils.errors import InputError

pytestmark = pytest.mark.slow


def test_all_of_it(r18, images, tmp_path):
    stored = load_whole(r18[0])
    stored['meta']['results'] = dict(
        drawings=dict(
            split='val',
            scores={
                'coco/bbox_mAP': .5,
                'coco/bbox_mAP_50': .75
            },
            per_class=[
                dict({'class': 'cat'}, AP=.25, AP50=.5),
                dict({'class': 'dog'}, AP=None, AP50=None)
            ]))
    checkpoint, out = str(tmp_path / 'mine.pth'), tmp_path / 'mine'
    torch.save(stored, checkpoint)

    said = export_huggingface(checkpoint, str(out), probe_images())

    assert said.startswith('model.onnx is as torch on drawn pictures: ')
    expected = load_predictor(checkpoint, precision='fp32').batch(images)
    assert sum(map(len, expected)) > 0
    read = load_whole(str(out / 'model.safetensors'))
    for name, weight in stored['state_dict'].items():
        assert torch.equal(read['state_dict'][name], weight)
    again = load_predictor(out / 'model.safetensors', precision='fp32')
    assert again.batch(images) == expected
    assert again.thresholds == dict(cat=.25)
    exported = load_predictor(out / 'model.onnx', precision='fp32')
    assert [found.label for found in exported(images[0])
            ] == [found.label for found in expected[0]]

    config = json.loads((out / 'config.json').read_text())
    assert config['id2label'] == {'0': 'cat', '1': 'dog', '2': 'sun'}
    assert config['architectures'] == ['FasterRCNN']
    _, head, card = (out / 'README.md').read_text().split('---\n', 2)
    assert yaml.safe_load(head)['pipeline_tag'] == 'object-detection'
    assert card.startswith('\n# mine\n')
    assert ('On drawings, val split:\n\n| | AP | AP50 |\n|---|---|---|\n'
            '| **all** | 50.0 | 75.0 |\n| cat | 25.0 | 50.0 |\n'
            '| dog |  |  |') in card
    assert '`model.onnx`' in card


def test_a_detector_without_onnx_and_a_folder_of_others(r18, tmp_path):
    stored = load_whole(r18[0])
    stored['meta']['cfg'] = stored['meta']['cfg'].replace(
        "'type': 'nms'", "'type': 'soft_nms'")
    checkpoint, out = str(tmp_path / 'a.pth'), tmp_path / 'a'
    torch.save(stored, checkpoint)

    said = export_huggingface(checkpoint, str(out), probe_images())

    assert said.startswith('no model.onnx: ') and 'soft' in said
    assert not (out / 'model.onnx').exists()
    card = (out / 'README.md').read_text()
    assert 'model.onnx' not in card and 'Not measured.' in card

    (out / 'mine.txt').write_text('kept')
    with pytest.raises(InputError, match='holds mine.txt'):
        export_huggingface(checkpoint, str(out), probe_images())
    assert (out / 'mine.txt').read_text() == 'kept'
