import os
import pickle
import re
import signal
import subprocess
import sys

import cv2
import pytest

from tests.helpers.blocks_image import THREE_BLOCKS, write_blocks
from tests.helpers.run_tool import ROOT, run_tool

pytestmark = pytest.mark.slow


def test_all_splits(tmp_path):
    folder = write_blocks(tmp_path / 'blocks', 3)
    write_blocks(folder, 2, split='val')
    done = run_tool('make_proposals', folder)
    assert done.returncode == 0, done.stderr
    out = folder / 'proposals'
    assert sorted(os.listdir(out)) == [
        'train.jsonl', 'train.pkl', 'train.png', 'val.jsonl', 'val.pkl',
        'val.png'
    ]
    assert 'train: searching: 3/3' in done.stdout
    assert ('val: 2 images (0 searched before), 5.0 proposals each: '
            f'{out / "val.pkl"}') in done.stdout
    assert 'Recall of 2 boxes' in done.stdout
    rows = [line.split() for line in done.stdout.splitlines()]
    assert ['2', '0.000', '0.000'] in rows and ['5', '1.000', '1.000'] in rows
    assert cv2.imread(str(out / 'train.png')).shape == (600, 800, 3)


def test_one_split_with_other_settings(tmp_path):
    folder = write_blocks(tmp_path / 'blocks', 1)
    write_blocks(folder, 1, split='val')
    out = tmp_path / 'large'
    done = run_tool('make_proposals', folder, '--split', 'val', '--out', out,
                    '--min-share', 0.5)
    assert done.returncode == 0, done.stderr
    found = pickle.loads((out / 'val.pkl').read_bytes())
    assert found['images/0.png']['bboxes'].tolist() == THREE_BLOCKS[:2]
    assert not (out / 'train.pkl').exists()
    assert not (folder / 'proposals').exists()


def test_interrupted(tmp_path):
    folder = write_blocks(tmp_path / 'blocks', 40)
    # A pipe that nobody writes to: its search is never done.
    last = folder / 'images' / '39.png'
    image = last.read_bytes()
    last.unlink()
    os.mkfifo(last)
    process = subprocess.Popen(
        [sys.executable, '-u', 'tools/make_proposals.py',
         str(folder)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True)
    assert process.stdout.readline() == 'train: searching: 4/40\n'
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate()
    assert process.returncode == 130
    assert 'train.pkl: not done yet; the same command goes on' in errors
    assert 'Traceback' not in errors
    assert not (folder / 'proposals' / 'train.pkl').exists()

    last.unlink()
    last.write_bytes(image)
    done = run_tool('make_proposals', folder)
    reused, = re.findall(r'40 images \((\d+) searched before', done.stdout)
    assert 4 <= int(reused) < 40


def test_bad_input(tmp_path):
    done = run_tool('make_proposals', tmp_path / 'none')
    assert done.returncode == 2 and 'no such folder' in done.stderr
    done = run_tool('make_proposals', tmp_path, '--min-share', 2)
    assert done.returncode == 2 and '--min-share: from 0 to 1' in done.stderr
