import os
import pty
import re
import subprocess
import sys

import pytest

from tests.helpers.run_tool import CONFIG, QUICK, ROOT

pytestmark = pytest.mark.slow


def test_training_shows_a_bar_on_a_terminal(drawings, tmp_path):
    ours, theirs = pty.openpty()
    process = subprocess.Popen([
        sys.executable, 'tools/train.py', CONFIG, '--data',
        str(drawings), '--work-dir',
        str(tmp_path / 'run'), *map(str, QUICK), 'train_cfg.max_epochs=1',
        'train_cfg.val_interval=1'
    ],
                               cwd=ROOT,
                               stdout=theirs,
                               stderr=theirs,
                               env=dict(
                                   os.environ, TERM='xterm', COLUMNS='160'))
    os.close(theirs)
    said = b''
    try:
        while chunk := os.read(ours, 4096):
            said += chunk
    except OSError:  # the process has closed its end
        pass
    os.close(ours)

    assert process.wait() == 0
    text = said.decode()
    assert '4/4' in text and 'epoch 1/1' in text
    assert re.search(r'loss \d+\.\d+  lr \d\.\de-\d\d', text)
    assert 'bbox_mAP_50' in text
    # Plain lines and bar don't mix; after the bar is done, lines are right.
    assert 'Epoch(train)' not in text and 'Curves: ' in text
