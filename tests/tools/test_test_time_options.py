"""--tta and --slice of tools/test.py and tools/infer.py."""
import json
import shutil

import cv2
import numpy as np
import pytest

from tests.helpers.run_tool import CONFIG, run_tool

pytestmark = pytest.mark.slow


@pytest.fixture
def checkpoint(trained, tmp_path):
    # A test leaves its log beside the checkpoint.
    return shutil.copy(trained[0] / 'epoch_2.pth', tmp_path / 'a.pth')


def run_test(checkpoint, drawings, *words):
    """Scores and found boxes of the val split."""
    folder = checkpoint.parent
    done = run_tool('test', CONFIG, checkpoint, '--data', drawings, '--split',
                    'val', '--precision', 'fp32', '--save-predictions',
                    folder / 'found.json', *words)
    assert done.returncode == 0, done.stderr
    results = json.loads((folder / 'val_results.json').read_text())
    return results, json.loads((folder / 'found.json').read_text())


def test_tiles_as_large_as_the_images_change_nothing(checkpoint, drawings):
    plain, boxes = run_test(checkpoint, drawings)
    sliced, same = run_test(checkpoint, drawings, '--slice', 2000)

    assert sliced['scores'] == pytest.approx(plain['scores'], abs=1e-3)
    assert len(same) == len(boxes) > 0
    assert (plain['tta'], plain['slice']) == (False, None)
    assert (sliced['tta'], sliced['slice']) == (False, 2000)
    assert sliced['run'] == plain['run'] is not None


def test_both_with_images_and_a_report(checkpoint, drawings):
    folder = checkpoint.parent
    results, boxes = run_test(checkpoint, drawings, '--tta', '--slice', 600,
                              '--show-dir', folder / 'show')

    assert (results['tta'], results['slice']) == (True, 600)
    assert len(boxes) > 0
    assert len([*(folder / 'show').iterdir()]) == 4
    page = (folder / 'report' / 'index.html').read_text()
    assert f'a.pth on val of {drawings} --tta --slice 600' in page


def test_keys_of_the_config_count(checkpoint, drawings):
    _, boxes = run_test(checkpoint, drawings, '--tta', '--cfg-options',
                        'model.test_cfg.rcnn.max_per_img=1')
    assert 0 < len(boxes) <= 4


def test_infer(checkpoint, drawings, tmp_path):
    """A sheet of 600 x 400, in tiles of 300."""
    drawing = sorted((drawings / 'images').iterdir())[0]
    sheet = cv2.resize(cv2.imread(str(drawing)), (600, 400))
    cv2.imwrite(str(tmp_path / 'sheet.png'), sheet)
    done = run_tool('infer', checkpoint, tmp_path / 'sheet.png', '--tta',
                    '--slice', 300, '--score-thr', 0, '--out-dir',
                    tmp_path / 'out')

    assert done.returncode == 0, done.stderr
    written = json.loads((tmp_path / 'out' / 'predictions.json').read_text())
    image, = written['images']
    assert (image['width'], image['height']) == (600, 400)
    assert len(written['annotations']) > 0
    for ann in written['annotations']:
        x, y, width, height = ann['bbox']
        assert 0 <= x <= x + width <= 600.01
        assert 0 <= y <= y + height <= 400.01
    assert cv2.imread(str(tmp_path / 'out' / 'sheet.jpg')).shape == sheet.shape


def test_an_onnx_file(r18, tmp_path):
    """It is sliced, but looks at no other sizes."""
    cv2.imwrite(str(tmp_path / 'a.png'), np.full((80, 120, 3), 255, np.uint8))
    words = [r18[1], tmp_path / 'a.png', '--out-dir', tmp_path / 'out']
    assert run_tool('infer', *words, '--slice', 64).returncode == 0

    done = run_tool('infer', *words, '--tta')
    assert done.returncode == 2
    assert 'test-time augmentation needs the checkpoint' in done.stderr


@pytest.mark.parametrize('tool, words, message', [
    ('infer', ['a.pth', 'a.png', '--slice', 'many'], 'invalid number value'),
    ('infer', ['a.pth', 'a.png', '--slice', '31'], '31: at least 32'),
    ('test', ['--predictions', 'a.json', '--data', 'data', '--tta'
              ], '--predictions: runs no detector, and takes no --tta'),
    ('test', ['--predictions', 'a.json', '--data', 'data', '--slice', '64'
              ], '--predictions: runs no detector, and takes no --slice'),
])
def test_words_that_cannot_be_followed(tool, words, message):
    done = run_tool(tool, *words)

    assert done.returncode == 2
    assert message in done.stderr
