import pickle

import pytest

from custom.datasets.proposals.carry import carry_proposals
from custom.utils.errors import InputError
from tests.helpers.sample_pool import write


@pytest.fixture
def source(tmp_path):
    """Three images in train and one in val, each with proposals."""
    folder = tmp_path / 'source'
    write(folder, 'train', ['c1.png', 'c2.png', 'c3.png'])
    write(folder, 'val', ['d4.png'], first_id=4)
    (folder / 'proposals').mkdir()
    for split, numbers in dict(train='123', val='4').items():
        (folder / f'proposals/{split}.pkl').write_bytes(
            pickle.dumps({
                f'images/{"d" if n == "4" else "c"}{n}.png': f'of {n}'
                for n in numbers
            }))
    return folder


def read(folder, split):
    return pickle.loads((folder / f'proposals/{split}.pkl').read_bytes())


def test_other_splits(source, tmp_path):
    folder = tmp_path / 'other'
    write(folder, 'train', ['c2.png', 'd4.png'])
    write(folder, 'test', ['c1.png'], first_id=3)
    carry_proposals(source, folder)
    assert read(folder, 'train') == {
        'images/c2.png': 'of 2',
        'images/d4.png': 'of 4'
    }
    assert read(folder, 'test') == {'images/c1.png': 'of 1'}
    assert not (folder / 'proposals/val.pkl').exists()


def test_an_image_without(source, tmp_path):
    folder = tmp_path / 'other'
    write(folder, 'train', ['c2.png', 'c9.png'])
    carry_proposals(source, folder)
    assert not (folder / 'proposals').exists()


def test_none_at_all(tmp_path):
    write(tmp_path / 'source', 'train', ['c1.png'])
    write(tmp_path / 'other', 'train', ['c1.png'])
    carry_proposals(tmp_path / 'source', tmp_path / 'other')
    assert not (tmp_path / 'other/proposals').exists()


@pytest.mark.parametrize('damage', [b'', b'no pickle', pickle.dumps(5)])
def test_a_damaged_file_is_told(source, tmp_path, damage):
    (source / 'proposals/val.pkl').write_bytes(damage)
    folder = tmp_path / 'other'
    write(folder, 'train', ['c2.png'])
    with pytest.raises(InputError, match='val.pkl: cannot be read'):
        carry_proposals(source, folder)
