import json
import os

import pytest

from custom.utils.atomic_write import atomic_write, write_text
from custom.utils.errors import InputError


def test_makes_the_folder_and_leaves_nothing_else(tmp_path):
    write_text(tmp_path / 'new' / 'a.txt', '해')

    assert (tmp_path / 'new' / 'a.txt').read_bytes() == '해\n'.encode()
    assert os.listdir(tmp_path / 'new') == ['a.txt']


def test_a_file_name_that_is_not_utf_8(tmp_path):
    name = os.fsdecode(b'\xe9.png')
    text = json.dumps(name, ensure_ascii=False)
    write_text(tmp_path / 'a.json', text)

    assert (tmp_path / 'a.json').read_bytes() == b'"\\udce9.png"\n'
    assert json.loads((tmp_path / 'a.json').read_bytes()) == name


def test_a_failure_keeps_what_was_there(tmp_path):
    path = tmp_path / 'a.txt'
    write_text(path, 'old')

    with pytest.raises(ZeroDivisionError):
        with atomic_write(path) as part:
            open(part, 'w').close()
            1 / 0

    assert path.read_text() == 'old\n'
    assert os.listdir(tmp_path) == ['a.txt']


def test_a_place_that_cannot_be_written(tmp_path):
    (tmp_path / 'a').write_text('a file, not a folder')

    with pytest.raises(InputError, match='a/b.txt: cannot be written'):
        write_text(tmp_path / 'a' / 'b.txt', 'new')


def test_a_link_stays_one(tmp_path):
    write_text(tmp_path / 'real' / 'a.txt', 'old')
    link = tmp_path / 'a.txt'
    link.symlink_to(tmp_path / 'real' / 'a.txt')
    write_text(link, 'new')

    assert link.is_symlink()
    assert (tmp_path / 'real' / 'a.txt').read_text() == 'new\n'


def test_a_pipe_is_not_replaced(tmp_path):
    os.mkfifo(tmp_path / 'pipe')
    with pytest.raises(InputError, match='pipe: is no file'):
        write_text(tmp_path / 'pipe', 'text')
    assert (tmp_path / 'pipe').is_fifo()
