import pytest

from tests.helpers.run_tool import run_tool

pytestmark = pytest.mark.slow


def test_tells_versions_and_operators():
    done = run_tool('collect_env')

    assert done.returncode == 0, done.stdout
    assert 'onedl-mmcv         2.3.6' in done.stdout
    assert 'custom.ops' in done.stdout or 'compiled' in done.stdout
    assert done.stdout.endswith('no problems\n')


def test_names_a_missing_package(tmp_path):
    # A package of that name that fails as an absent one does.
    (tmp_path / 'pycocotools.py'
     ).write_text("raise ModuleNotFoundError('', name='pycocotools')")

    done = run_tool('collect_env', path=tmp_path, fresh=True)

    assert done.returncode == 2
    assert done.stdout == ('problem: pycocotools is missing: pip install '
                           '-c constraints.txt -e ".[dev]"\n')
    assert 'Traceback' not in done.stderr
