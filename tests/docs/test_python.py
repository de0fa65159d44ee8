"""The code of docs/python.md, run as it stands there."""
import json
import os
import runpy
import shlex
import subprocess
import sys

import pytest
from mmdet.registry import DATASETS
from mmengine.config import Config
from mmengine.registry import init_default_scope

from custom.apis import Predictor
from custom.engine.setup import setup_training
from tests.helpers.waste_dataset import NAMES
from .conftest import ROOT, TRASH10, blocks

pytestmark = pytest.mark.slow

CODE = blocks('python.md', 'python')
COMMANDS = blocks('python.md', 'sh')


@pytest.fixture
def convert(place, monkeypatch):
    """Runs one of the commands."""

    def run(command):
        program, tool, *words = shlex.split(command)
        assert program == 'python'
        monkeypatch.setattr(sys, 'argv', [tool, *words])
        runpy.run_path(str(ROOT / tool), run_name='__main__')

    return run


def test_the_config_reads_what_is_converted(place, convert):
    convert(COMMANDS[0])
    init_default_scope('mmdet')
    cfg = Config.fromfile(ROOT / TRASH10)
    sets = [
        DATASETS.build(cfg[f'{split}_dataloader'].dataset)
        for split in ('train', 'val', 'test')
    ]

    assert [data.metainfo['classes'] for data in sets] == [NAMES] * 3
    assert len(sets[0]) + len(sets[1]) == 12 and len(sets[2]) == 3
    info = sets[2].get_data_info(0)
    assert info['img_path'] == 'data/trash10/images/batch_test/0000.jpg'
    assert [box['bbox_label'] for box in info['instances']] == [0, 1]
    assert cfg.model.roi_head.bbox_head.num_classes == 10
    # The check that the page speaks of.
    assert setup_training(cfg)[0].startswith(f'train: {len(sets[0])} images')


def test_a_data_folder_in_ten_lines(place, convert):
    assert len([line for line in CODE[0].splitlines() if line]) == 10

    convert(COMMANDS[0])
    exec(CODE[0], {})

    best, = place.glob('work_dirs/trash10/best_coco_bbox_mAP_epoch_1.pth')
    assert Predictor(str(best), 'cpu').classes == NAMES


def test_train_json_alone(place, convert):
    convert(COMMANDS[1])

    counts = [
        len(json.loads(path.read_text())['images'])
        for path in (place / 'data/trash10_divided/annotations').iterdir()
    ]
    assert len(counts) == 3 and sum(counts) == 12 and min(counts) >= 1


def test_a_coco_file_as_it_is_and_a_mapper(place, capsys):
    registered, mapper, step = CODE[1:4]
    (place / 'my_maps.py').write_text(mapper)
    config, build, run = registered.partition('runner = RUNNERS.build(cfg)\n')
    exec(config + step + build + run, {})

    assert 'coco/bbox_mAP_50' in capsys.readouterr().out
    last, = place.glob('work_dirs/trash_as_it_is/epoch_1.pth')
    assert Predictor(str(last), 'cpu').classes == NAMES
    log, = place.glob('work_dirs/trash_as_it_is/*/*.log')
    assert "function='my_maps.mirror'" in log.read_text()


def test_as_the_command_line_does_it(place, convert):
    convert(COMMANDS[0])
    code = CODE[4].replace('data/drawings22', 'data/trash10')
    code = code.replace('epochs=3', 'epochs=1')
    for folder in ('configs/', 'checkpoints/'):
        code = code.replace(f"'{folder}", f"'{ROOT}/{folder}")
    code += 'print(cfg.train_cfg.max_epochs, cfg.optim_wrapper.optimizer.lr)'
    # In a process of its own: MMEngine keeps what a runner builds.
    done = subprocess.run([sys.executable, '-c', code],
                          cwd=place,
                          env={
                              **os.environ, 'PYTHONPATH': str(ROOT)
                          },
                          capture_output=True,
                          text=True)
    assert done.returncode == 0, done.stderr
    assert "'file': 'best_coco_bbox_mAP_epoch_1.pth'" in done.stdout
    assert done.stdout.endswith('\n1 0.0005\n')
