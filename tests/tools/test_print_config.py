import pytest

from custom.config.config import load_config
from tests.helpers.run_tool import run_tool

pytestmark = pytest.mark.slow

R50 = 'configs/faster_rcnn/faster-rcnn_r50_fpn_1x_drawings22.py'
R101 = R50.replace('r50', 'r101')


def test_prints_a_config(tmp_path):
    done = run_tool('print_config', R50, '--cfg-options',
                    'train_dataloader.batch_size=4')

    assert done.returncode == 0, done.stderr
    path = tmp_path / 'printed.py'
    path.write_text(done.stdout)
    cfg = load_config(str(path))
    assert cfg.train_dataloader.batch_size == 4
    assert cfg.model == load_config(R50).model


def test_origins():
    lines = run_tool('print_config', R101, '--origin').stdout.splitlines()
    found = {tuple(map(str.strip, line.split('  # '))) for line in lines}

    assert ('model.backbone.depth = 101', R101) in found
    assert ('model.neck.out_channels = 256',
            'configs/_base_/models/faster-rcnn_r50_fpn.py') in found
    assert ('model.roi_head.bbox_head.num_classes = 22',
            f'{R50}, _base_.num_classes') in found


def test_flags_and_options():
    done = run_tool('print_config', R50, '--epochs', 6, '--imgsz', 667,
                    '--origin', '--cfg-options', 'train_cfg.max_epochs=3')
    found = {
        tuple(map(str.strip, line.split('  # ')))
        for line in done.stdout.splitlines()
    }

    assert {('train_cfg.max_epochs = 3', '--cfg-options'),
            ('param_scheduler.1.milestones = [1, 2]', '--epochs'),
            ('param_scheduler.0.end = 125', '--epochs'),
            ('test_dataloader.dataset.pipeline.1.scale = (667, 400)',
             '--imgsz')} <= found


def test_differences():
    # No terminal, no colors.
    twice_as_long = R50.replace('1x', '2x')
    done = run_tool('print_config', R50, '--diff', twice_as_long)

    assert [
        line.replace(' ', '') for line in done.stdout.splitlines()
        if line.startswith(('-', '+')) and line.strip('-+ ')
    ] == [
        '-end=12,', '+end=24,', '-8,', '-11,', '+16,', '+22,',
        *(f"{sign}train_cfg=dict(max_epochs={epochs},"
          "type='EpochBasedTrainLoop',val_interval=1)"
          for sign, epochs in (('-', 12), ('+', 24)))
    ]


def test_differences_and_their_files():
    done = run_tool('print_config', R50, '--diff', R101, '--origin')

    base = 'configs/_base_/models/faster-rcnn_r50_fpn.py'
    weights = 'model.backbone.init_cfg'
    assert [' '.join(line.split()) for line in done.stdout.splitlines()] == [
        f'-model.backbone.depth = 50 # {base}',
        f'+model.backbone.depth = 101 # {R101}',
        f"-{weights}.type = 'Pretrained' # {base}",
        f"-{weights}.checkpoint = 'torchvision://resnet50' # {base}",
        f"+{weights}.type = 'Pretrained' # {R101}",
        f"+{weights}.checkpoint = 'torchvision://resnet101' # {R101}",
    ]


@pytest.mark.parametrize('words', [[], ['--origin']])
def test_no_difference(words):
    done = run_tool('print_config', R50, '--diff', R50, *words)

    assert done.stdout == 'no difference\n'


def test_no_such_config():
    done = run_tool('print_config', 'none.py', fresh=True)

    assert done.returncode == 2
    assert done.stderr.startswith('error: none.py: no such config')
