import json
from pathlib import Path

import pytest
import torch
from mmengine.logging import HistoryBuffer

from custom.apis import Predictor
from custom.checkpoint.loading import load, load_whole
from custom.checkpoint.publish import publish
from custom.utils.errors import InputError
from tests.helpers.drawn_sun import draw_sun
from tests.helpers.exported_detector import write_checkpoint

R18 = 'faster_rcnn/faster-rcnn_r18_fpn_bn_scratch-256px_1xb4-14e_drawings22'


@pytest.fixture
def path(tmp_path):
    """A checkpoint of two classes, as a training leaves it."""
    torch.save(
        dict(
            state_dict={
                'conv.weight': torch.tensor([[1 / 3, 65504.]]),
                'bn.running_var': torch.tensor([1e-6]),
                'bn.num_batches_tracked': torch.tensor(7),
            },
            optimizer=dict(state={}),
            ema_state_dict=dict(a=torch.ones(2)),
            message_hub=HistoryBuffer([1.0], [1]),
            meta=dict(
                cfg="lr = 0.1\nwork_dir = '/home/me/run'\n"
                "load_from = '/home/me/a.pth'\nresume = True\n"
                "pipeline = [dict(type='Resize', scale=(2, 3))]\n",
                config='import os',
                epoch=2,
                iter=50,
                run='run-1',
                fingerprint=dict(config='0f'),
                time='20261129',
                dataset_meta=dict(
                    classes=('cat', 'dog'), thresholds=dict(cat=.25)))),
        tmp_path / 'a.pth')
    return str(tmp_path / 'a.pth')


@pytest.fixture
def results(tmp_path):
    """What tools/test.py wrote of it."""
    path = tmp_path / 'test_results.json'
    path.write_text(
        json.dumps(
            dict(
                checkpoint='/home/me/run/a.pth',
                run='run-1',
                fingerprint=dict(config='0f'),
                epoch=2,
                iter=50,
                split='test',
                tta=True,
                scores={'coco/bbox_mAP': .5},
                per_class=[dict({'class': 'cat'}, AP=.5)])))
    return path


def change(path, edit):
    stored = torch.load(path, weights_only=False)
    edit(stored)
    torch.save(stored, path)


def test_what_is_in_it(path, results, tmp_path):
    out = str(tmp_path / 'shared/b.pth')
    publish(path, out, dict(drawings=str(results)))
    published = load_whole(out)

    assert [*published] == ['state_dict', 'meta']
    cfg = published['meta'].pop('cfg')
    assert cfg == ('lr = 0.1\npipeline = [\n    dict(scale=(\n        2,\n'
                   "        3,\n    ), type='Resize'),\n]\n")
    assert published['meta'] == dict(
        epoch=2,
        iter=50,
        run='run-1',
        fingerprint=dict(config='0f'),
        dataset_meta=dict(classes=('cat', 'dog'), thresholds=dict(cat=.25)),
        results=dict(
            drawings=dict(
                split='test',
                tta=True,
                scores={'coco/bbox_mAP': .5},
                per_class=[dict({'class': 'cat'}, AP=.5)])))
    for name, weight in load_whole(path)['state_dict'].items():
        assert torch.equal(published['state_dict'][name], weight)


def test_half_precision_is_for_matrices(path, tmp_path):
    out = str(tmp_path / 'b.pth')
    publish(path, out, {}, half=True)
    weights, loaded = load_whole(out)['state_dict'], load(out)['state_dict']

    assert [w.dtype for w in weights.values()
            ] == [torch.half, torch.float32, torch.int64]
    assert [w.dtype for w in loaded.values()
            ] == [torch.float32, torch.float32, torch.int64]
    # 11 binary digits of 1/3, and the largest number that there is.
    assert loaded['conv.weight'].tolist() == [[1365 / 4096, 65504]]
    assert loaded['bn.running_var'].item() == pytest.approx(1e-6, rel=1e-7)


def test_half_precision_that_would_spoil_a_weight(path, tmp_path):
    change(path, lambda stored: stored['state_dict']['conv.weight'].fill_(7e4))
    with pytest.raises(InputError, match='conv.weight has values above 65504'):
        publish(path, str(tmp_path / 'b.pth'), {}, half=True)
    assert not (tmp_path / 'b.pth').exists()


@pytest.mark.parametrize('half', [False, True])
@pytest.mark.parametrize('name', ['conv.weight', 'bn.running_var'])
@pytest.mark.parametrize('value', [float('nan'), float('-inf')])
def test_weights_that_are_not_finite(path, tmp_path, name, value, half):
    change(path, lambda stored: stored['state_dict'][name].fill_(value))
    with pytest.raises(
            InputError, match=rf'a\.pth: NaN or inf in state_dict\.{name}'):
        publish(path, str(tmp_path / 'b.pth'), {}, half)
    assert not (tmp_path / 'b.pth').exists()


def test_averages_that_are_left_out_need_not_be_finite(path, tmp_path):
    change(path, lambda stored: stored['ema_state_dict']['a'].fill_(torch.inf))
    publish(path, str(tmp_path / 'b.pth'), {})
    assert 'ema_state_dict' not in load_whole(str(tmp_path / 'b.pth'))


def test_half_precision_finds_the_same(tmp_path):
    """Every box that scores 0.3 or more, to 2 pixels and 0.02 of the score,
    by weights that nobody trained, whose scores are steeper than others."""
    full = write_checkpoint(tmp_path / 'full.pth', R18, {})
    half = str(tmp_path / 'half.pth')
    publish(full, half, {}, half=True)
    expected, found = (
        Predictor(path, 'cpu', 'fp32')(draw_sun()) for path in (full, half))

    sure = [one for one in expected if one.score >= .3]
    assert len(sure) > 5
    for one in sure:
        assert any(one.label == other.label and other.score == pytest.approx(
            one.score, abs=.02) and other.box == pytest.approx(one.box, abs=2)
                   for other in found)
    assert Path(half).stat().st_size < .52 * Path(full).stat().st_size


@pytest.mark.parametrize('before, after, words', [
    ('run-1', 'run-2', r'another run \(run-2\) than this one \(run-1\)'),
    ('"epoch": 2', '"epoch": 1', r'another epoch \(1\) than this one \(2\)'),
    ('"iter": 50', '"iter": 49', r'another iter \(49\) than this one \(50\)'),
    ('"0f"', '"ff"', 'another fingerprint'),
])
def test_results_of_another_checkpoint(path, results, tmp_path, before, after,
                                       words):
    results.write_text(results.read_text().replace(before, after))
    with pytest.raises(InputError, match=f'results.json: measured {words}'):
        publish(path, str(tmp_path / 'b.pth'), dict(drawings=str(results)))


def test_results_that_say_the_run_alone(path, results, tmp_path):
    said = json.loads(results.read_text())
    for key in ('fingerprint', 'epoch', 'iter'):
        del said[key]
    results.write_text(json.dumps(said))
    publish(path, str(tmp_path / 'b.pth'), dict(drawings=str(results)))


@pytest.mark.parametrize('text', ['', '[1]', '{"split": "test"}'])
def test_what_are_no_results(path, results, tmp_path, text):
    results.write_text(text)
    with pytest.raises(InputError, match=r'test_results\.json: no results'):
        publish(path, str(tmp_path / 'b.pth'), dict(drawings=str(results)))


def test_the_original_is_not_overwritten(path):
    before = Path(path).read_bytes()
    with pytest.raises(InputError, match=r'a\.pth: is the checkpoint itself'):
        publish(path, path, {})
    assert Path(path).read_bytes() == before


def test_a_checkpoint_that_is_missing(path, tmp_path):
    with pytest.raises(InputError, match=r'b\.pth: no such checkpoint'):
        publish(str(tmp_path / 'b.pth'), path, {})


def test_a_checkpoint_without_weights(path, tmp_path):
    change(path, lambda stored: stored.pop('state_dict'))
    with pytest.raises(InputError, match=r'a\.pth: has no state_dict'):
        publish(path, str(tmp_path / 'b.pth'), {})


def test_an_exported_detector(tmp_path):
    (tmp_path / 'a.onnx').write_bytes(b'onnx')
    with pytest.raises(InputError, match=r'a\.onnx: is an exported detector'):
        publish(str(tmp_path / 'a.onnx'), str(tmp_path / 'b.pth'), {})


@pytest.mark.parametrize('cfg', [None, 'import os', 'lr = open("a")', '('])
def test_a_config_that_is_no_data(path, tmp_path, cfg):
    change(path, lambda stored: stored['meta'].update(cfg=cfg))
    with pytest.raises(InputError, match='config is no plain data'):
        publish(path, str(tmp_path / 'b.pth'), {})
