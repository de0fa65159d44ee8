import pytest

from tests.helpers.icon_package import write_package
from tests.helpers.run_tool import run_tool

pytestmark = pytest.mark.slow


def run(*words, **options):
    return run_tool('make_sample_dataset', *words, **options)


def test_draws_then_reuses(tmp_path):
    first = run(tmp_path / 'a', '--images', 6, '--workers', 1, fresh=True)
    assert first.returncode == 0, first.stderr
    assert 'drawing: 6/6' in first.stdout
    names = sorted(p.name for p in (tmp_path / 'a' / 'images').iterdir())
    assert [n.split('_')[0] for n in names
            ] == ['test', 'train', 'train', 'train', 'train', 'val']
    again = run(tmp_path / 'a', '--images', 6)
    assert again.returncode == 0
    assert 'reused' in again.stdout


def test_refuses_a_foreign_folder(tmp_path):
    (tmp_path / 'photo.jpg').write_bytes(b'mine')
    ended = run(tmp_path)
    assert ended.returncode == 2
    assert ended.stderr.startswith('error: ')
    assert 'Traceback' not in ended.stderr


def test_icons(tmp_path):
    folder = write_package(tmp_path / 'icons')
    ended = run(tmp_path / 'a', '--images', 6, '--icons', folder)
    assert ended.returncode == 0, ended.stderr
    assert (tmp_path / 'a' / 'NOTICE').exists()
    ended = run(tmp_path / 'b', '--images', 6, '--icons', folder, tmp_path)
    assert ended.returncode == 2
    assert f'{tmp_path}/package.json: cannot be read' in ended.stderr
    assert not (tmp_path / 'b').exists()
