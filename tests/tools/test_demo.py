"""The demo, with few pictures and one epoch."""
import json

import pytest

from custom.sample_data.dataset import make_dataset
from tests.helpers.run_tool import CONFIG, ROOT, run_tool

pytestmark = pytest.mark.slow


def test_all_of_it_once(tmp_path):
    data, work_dir = tmp_path / 'data', tmp_path / 'run'
    make_dataset(data, dict(train=8, val=4, test=4), 0, 1)
    (tmp_path / 'leaf.py').write_text(
        f'_base_ = {str(ROOT / CONFIG)!r}\n'
        'train_cfg = dict(max_epochs=1, val_interval=1)\n')
    work_dir.mkdir()
    (work_dir / 'demo.json').write_text(
        json.dumps(dict(data=str(data), seconds=dict(data=14.))))

    def demo(data):
        return run_tool('demo', tmp_path / 'leaf.py', data, '--work-dir',
                        work_dir)

    done = demo(data)
    assert done.returncode == 0, done.stderr
    assert [
        line.split()[2] for line in done.stdout.splitlines()
        if line.startswith('$ python')
    ] == ['tools/train.py', 'tools/test.py', 'tools/infer.py']
    assert 'mAP50  0.' in done.stdout and 'data          14 s' in done.stdout
    for name in ('curves.png', 'predictions/predictions.json',
                 'truth_and_found', 'report/index.html'):
        assert (work_dir / name).exists()

    again = demo(data)
    assert again.returncode == 0, again.stderr
    assert '$ python' not in again.stdout
    assert 'mAP50  0.' in again.stdout

    other = demo(tmp_path / 'other')
    assert other.returncode == 2
    assert f'holds the demo of {data}. Remove it' in other.stderr
