from pathlib import Path

import pytest
import torch
from mmengine.logging import HistoryBuffer

from custom.checkpoint.dataset_meta import checkpoint_thresholds
from custom.checkpoint.loading import load, load_whole
from custom.checkpoint.thresholds import write_thresholds
from custom.utils.errors import InputError


@pytest.fixture
def path(tmp_path):
    """A checkpoint of two classes, with two names for one tensor."""
    weight = torch.arange(6.).reshape(2, 3)
    torch.save(
        dict(
            state_dict=dict(a=weight, b=weight[0]),
            optimizer=dict(state={0: dict(step=torch.tensor(3))}),
            message_hub=HistoryBuffer([1.0, 3.0], [1, 1]),
            meta=dict(
                config='model = None',
                epoch=2,
                dataset_meta=dict(classes=('cat', 'dog'), palette=None))),
        tmp_path / 'a.pth')
    return str(tmp_path / 'a.pth')


def test_all_else_stays(path):
    before = load_whole(path)
    write_thresholds(path, dict(cat=0.25, dog=0.75))
    after = load_whole(path)
    assert checkpoint_thresholds(load(path), path) == dict(cat=0.25, dog=0.75)
    assert after['meta'].pop('dataset_meta') == dict(
        classes=('cat', 'dog'),
        palette=None,
        thresholds=dict(cat=0.25, dog=0.75))
    del before['meta']['dataset_meta']
    assert after['meta'] == before['meta'] == dict(
        config='model = None', epoch=2)
    for name, tensor in before['state_dict'].items():
        assert torch.equal(after['state_dict'][name], tensor)
    # One tensor still, not two.
    a, b = after['state_dict'].values()
    assert a.untyped_storage().data_ptr() == b.untyped_storage().data_ptr()
    assert after['optimizer'] == before['optimizer']
    assert after['message_hub'].mean() == 2.0


def test_they_are_replaced(path):
    write_thresholds(path, dict(cat=0.25))
    write_thresholds(path, dict(dog=0.5))
    assert checkpoint_thresholds(load(path), path) == dict(dog=0.5)


@pytest.mark.parametrize('thresholds', [dict(cow=0.5), dict(cat=1.5)])
def test_what_are_no_thresholds(path, thresholds):
    before = Path(path).read_bytes()
    with pytest.raises(InputError, match='are not scores in 0 to 1'):
        write_thresholds(path, thresholds)
    assert Path(path).read_bytes() == before
