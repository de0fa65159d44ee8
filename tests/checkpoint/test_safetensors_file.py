"""Safetensors: what is read back, and files that are none."""
import json

import pytest
import torch
from safetensors.torch import load_file, save_file

from custom.checkpoint.loading import load, load_whole, write_whole
from custom.checkpoint.thresholds import write_thresholds
from custom.utils.errors import InputError

WEIGHTS = {
    'conv.weight': torch.tensor([[1 / 3, -65504.]]).half(),
    'conv.bias': torch.tensor([1e-6]),
    'bn.num_batches_tracked': torch.tensor(7),
    # A view of which every other value counts.
    'fc.weight': torch.arange(8.).view(2, 4)[:, ::2],
}
# Of layers that share it.
WEIGHTS['same.bias'] = WEIGHTS['conv.bias']
META = dict(dataset_meta=dict(classes=['고양이', 'dog']), cfg='lr = 0.1\n')


@pytest.fixture
def path(tmp_path):
    path = str(tmp_path / 'a.safetensors')
    write_whole(dict(state_dict=WEIGHTS, meta=META), path)
    return path


def test_all_comes_back_bit_for_bit(path):
    stored = load_whole(path)
    assert stored['meta'] == META
    assert {*stored['state_dict']} == {*WEIGHTS}
    for name, weight in WEIGHTS.items():
        assert stored['state_dict'][name].dtype == weight.dtype
        assert torch.equal(stored['state_dict'][name], weight)
    # In float32 where it is used, as those of any checkpoint.
    assert load(path)['state_dict']['conv.weight'].dtype == torch.float32


def test_thresholds_are_written_into_it(path):
    write_thresholds(path, dict(dog=.5))
    stored = load_whole(path)
    assert stored['meta']['dataset_meta']['thresholds'] == dict(dog=.5)
    assert torch.equal(stored['state_dict']['fc.weight'], WEIGHTS['fc.weight'])


def test_other_programs_read_it_and_theirs_is_read(path, tmp_path):
    assert {*load_file(path)} == {*WEIGHTS}
    theirs = str(tmp_path / 'b.safetensors')
    save_file(dict(a=torch.ones(2)), theirs)
    assert load_whole(theirs)['meta'] == {}
    assert load_whole(theirs)['state_dict']['a'].tolist() == [1, 1]


def with_meta(text):
    """A file without weights, whose meta is no JSON."""
    header = json.dumps(dict(__metadata__=dict(meta=text))).encode()
    return len(header).to_bytes(8, 'little') + header


@pytest.mark.parametrize(
    'data',
    [b'', b'\xff' * 100, None,
     with_meta('{'),
     with_meta('[' * 100_000)])
def test_damaged(path, tmp_path, data):
    whole = (tmp_path / 'a.safetensors').read_bytes()
    (tmp_path /
     'a.safetensors').write_bytes(whole[:-4] if data is None else data)
    with pytest.raises(InputError, match='a.safetensors: not safetensors, or'):
        load_whole(path)


def test_meta_that_is_no_dict(path, tmp_path):
    save_file(dict(a=torch.ones(1)), path, dict(meta=json.dumps([1])))
    with pytest.raises(InputError, match='its "meta" is no dict'):
        load_whole(path)
