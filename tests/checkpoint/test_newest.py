import os

import pytest
import torch

from custom.checkpoint.newest import load_newest, position, resumable
from custom.utils.errors import InputError


def save(path, value=1.):
    torch.save(dict(state_dict=dict(weight=torch.full((1000, ), value))), path)


def flip_a_bit(path):
    """In the middle, where the weights are."""
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


@pytest.mark.parametrize('name, where', [
    ('epoch_3.pth', (3, 0)),
    ('epoch_3_iter_310.pth', (3, 310)),
    ('iter_310.pth', (0, 310)),
    ('epoch_3 (copy).pth', (-1, -1)),
    ('best_coco_bbox_mAP_epoch_3.pth', (-1, -1)),
    ('epoch_3.pth.99.part', (-1, -1)),
])
def test_position_by_name(name, where):
    assert position(name) == where


def test_the_order_is_by_epoch_and_step_whatever_the_files_times(tmp_path):
    names = [
        'epoch_9.pth', 'epoch_10.pth', 'epoch_10_iter_99.pth',
        'epoch_10_iter_100.pth'
    ]
    for age, name in enumerate(names):
        (tmp_path / name).touch()
        os.utime(tmp_path / name, (1e9 - age, 1e9 - age))

    assert resumable(str(tmp_path)) == names[::-1]
    assert resumable(str(tmp_path / 'none')) == []


def test_the_newest_that_is_whole(tmp_path):
    for epoch in (1, 2, 3, 4):
        save(tmp_path / f'epoch_{epoch}.pth')
    cut = tmp_path / 'epoch_4.pth'
    cut.write_bytes(cut.read_bytes()[:1000])
    flip_a_bit(tmp_path / 'epoch_3.pth')
    save(tmp_path / 'epoch_2.pth', float('nan'))
    told = []

    path, checkpoint = load_newest(str(tmp_path), told.append)

    assert path == str(tmp_path / 'epoch_1.pth')
    assert checkpoint['state_dict']['weight'].mean() == 1
    assert [line.split('.pth: ')[1].split(' (')[0] for line in told] == [
        'not a checkpoint, or cut off', 'damaged since it was written',
        'NaN or inf in state_dict.weight; go on from a checkpoint before it, '
        'with a lower learning rate; the one before it is taken'
    ]


def test_none_is_whole(tmp_path):
    (tmp_path / 'epoch_1.pth').write_bytes(b'')
    save(tmp_path / 'epoch_2.pth', float('nan'))
    with pytest.raises(InputError, match='holds none that is whole') as error:
        load_newest(str(tmp_path), lambda line: None)
    # The lines that were told meanwhile are lost with a run that can't begin.
    _, second, first = str(error.value).split('\n')
    assert 'epoch_2.pth: NaN or inf' in second
    assert 'epoch_1.pth: not a checkpoint, or cut off' in first


def test_there_is_none(tmp_path):
    with pytest.raises(InputError, match='holds no checkpoint'):
        load_newest(str(tmp_path), lambda line: None)
