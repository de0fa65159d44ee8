import pytest

from custom.utils.atomic_folder import replace_folder
from custom.utils.errors import InputError


def write(out, *names):
    with replace_folder(out, 'list.json') as (part, listed):
        for name in names:
            (part / name).parent.mkdir(exist_ok=True)
            (part / name).write_text(name)
            listed.append(name)


def files(folder):
    return sorted(
        path.relative_to(folder).as_posix() for path in folder.rglob('*')
        if path.is_file())


def test_replaced_as_a_whole(tmp_path):
    write(tmp_path / 'out', 'a/1', 'b')
    write(tmp_path / 'out', 'c')
    assert files(tmp_path) == ['out/c', 'out/list.json']


def test_what_was_there_stays_when_it_fails(tmp_path):
    write(tmp_path / 'out', 'a')
    with pytest.raises(KeyboardInterrupt):
        with replace_folder(tmp_path / 'out', 'list.json') as (part, _):
            (part / 'b').write_text('')
            raise KeyboardInterrupt
    assert files(tmp_path) == ['out/a', 'out/list.json']


@pytest.mark.parametrize('listed', ['{', '3', '[]'])
def test_a_list_of_something_else_makes_nothing_its_own(listed, tmp_path):
    (tmp_path / 'list.json').write_text(listed)
    (tmp_path / 'a').write_text('mine')
    with pytest.raises(InputError, match='holds a, which was not written'):
        write(tmp_path, 'b')
    assert files(tmp_path) == ['a', 'list.json']


def test_what_a_killed_call_has_left_is_no_obstacle(tmp_path):
    write(tmp_path / 'out', 'a')
    write(tmp_path / '.out.old', 'older')
    write(tmp_path / 'out', 'b')
    assert files(tmp_path) == ['out/b', 'out/list.json']
