import cv2
import numpy as np
import pytest

from custom.inference.tagging.object_store import (StoreError, list_store,
                                                   read_store)
from custom.inference.tagging.sources import open_source
from custom.utils.errors import InputError


@pytest.fixture
def images(tmp_path):
    """Two images, one of them deeper, and a file of text."""
    folder = tmp_path / 'pictures'
    (folder / 'a b').mkdir(parents=True)
    for name in ('z.png', 'a b/100%?.png'):
        cv2.imwrite(str(folder / name), np.zeros((4, 6, 3), np.uint8))
    (folder / 'notes.txt').write_text('no picture')
    return folder


def names(source):
    return [source.name(i) for i in range(len(source))]


def test_folder_at_any_depth(images):
    source = open_source(str(images), 'path')

    assert names(source) == [f'{images}/a b/100%?.png', f'{images}/z.png']
    assert source.read(1) == (images / 'z.png').read_bytes()


def test_pattern_and_single_image(images):
    assert names(open_source(f'{images}/*', 'path')) == [f'{images}/z.png']
    assert names(open_source(f'{images}/**/*.png',
                             'path')) == names(open_source(str(images), ''))
    assert names(open_source(f'{images}/z.png', 'path')) == [f'{images}/z.png']


@pytest.mark.parametrize('src', ['', '*.gif', 'notes.txt', 'a.csv'])
def test_no_image(src, tmp_path):
    (tmp_path / 'notes.txt').touch()
    (tmp_path / 'a.csv').write_text('path\n')
    with pytest.raises(InputError, match='no picture there'):
        open_source(str(tmp_path / src), 'path')


def test_a_list_of_paths(images):
    (images / 'list.csv').write_text('file\nz.png\nz.png\n')
    source = open_source(f'{images}/list.csv', 'file')

    assert names(source) == [f'{images}/z.png'] * 2


def test_digest_of_paths_and_their_order(tmp_path):
    digests = []
    for rows in ('a\nb', 'a\nb', 'b\na', 'ab'):
        (tmp_path / 'list.csv').write_text(f'path\n{rows}\n')
        digests.append(open_source(f'{tmp_path}/list.csv', 'path').digest)

    assert digests[0] == digests[1]
    assert len({*digests}) == 3


def test_store(images):
    """As pyarrow opens the disk as a store; keys are taken as they are."""
    (images / 'a b/100%?.png').rename(images / 'a b/100%.png')
    found = list_store(f'file://{images}')

    assert found == [f'file://{images}/a b/100%.png', f'file://{images}/z.png']
    assert read_store(found[0], '') == (images / 'a b/100%.png').read_bytes()
    with pytest.raises(InputError, match='gone.png: cannot be read') as caught:
        read_store(f'file://{images}/gone.png', '')
    assert caught.type is InputError


def test_no_store():
    with pytest.raises(StoreError, match='file:///no/such: cannot be listed'):
        list_store('file:///no/such')
    with pytest.raises(StoreError, match='shelf://a: no store that pyarrow'):
        read_store('shelf://a/b.png', '')
