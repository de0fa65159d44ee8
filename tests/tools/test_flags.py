"""The flags of the command line, as a user gives them."""
import argparse
import glob
import os
import os.path as osp

import pytest
import torch

from _flags import add_config_flags, config_flags, flag_words, use_device
from custom.apis import Predictor
from custom.config.config import load_config
from tests.helpers.run_tool import CONFIG, run_tool


def parse(*words):
    parser = argparse.ArgumentParser()
    add_config_flags(parser)
    return config_flags(parser.parse_args(words))


def test_only_flags_that_were_given():
    assert parse() == {}
    assert parse('--workers', '0', '--freeze', '-1', '--ema', '--save-every',
                 '2.5') == dict(
                     workers=0, freeze=-1, ema=True, save_every=2.5)


def test_words_that_give_flags():
    assert flag_words({}) == []
    words = ['--ema', '--save-every', '2.5', '--workers', '0']
    assert flag_words(
        parse(*words)) == ['--workers', '0', '--ema', '--save-every', '2.5']


@pytest.mark.parametrize('words', [('--epochs', '0'), ('--batch', 'many'),
                                   ('--imgsz', '31'), ('--lr', '0'),
                                   ('--lr', 'inf'), ('--patience', '0'),
                                   ('--workers', '-1'), ('--track', 'paper')])
def test_values_out_of_range(words):
    with pytest.raises(SystemExit) as caught:
        parse(*words)
    assert caught.value.code == 2


@pytest.mark.parametrize('name, before, after', [
    ('cpu', None, ''),
    ('cpu', '0,1', ''),
    ('cuda', None, None),
    ('cuda', '3', '3'),
    ('cuda:1', None, '1'),
    ('cuda:1', '2,5', '5'),
])
def test_what_torch_will_see(name, before, after, monkeypatch):
    monkeypatch.delenv('CUDA_VISIBLE_DEVICES', raising=False)
    if before is not None:
        monkeypatch.setenv('CUDA_VISIBLE_DEVICES', before)

    use_device(name)
    assert os.environ.get('CUDA_VISIBLE_DEVICES') == after


@pytest.mark.slow
@pytest.mark.parametrize('words, message', [
    (['--device', 'gpu'], "'gpu' is none of cpu, cuda and cuda:N"),
    (['--device', 'cuda:99'], '--device cuda:99: torch would compute on cpu'),
    (['--lr', '1', '--auto-scale-lr'], '--lr X trains with X itself'),
    (['--time', 'inf'], 'argument --time: inf: more than 0'),
])
def test_flags_that_cannot_be_followed(words, message, tmp_path):
    done = run_tool('train', CONFIG, '--work-dir', tmp_path / 'run', *words)

    assert done.returncode == 2
    assert message in done.stderr
    assert 'Traceback' not in done.stderr
    assert not (tmp_path / 'run').exists()


@pytest.fixture(scope='module')
def flagged(drawings, tmp_path_factory):
    """The work dir of two epochs with many flags, and what was said."""
    folder = tmp_path_factory.mktemp('flagged')
    done = run_tool('train', CONFIG, '--data', drawings, '--work-dir', folder,
                    '--device', 'cpu', '--epochs', 2, '--batch', 8, '--imgsz',
                    128, '--lr', 0.002, '--freeze', 1, '--seed', 3,
                    '--workers', 0, '--patience', 1, '--ema', '--copy-paste',
                    '--save-every', 60, '--track', 'tensorboard',
                    '--cfg-options', 'train_cfg.val_interval=1',
                    'default_hooks.logger.interval=1',
                    'default_hooks.val_report=None')
    assert done.returncode == 0, done.stderr
    return folder, done


@pytest.mark.slow
def test_a_training_with_many_flags(flagged):
    folder, done = flagged
    cfg = load_config(str(next(folder.glob('*.py'))))

    assert '--epochs 2: train_cfg.max_epochs=2, ' in done.stdout
    assert '--imgsz 128: train_dataloader.dataset.pipeline.2.img_scale=' in (
        done.stdout)
    assert cfg.train_dataloader.dataset.pipeline[2].type == 'InkCopyPaste'
    assert cfg.param_scheduler[1].T_max == 2
    # The rate doesn't follow from 4 images a step to 8.
    assert cfg.optim_wrapper.optimizer.lr == 0.002
    assert 'LR is set based on batch size' not in done.stdout
    # Both epochs have mAP 0: an equal score goes on.
    assert (folder / 'epoch_2.pth').exists()


@pytest.mark.slow
def test_the_best_checkpoint_holds_the_average(flagged):
    folder, _ = flagged
    path, = glob.glob(str(folder / 'best_*.pth'))
    last = torch.load(folder / 'epoch_2.pth', weights_only=False)
    weights = last['state_dict']
    trained = {
        key.removeprefix('module.'): value
        for key, value in last['ema_state_dict'].items()
    }

    name = 'neck.lateral_convs.0.conv.weight'
    assert not torch.equal(weights[name], trained[name])
    frozen = 'backbone.conv1.weight'
    assert torch.equal(weights[frozen], trained[frozen])
    predictor = Predictor(path, 'cpu')
    pipeline = predictor.model.cfg.test_dataloader.dataset.pipeline
    assert pipeline[1].scale == (128, 128)


@pytest.mark.slow
def test_tensorboard_holds_losses_metrics_and_curves(flagged):
    from tensorboard.backend.event_processing.event_accumulator import \
        EventAccumulator
    folder, done = flagged
    events, = folder.glob('*/vis_data/events.*')
    log = EventAccumulator(osp.dirname(events)).Reload()

    # 16 images, 8 a step, 2 epochs.
    assert [scalar.step for scalar in log.Scalars('loss')] == [1, 2, 3, 4]
    assert [scalar.step for scalar in log.Scalars('coco/bbox_mAP')] == [1, 2]
    assert log.Tags()['images'] == ['curves.png']
    assert f'Tracked: tensorboard --logdir {folder}' in done.stdout
