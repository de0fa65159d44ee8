import json
import shutil

import pytest
import torch
from mmengine.evaluator import BaseMetric

from custom.checkpoint.dataset_meta import checkpoint_thresholds
from custom.checkpoint.loading import load
from custom.classes import NAMES
from custom.engine.hooks.val_report_hook import validate
from custom.engine.stop_signal import StoppedBySignal
from tests.helpers.run_tool import CONFIG, run_tool
from tests.helpers.toy_run import toy_runner


def figures(folder):
    return json.loads((folder / 'report.json').read_text())


def best_of(work_dir):
    path, = work_dir.glob('best_*.pth')
    return path


def thresholds_of(path):
    return checkpoint_thresholds(load(str(path)), str(path))


@pytest.mark.slow
def test_the_best_checkpoint_gets_thresholds_and_a_report(
        trained, drawings, tmp_path):
    """The report of the best, epoch 1, is what a test of it on val finds,
    although the training has gone on."""
    work_dir, done = trained
    best = best_of(work_dir)
    assert best.name == 'best_coco_bbox_mAP_epoch_1.pth'
    assert {*thresholds_of(best)} == {*NAMES}
    assert thresholds_of(work_dir / 'epoch_2.pth') == {}
    assert figures(work_dir / 'report_val')['limit'] in done.stdout
    assert f'Report: {work_dir}/report_val/index.html' in done.stdout

    shutil.copy(best, tmp_path)
    again = run_tool('test', CONFIG, tmp_path / best.name, '--data', drawings,
                     '--split', 'val', '--cfg-options',
                     'test_dataloader.batch_size=4')
    assert again.returncode == 0, again.stderr
    assert figures(work_dir / 'report_val') == figures(tmp_path / 'report')


@pytest.mark.slow
def test_a_failure_there_fails_no_training(trained, drawings, tmp_path):
    """What is missed is made up for on resume, and thresholds stay."""
    work_dir = shutil.copytree(trained[0], tmp_path / 'run')
    before = best_of(work_dir).read_bytes()
    shutil.rmtree(work_dir / 'report_val')
    (work_dir / 'report_val').touch()
    said = []
    for _ in range(2):
        done = run_tool('train', CONFIG, '--data', drawings, '--work-dir',
                        work_dir, '--epochs', 2, '--workers', 0, '--resume')
        assert done.returncode == 0, done.stderr
        said.append(done.stdout + done.stderr)
        if (work_dir / 'report_val').is_file():
            (work_dir / 'report_val').unlink()

    assert 'ValReportHook failed when the training was finished' in said[0]
    assert 'Report: ' in said[1]
    assert best_of(work_dir).read_bytes() == before


class Outputs(BaseMetric):
    """Keeps what the model says."""

    def process(self, data_batch, data_samples):
        self.results += [sample.item() for sample in data_samples]

    def compute_metrics(self, results):
        self.predictions = results
        return {}


@pytest.mark.parametrize('hooks', [[], [dict(type='EMAHook', momentum=.5)]])
def test_it_validates_with_the_weights_of_the_file(hooks, tmp_path):
    """The second epoch is the best, averaged or not."""
    runner = toy_runner(tmp_path, scores=(0, 1, 0), hooks=hooks)
    model = runner.train()
    trained_on = model.line.weight.item(), model.line.bias.item()
    best = load(str(best_of(tmp_path)))['state_dict']
    assert best['line.weight'].item() != trained_on[0]

    metric = Outputs()
    torch.manual_seed(0)
    model.seen.clear()
    validate(runner, metric, best)
    weight, bias = best['line.weight'].item(), best['line.bias'].item()
    assert metric.predictions == pytest.approx(
        [weight * batch[0] + bias for batch in model.seen])
    assert len(metric.predictions) == 6
    assert (model.line.weight.item(), model.line.bias.item()) == trained_on


def test_a_signal_ends_it(tmp_path):
    runner = toy_runner(tmp_path, 1)
    runner.train()
    runner.stop_signal.number = 15
    with pytest.raises(StoppedBySignal, match='--resume makes it') as caught:
        validate(runner, Outputs(), runner.model.state_dict())
    assert caught.value.exit_code == 143


def test_it_is_left_out(tmp_path):
    hooks = dict(val_report=None, timer=None, checkpoint=None)
    runner = toy_runner(tmp_path, 1, default_hooks=hooks)
    names = {type(hook).__name__ for hook in runner.hooks}
    assert not names & {'ValReportHook', 'IterTimerHook', 'SafeCheckpointHook'}
    assert 'LoggerHook' in names


@pytest.mark.parametrize('more', [
    dict(),
    dict(checkpoint=dict(type='CheckpointHook', interval=1)),
    dict(val_dataloader=None, val_cfg=None, val_evaluator=None),
])
def test_without_a_metric_a_best_or_a_validation(more, tmp_path):
    hook = dict(type='ValReportHook')
    if 'val_cfg' in more:
        more['checkpoint'] = dict(type='CheckpointHook', interval=1)
    runner = toy_runner(tmp_path, 1, hooks=[hook], **more)
    told = []
    runner.logger.warning = told.append
    runner.train()
    assert told == []
    assert not (tmp_path / 'report_val').exists()
