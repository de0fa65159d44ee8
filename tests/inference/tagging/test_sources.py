import cv2
import numpy as np
import pytest

from custom.inference.tagging.object_store import (StoreError, list_store,
                                                   read_store)
from custom.inference.tagging.sources import open_source
from custom.utils.errors import InputError


@pytest.fixture
def pictures(tmp_path):
    """Two pictures, one of them deeper, and a file of text."""
    folder = tmp_path / 'pictures'
    (folder / 'a b').mkdir(parents=True)
    for name in ('z.png', 'a b/100%?.png'):
        cv2.imwrite(str(folder / name), np.zeros((4, 6, 3), np.uint8))
    (folder / 'notes.txt').write_text('no picture')
    return folder


def names(source):
    return [source.name(i) for i in range(len(source))]


def test_folder_at_any_depth(pictures):
    source = open_source(str(pictures), 'path')

    assert names(source) == [f'{pictures}/a b/100%?.png', f'{pictures}/z.png']
    assert source.read(1) == (pictures / 'z.png').read_bytes()


def test_pattern_and_single_picture(pictures):
    assert names(open_source(f'{pictures}/*', 'path')) == [f'{pictures}/z.png']
    assert names(open_source(f'{pictures}/**/*.png',
                             'path')) == names(open_source(str(pictures), ''))
    assert names(open_source(f'{pictures}/z.png',
                             'path')) == [f'{pictures}/z.png']


@pytest.mark.parametrize('src', ['', '*.gif', 'notes.txt', 'a.csv'])
def test_no_picture(src, tmp_path):
    (tmp_path / 'notes.txt').touch()
    (tmp_path / 'a.csv').write_text('path\n')
    with pytest.raises(InputError, match='no picture there'):
        open_source(str(tmp_path / src), 'path')


def test_a_list_of_paths(pictures):
    (pictures / 'list.csv').write_text('file\nz.png\nz.png\n')
    source = open_source(f'{pictures}/list.csv', 'file')

    assert names(source) == [f'{pictures}/z.png'] * 2


def test_digest_of_paths_and_their_order(tmp_path):
    digests = []
    for rows in ('a\nb', 'a\nb', 'b\na', 'ab'):
        (tmp_path / 'list.csv').write_text(f'path\n{rows}\n')
        digests.append(open_source(f'{tmp_path}/list.csv', 'path').digest)

    assert digests[0] == digests[1]
    assert len({*digests}) == 3


def test_store(pictures):
    """As pyarrow opens the disk as a store; keys are taken as they are."""
    (pictures / 'a b/100%?.png').rename(pictures / 'a b/100%.png')
    found = list_store(f'file://{pictures}')

    assert found == [
        f'file://{pictures}/a b/100%.png', f'file://{pictures}/z.png'
    ]
    assert read_store(found[0], '') == (pictures / 'a b/100%.png').read_bytes()
    with pytest.raises(InputError, match='gone.png: cannot be read') as caught:
        read_store(f'file://{pictures}/gone.png', '')
    assert caught.type is InputError


def test_no_store():
    with pytest.raises(StoreError, match='file:///no/such: cannot be listed'):
        list_store('file:///no/such')
    with pytest.raises(StoreError, match='shelf://a: no store that pyarrow'):
        read_store('shelf://a/b.png', '')
