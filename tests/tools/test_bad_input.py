"""Bad input: one clear message, exit code 2, nothing half-written."""
import json
import shutil

import pytest

from tests.helpers.run_tool import CONFIG, QUICK, run_tool

pytestmark = pytest.mark.slow


def edit(path, change):
    data = json.loads(path.read_text())
    change(data)
    path.write_text(json.dumps(data))


def no_folder(root):
    shutil.rmtree(root)


def empty_folder(root):
    shutil.rmtree(root)
    root.mkdir()


def not_json(root):
    (root / 'annotations' / 'train.json').write_text('{"images": [')


def key_missing(root):
    edit(root / 'annotations' / 'val.json',
         lambda data: data['annotations'][0].pop('bbox'))


def image_missing(root):
    name = json.loads((root / 'annotations' /
                       'val.json').read_text())['images'][2]['file_name']
    (root / 'images' / name).unlink()


def image_cut_off(root):
    name = json.loads((root / 'annotations' /
                       'val.json').read_text())['images'][2]['file_name']
    path = root / 'images' / name
    path.write_bytes(path.read_bytes()[:100])


def unknown_class(root):

    def change(data):
        data['categories'][20]['name'] = 'sunn'

    edit(root / 'annotations' / 'val.json', change)


def no_area(root):

    def change(data):
        data['annotations'][0]['bbox'][2] = 0

    edit(root / 'annotations' / 'train.json', change)


def outside(root):

    def change(data):
        data['annotations'][0]['bbox'][0] = 5000

    edit(root / 'annotations' / 'train.json', change)


@pytest.mark.parametrize('damage, words', [
    (no_folder, ['no such folder', 'make_sample_dataset.py']),
    (empty_folder, ['data: the folder is empty']),
    (not_json, ['train.json: not JSON']),
    (key_missing, ['val.json: annotations[0]', 'no "bbox"']),
    (image_missing, ['val.json: image 3', '[image-missing]']),
    (image_cut_off, ['val.json: image 3', '[image-truncated]']),
    (unknown_class, ['val.json: ', '"sunn"', '"sun"']),
    (no_area, ['train.json: annotation 1', '[box-empty]']),
    (outside, ['train.json: annotation 1', '[box-outside]']),
])
def test_bad_data(damage, words, drawings, tmp_path):
    root = tmp_path / 'data'
    shutil.copytree(drawings, root)
    damage(root)

    done = run_tool('train', CONFIG, '--data', root, '--work-dir',
                    tmp_path / 'run')

    assert done.returncode == 2
    assert done.stderr.startswith('error: ')
    assert done.stderr.count('\n') == 1
    for word in words:
        assert word in done.stderr
    assert not (tmp_path / 'run').exists()


def test_a_leak_stops_training_unless_it_is_wanted(drawings, tmp_path):
    root = tmp_path / 'data'
    shutil.copytree(drawings, root)
    names = [
        json.loads((root / 'annotations' /
                    f'{split}.json').read_text())['images'][0]['file_name']
        for split in ('train', 'val')
    ]
    shutil.copyfile(root / 'images' / names[0], root / 'images' / names[1])
    edit(
        root / 'annotations' / 'val.json',
        lambda data: data['images'][0].update(
            (key, json.loads((root / 'annotations' / 'train.json').read_text())
             ['images'][0][key]) for key in ('width', 'height')))
    edit(
        root / 'annotations' / 'val.json', lambda data: data.update(
            annotations=[a for a in data['annotations']
                         if a['image_id'] != 1]))
    words = ('train', CONFIG, '--data', root, '--work-dir', tmp_path / 'run',
             *QUICK, 'train_cfg.max_epochs=1')

    done = run_tool(*words)
    assert done.returncode == 2
    assert '[copy-across-splits]' in done.stderr

    done = run_tool(*words[:2], '--no-check', *words[2:])
    assert done.returncode == 0, done.stderr
    assert 'the data was not checked' in done.stdout


@pytest.mark.parametrize('tool, words, message', [
    ('train', ['configs/none.py'], 'configs/none.py: no such config'),
    ('train', [CONFIG, '--cfg-options', 'train_cfg.max_epoch=1'
               ], 'did you mean train_cfg.max_epochs?'),
    ('test', [CONFIG, 'none.pth'], 'none.pth: no such checkpoint'),
    ('test', [CONFIG, 'README.md'], 'README.md: not a checkpoint'),
    ('infer', ['none.pth', 'README.md'], 'README.md: neither an image'),
    ('infer', ['none.pth', 'none.jpg'], 'none.jpg: no image or video there'),
])
def test_bad_words(tool, words, message):
    done = run_tool(tool, *words)

    assert done.returncode == 2
    assert message in done.stderr
    assert 'Traceback' not in done.stderr


def test_a_launcher_that_started_nothing(drawings):
    done = run_tool('train', CONFIG, '--data', drawings, '--launcher',
                    'pytorch')

    assert done.returncode == 2
    assert done.stderr.startswith('error: --launcher pytorch: ')
    assert 'torchrun' in done.stderr
    assert done.stderr.count('\n') == 1


def test_pretrained_weights_that_are_not_there(drawings, tmp_path):
    # An address where nobody answers, as on a machine without a network.
    done = run_tool(
        'train', 'configs/faster_rcnn/faster-rcnn_r50_fpn_1x_drawings22.py',
        '--data', drawings, '--work-dir', tmp_path / 'run', '--cfg-options',
        'model.backbone.init_cfg.checkpoint=http://127.0.0.1:9/r50-0.pth')

    assert done.returncode == 2
    assert 'cannot be fetched' in done.stderr
    assert 'scratch-256px' in done.stderr
