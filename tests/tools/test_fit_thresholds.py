import shutil

import pytest

from custom.checkpoint.dataset_meta import checkpoint_thresholds
from custom.checkpoint.loading import load
from tests.helpers.run_tool import run_tool

pytestmark = pytest.mark.slow


def test_thresholds_go_into_the_checkpoint(trained, drawings, tmp_path):
    path = tmp_path / 'a.pth'
    shutil.copy(trained[0] / 'epoch_2.pth', path)
    before = load(str(path))
    done = run_tool('fit_thresholds', path, '--data', drawings, '--goal',
                    'f0.5')
    assert done.returncode == 0, done.stderr
    assert f'thresholds for f0.5, of val, written into {path}' in done.stdout
    after = load(str(path))
    thresholds = checkpoint_thresholds(after, str(path))
    assert len(thresholds) == 22
    for name, tensor in before['state_dict'].items():
        assert after['state_dict'][name].equal(tensor)


@pytest.mark.parametrize('words, message', [
    (['a.onnx'], 'a.onnx: give the checkpoint, and export it again'),
    (['a.pth', '--goal', 'best'], "goal 'best': thresholds are fitted for"),
])
def test_what_is_refused(drawings, words, message):
    done = run_tool('fit_thresholds', *words, '--data', drawings)
    assert done.returncode == 2
    assert message in done.stderr
