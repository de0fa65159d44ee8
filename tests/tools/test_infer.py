"""tools/infer.py: with the detector of the project, or one that is given."""
import json
import subprocess
import sys

import cv2
import pytest

from tests.helpers.drawn_sun import draw_sun
from tests.helpers.run_tool import ROOT, run_tool
from tests.helpers.without_packages import run_tool_without

MMDET = ['mmcv', 'mmdet', 'mmengine']


@pytest.fixture
def image(tmp_path):
    cv2.imwrite(str(tmp_path / 'sun.png'), draw_sun())
    return tmp_path / 'sun.png'


def labels(folder):
    """Class names in a predictions.json, best first."""
    data = json.loads((folder / 'predictions.json').read_text())
    names = {one['id']: one['name'] for one in data['categories']}
    return [names[one['category_id']] for one in data['annotations']]


@pytest.mark.slow
def test_without_a_checkpoint(image, tmp_path):
    done = run_tool('infer', image, '--out-dir', tmp_path / 'out', fresh=True)

    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(
        'checkpoints/drawings22.pth: the detector that comes with the project')
    assert ' objects in 1 files' in done.stdout
    assert labels(tmp_path / 'out')[0] == 'sun'
    assert (tmp_path / 'out' / 'sun.jpg').exists()


def test_a_checkpoint_goes_first(r18, image, tmp_path):
    done = run_tool('infer', r18[1], '--score-thr', '0', '--out-dir',
                    tmp_path / 'out', image)

    assert done.returncode == 0, done.stderr
    assert 'comes with the project' not in done.stdout
    assert 'runs by OpenVINO ' in done.stdout
    assert {*labels(tmp_path / 'out')} <= {'cat', 'dog', 'sun'}


@pytest.mark.parametrize('text', ['50', 'nan', '-0.1'])
def test_a_score_is_0_to_1(text, image):
    done = run_tool('infer', image, '--score-thr', text)
    assert done.returncode == 2
    assert f'--score-thr: {text}: 0 to 1' in done.stderr


def test_torch_without_mmdetection(image):
    done = run_tool_without(MMDET, 'infer', 'a.pth', image)
    assert done.returncode == 2
    assert 'Traceback' not in done.stderr
    assert 'mmcv is not installed; pip install' in done.stderr


def test_an_export_loads_no_torch(r18, image, tmp_path):
    done = subprocess.run([
        sys.executable, '-X', 'importtime', 'tools/infer.py', r18[1], image,
        '--out-dir', tmp_path
    ],
                          cwd=ROOT,
                          stderr=subprocess.PIPE,
                          text=True,
                          check=True)

    loaded = {line.split()[-1] for line in done.stderr.splitlines()}
    assert 'openvino' in loaded and 'torch' not in loaded


@pytest.mark.parametrize('name', ['best.pth', 'YOLO.PT', 'a.onnx'])
def test_a_detector_alone(name):
    done = run_tool('infer', name)

    assert done.returncode == 2
    assert done.stderr == (f'error: {name}: is a detector; give the images, '
                           'videos or folders after it\n')
