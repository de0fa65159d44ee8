import pytest

from tests.helpers.run_tool import CONFIG, run_tool

pytestmark = pytest.mark.slow


def test_plots(drawings, tmp_path):
    out = tmp_path / 'anchors.png'
    done = run_tool('plot_anchors', CONFIG, '--data', drawings, '--out', out)

    assert done.returncode == 0, done.stderr
    assert 'by class, the worst first' in done.stdout
    assert out.read_bytes().startswith(b'\x89PNG')


def test_a_folder_that_is_missing(tmp_path):
    done = run_tool(
        'plot_anchors', CONFIG, '--data', tmp_path / 'none', fresh=True)

    assert done.returncode == 2
    assert 'no such folder' in done.stderr
