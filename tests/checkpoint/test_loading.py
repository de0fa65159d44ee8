import contextlib
import os
import pickle

import numpy as np
import pytest
import torch
from mmengine.fileio import get_file_backend
from mmengine.logging import HistoryBuffer
from mmengine.runner.checkpoint import CheckpointLoader

from custom.checkpoint import loading as ckpt
from custom.checkpoint.dataset_meta import (checkpoint_classes,
                                            checkpoint_thresholds)
from custom.utils.errors import InputError


class Hostile:
    """Unpickling it makes a folder."""

    def __init__(self, path):
        self.path = str(path)

    def __reduce__(self):
        return os.mkdir, (self.path, )


class Getattr:
    """Unpickling it reaches for a method that no history has."""

    def __reduce__(self):
        return getattr, (HistoryBuffer, '__init__')


def test_reads_weights_and_history(tmp_path):
    path = str(tmp_path / 'a.pth')
    history = HistoryBuffer([1.0, 3.0], [1, 1])
    torch.save(
        dict(state_dict=dict(w=torch.ones(2)), message_hub=history), path)

    loaded = ckpt.load(path)

    assert loaded['state_dict']['w'].tolist() == [1, 1]
    assert loaded['message_hub'].mean() == 2.0


def test_half_precision_comes_in_float32(tmp_path):
    path = str(tmp_path / 'a.pth')
    torch.save(dict(state_dict=dict(w=torch.ones(2).half())), path)

    # The second is what Runner, init_cfg and mmdet.apis.init_detector use.
    for loader in (ckpt.load, CheckpointLoader.load_checkpoint):
        assert loader(path)['state_dict']['w'].dtype == torch.float32
    stored = ckpt.load_whole(path)['state_dict']['w']
    assert stored.dtype == torch.half

    torch.save(dict(w=torch.ones(2).half()), path)  # weights alone
    assert ckpt.load(path)['w'].dtype == torch.float32


def test_refuses_a_pickle_that_runs_code(tmp_path):
    path, trace = str(tmp_path / 'a.pth'), tmp_path / 'trace'
    torch.save(dict(state_dict={}, meta=Hostile(trace)), path)

    with pytest.raises(InputError, match=r'a\.pth: refused: .* run code'):
        ckpt.load(path)
    # The loader that Runner, init_cfg and mmdet.apis.init_detector use.
    with pytest.raises(InputError, match='refused'):
        CheckpointLoader.load_checkpoint(path)
    assert not trace.exists()


def test_mmengine_alone_would_run_it(tmp_path):
    # The fault that makes our own loader necessary.
    from mmengine.runner.checkpoint import _safe_torch_load
    path, trace = str(tmp_path / 'a.pth'), tmp_path / 'trace'
    torch.save(dict(state_dict={}, meta=Hostile(trace)), path)

    _safe_torch_load(path)

    assert trace.is_dir()


def test_getattr_reaches_nothing_but_the_statistics_of_a_history(tmp_path):
    path = str(tmp_path / 'a.pth')
    torch.save(dict(state_dict={}, meta=Getattr()), path)

    with pytest.raises(InputError, match='refused'):
        ckpt.load(path)


def test_refuses_what_is_no_checkpoint(tmp_path):
    path = tmp_path / 'a.pth'
    with pytest.raises(InputError, match=r'a\.pth: no such checkpoint'):
        ckpt.load(str(path))
    for data in (b'', b'not a checkpoint', b'\xff\xd8\xff', b'{}', bytes(99),
                 pickle.dumps([1, 2])):
        path.write_bytes(data)
        with pytest.raises(InputError, match=r'a\.pth: not a checkpoint'):
            ckpt.load(str(path))


@pytest.mark.parametrize(
    'content',
    [[1], dict(meta=None),
     dict(meta=[1]),
     dict(state_dict=[1])])
def test_refuses_a_file_of_another_shape(tmp_path, content):
    torch.save(content, tmp_path / 'a.pth')
    with pytest.raises(InputError, match=r'a\.pth: '):
        ckpt.load(str(tmp_path / 'a.pth'))


@pytest.mark.parametrize('as_zip', [True, False])
def test_damaged_bytes_never_end_in_another_error(tmp_path, as_zip):
    """As ZIP, which torch writes, nor in other weights."""
    path = tmp_path / 'a.pth'
    torch.save(
        dict(state_dict=dict(w=torch.ones(2)), meta=dict(epoch=1)),
        path,
        _use_new_zipfile_serialization=as_zip)
    whole = path.read_bytes()
    rng = np.random.RandomState(0)
    for _ in range(300):
        damaged = bytearray(whole)
        for position in rng.randint(0, len(whole), 3):
            damaged[position] = rng.randint(256)
        path.write_bytes(damaged)
        with contextlib.suppress(InputError):
            loaded = ckpt.load(str(path))
            assert not as_zip or loaded['state_dict']['w'].tolist() == [1, 1]


def test_other_places_are_refused():
    with pytest.raises(InputError, match='not supported'):
        CheckpointLoader.load_checkpoint('openmmlab://resnet50_caffe')


def test_refuses_a_checkpoint_that_is_cut_off(tmp_path):
    path = tmp_path / 'a.pth'
    torch.save(dict(state_dict=dict(w=torch.ones(1000))), path)
    path.write_bytes(path.read_bytes()[:2000])

    with pytest.raises(InputError, match='not a checkpoint, or cut off'):
        ckpt.load(str(path))


def test_drops_the_text_that_resuming_would_execute(tmp_path):
    path = str(tmp_path / 'a.pth')
    torch.save(dict(state_dict={}, meta=dict(config='import os')), path)

    assert ckpt.load(path)['meta'] == {}


def test_class_names():
    named = dict(meta=dict(dataset_meta=dict(classes=['cat', 'dog'])))
    assert checkpoint_classes(named, 'a.pth') == ('cat', 'dog')
    for meta in ({}, dict(dataset_meta=[1]),
                 dict(dataset_meta=dict(classes=5))):
        with pytest.raises(InputError, match='a.pth: carries no class names'):
            checkpoint_classes(dict(meta=meta), 'a.pth')


@pytest.mark.parametrize('scores', [{
    'zebra': 0.5
}, {
    'cat': 1.5
}, {
    'cat': '0.5'
}, 0.5])
def test_thresholds_that_are_no_scores_of_the_classes(scores):
    meta = dict(classes=['cat', 'dog'], thresholds=scores)
    with pytest.raises(InputError, match='x.pth: its meta.dataset_meta.thr'):
        checkpoint_thresholds(dict(meta=dict(dataset_meta=meta)), 'x.pth')


def test_thresholds():
    meta = dict(classes=['cat', 'dog'])
    assert checkpoint_thresholds(dict(meta=dict(dataset_meta=meta)),
                                 'x.pth') == {}
    meta['thresholds'] = dict(dog=0.3)
    assert checkpoint_thresholds(dict(meta=dict(dataset_meta=meta)),
                                 'x.pth') == dict(dog=0.3)


def test_imagenet_weights_come_from_checkpoints_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    os.mkdir('checkpoints')
    torch.save(dict(w=torch.ones(1)), 'checkpoints/resnet50-0676ba61.pth')

    loaded = CheckpointLoader.load_checkpoint('torchvision://resnet50')

    assert loaded['w'].tolist() == [1]


def test_imagenet_weights_that_cannot_be_fetched(tmp_path, monkeypatch):
    # Port 9 of this very machine: nobody answers there.
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError) as caught:
        CheckpointLoader.load_checkpoint('http://127.0.0.1:9/r-0676ba61.pth')

    assert 'put it at checkpoints/r-0676ba61.pth' in str(caught.value)
    assert 'scratch-256px' in str(caught.value)
    assert os.listdir('checkpoints') == []


def test_named_from_scratch_config_exists():
    assert os.path.isfile(ckpt.FROM_SCRATCH)


def test_a_file_is_written_whole_or_not_at_all(tmp_path):
    backend = get_file_backend(str(tmp_path / 'a.pth'))
    backend.put(b'old', str(tmp_path / 'a.pth'))

    # The disk of /dev/full is always full.
    os.symlink('/dev/full', tmp_path / f'a.pth.{os.getpid()}.part')
    with pytest.raises(InputError, match=r'a\.pth: cannot be written \(No sp'):
        backend.put(b'new', str(tmp_path / 'a.pth'))

    assert (tmp_path / 'a.pth').read_bytes() == b'old'
    assert os.listdir(tmp_path) == ['a.pth']
