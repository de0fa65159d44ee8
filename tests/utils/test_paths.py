from unicodedata import normalize

import pytest

from custom.utils.errors import InputError
from custom.utils.paths import Spellings, find_files, read_lines


def test_no_file(tmp_path):
    assert find_files(tmp_path, ('.jpg', )) == []
    assert Spellings().on_disk(tmp_path / 'a/b.jpg') == tmp_path / 'a/b.jpg'
    with pytest.raises(InputError, match='a.txt: cannot be read'):
        read_lines(tmp_path / 'a.txt')


def test_find_files(tmp_path):
    for name in ('b.JPG', 'sub/a.jpg', '._b.jpg', '__MACOSX/b.jpg', 'a.txt'):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.touch()
    (tmp_path / 'sub' / 'up').symlink_to(tmp_path)  # a ring
    assert find_files(tmp_path, ('.jpg', )) == [
        tmp_path / 'b.JPG', tmp_path / 'sub' / 'a.jpg'
    ]


@pytest.mark.parametrize('there, asked', [('NFC', 'NFD'), ('NFD', 'NFC'),
                                          ('NFD', 'NFD')])
def test_spellings(tmp_path, there, asked):
    path = tmp_path / normalize(there, '그림') / normalize(there, '새.jpg')
    path.parent.mkdir()
    path.touch()
    assert Spellings().on_disk(tmp_path / normalize(asked, '그림/새.jpg')) == path


def test_names_that_no_disk_takes(tmp_path):
    for name in ('a\0b', 'x' * 300, '\ud800'):
        assert Spellings().on_disk(tmp_path / name / 'a') == (
            tmp_path / name / 'a')


def test_read_lines(tmp_path):
    path = tmp_path / 'a.txt'
    path.write_bytes(b'\xef\xbb\xbfa b \r\n\r\nc')
    assert read_lines(path) == ['a b', '', 'c']
    path.write_bytes('그림'.encode('cp949'))
    with pytest.raises(InputError, match='a.txt: not UTF-8 text'):
        read_lines(path)
