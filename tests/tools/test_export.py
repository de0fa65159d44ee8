import json
import shutil

import pytest

from custom.checkpoint.thresholds import write_thresholds
from tests.helpers.run_tool import CONFIG, run_tool

pytestmark = pytest.mark.slow


def test_export_then_test(trained, drawings, tmp_path):
    # A test leaves its log beside the checkpoint.
    checkpoint = tmp_path / 'epoch_2.pth'
    shutil.copy(trained[0] / checkpoint.name, checkpoint)
    write_thresholds(str(checkpoint), dict(cat=.125))
    exported = tmp_path / 'a.onnx'
    done = run_tool('export', checkpoint, '--to', 'onnx', '--out', exported)
    assert done.returncode == 0, done.stderr
    assert f'MB: {exported}' in done.stdout
    scores = {}
    for path in (exported, checkpoint):
        done = run_tool('test', CONFIG, path, '--data', drawings,
                        '--precision', 'fp32', '--out', tmp_path / 'a.json',
                        '--show-dir', tmp_path / path.stem, '--cfg-options',
                        'test_dataloader.batch_size=1',
                        'test_dataloader.num_workers=0',
                        'test_dataloader.persistent_workers=False')
        assert done.returncode == 0, done.stderr
        assert len([*(tmp_path / path.stem).iterdir()]) == 4
        scores[path] = json.loads((tmp_path / 'a.json').read_text())['scores']
        report = json.loads((tmp_path / 'report/report.json').read_text())
        assert {
            row['class']: row['threshold']
            for row in report['classes']
        }['cat'] == .125
        assert ('runs by OpenVINO' in done.stdout) == (path == exported)
    assert scores[exported] == pytest.approx(scores[checkpoint], abs=1e-3)
    # What doesn't fit is told before anything is measured.
    for path, backend, words in ((checkpoint, 'openvino', 'run by torch'),
                                 (exported, 'torch', 'run by openvino or')):
        done = run_tool('test', CONFIG, path, '--backend', backend)
        assert done.returncode == 2
        assert words in done.stderr
    # The classes of the file count, not those of the config.
    done = run_tool('test', 'configs/faster_rcnn/'
                    'faster-rcnn_r50_fpn_1x_trash10.py', exported)
    assert done.returncode == 2
    assert 'was trained on other classes (22) than these (10)' in done.stderr


def test_not_a_checkpoint(tmp_path):
    done = run_tool(
        'export', tmp_path / 'none.pth', '--to', 'onnx', fresh=True)
    assert done.returncode == 2
    assert 'no such checkpoint' in done.stderr
