"""Several processes on CPUs give what one process gives."""
import subprocess
import sys

import numpy as np
import pytest
import torch
from mmengine.dataset import DefaultSampler
from mmengine.dist import is_distributed
from torch import nn
from torch.utils.data import Dataset

from custom.engine.distributed import broadcast_from_first, join_processes
from custom.engine.hooks.process_mean_hook import ProcessMeanHook
from custom.evaluation.coco_metric import CocoByNameMetric
from custom.sample_data.dataset import make_dataset
from custom.utils.errors import InputError
from tests.helpers.processes import free_port, in_processes
from tests.helpers.run_tool import ROOT
from tests.helpers.toy_run import Line, toy_runner

# A process group of one, on a machine without a GPU.
ALONE = dict(
    RANK='0',
    LOCAL_RANK='0',
    WORLD_SIZE='1',
    MASTER_ADDR='127.0.0.1',
    CUDA_VISIBLE_DEVICES='',
    OMP_NUM_THREADS='1')


def joined_by(module, call):
    """What is said by a process that joins a group by a call."""
    code = (f'import {module}\n{module}.{call}\n'
            'from mmengine.dist import get_backend\nprint(get_backend())')
    return subprocess.run([sys.executable, '-c', code],
                          cwd=ROOT,
                          env=dict(ALONE, MASTER_PORT=str(free_port())),
                          capture_output=True,
                          text=True)


@pytest.mark.slow
def test_mmengine_needs_a_gpu_and_we_do_not():
    """If MMEngine's own call succeeds, the way around it can go."""
    theirs = joined_by('mmengine.dist', 'init_dist("pytorch", "gloo")')
    assert theirs.returncode == 1
    assert 'torch.cuda.set_device(local_rank)' in theirs.stderr

    ours = joined_by('custom.engine.distributed', 'join_processes("pytorch")')
    assert (ours.returncode, ours.stdout) == (0, 'gloo\n'), ours.stderr


@pytest.mark.slow
def test_no_thread_of_gloo_lives_on_while_the_interpreter_ends():
    """Seen once on a busy machine: one aborted it (SIGABRT, not code 2)."""
    code = """
import atexit, glob

@atexit.register
def tell():
    for path in glob.glob('/proc/self/task/*/comm'):
        print(open(path).read().strip())

from custom.engine.distributed import broadcast_from_first, process_group
from custom.utils.errors import InputError, exit_on_input_error

def fail():
    raise InputError('bad data')

with exit_on_input_error(), process_group('pytorch'):
    broadcast_from_first(fail)
"""
    done = subprocess.run([sys.executable, '-c', code],
                          cwd=ROOT,
                          env=dict(ALONE, MASTER_PORT=str(free_port())),
                          capture_output=True,
                          text=True)
    assert (done.returncode, done.stderr) == (2, 'error: bad data\n')
    assert 'gloo' not in done.stdout


def test_a_process_that_no_launcher_started(monkeypatch):
    monkeypatch.delenv('RANK', raising=False)
    with pytest.raises(InputError, match='torchrun --nproc-per-node 2 tools'):
        join_processes('pytorch')


def test_restarts_that_torch_cannot_do_are_refused(monkeypatch):
    monkeypatch.setenv('RANK', '0')
    monkeypatch.setenv('TORCHELASTIC_MAX_RESTARTS', '3')
    monkeypatch.delenv('TORCH_DISABLE_SHARE_RDZV_TCP_STORE', raising=False)
    with pytest.raises(InputError, match='STORE=1 torchrun'):
        join_processes('pytorch')


class Numbers(Dataset):
    """Image ``i`` is the number i."""
    metainfo = dict(classes=('number', ))

    def __len__(self):
        return 8

    def __getitem__(self, index):
        return dict(inputs=torch.tensor([float(index)]))


class Cubes(Line):
    """Its loss is not linear in the batch, and has no chance in it."""

    def forward(self, inputs, mode='tensor'):
        out = self.line(torch.stack(inputs) / 8)
        if mode == 'loss':
            return dict(loss_line=out.pow(3).mean())
        return [out]


def trained_on_numbers(work_dir, batch_size):
    """Weights and logged losses of two steps of four numbers."""
    runner = toy_runner(
        work_dir,
        epochs=1,
        model=Cubes(),
        launcher='pytorch' if is_distributed() else 'none',
        lr=1.,
        hooks=[dict(type='EMAHook', momentum=0.1)],
        train_dataloader=dict(
            batch_size=batch_size,
            num_workers=0,
            sampler=dict(type='DefaultSampler', shuffle=True),
            dataset=Numbers()),
        param_scheduler=[])
    runner.train()
    losses, _ = runner.message_hub.get_scalar('train/loss').data
    model = getattr(runner.model, 'module', runner.model)
    return model.line.weight.item(), model.line.bias.item(), *losses


def test_two_processes_of_two_images_learn_as_one_of_four(tmp_path):
    one = trained_on_numbers(tmp_path / 'one', 4)
    two = in_processes(2, lambda rank: trained_on_numbers(tmp_path / 'two', 2),
                       tmp_path)

    # Steps of the rate 1: weights differ by the gradients.
    assert two[0] == pytest.approx(one, rel=1e-5)
    assert two[1] == pytest.approx(one, rel=1e-5)
    assert len(one) == 4
    # Of the first process: the averaged weights.
    averaged = [
        torch.load(tmp_path / name / 'epoch_1.pth',
                   weights_only=False)['state_dict']['line.weight'].item()
        for name in ('one', 'two')
    ]
    assert averaged[1] == pytest.approx(averaged[0], rel=1e-5)
    assert averaged[0] != pytest.approx(one[0], rel=1e-2)
    assert len([*(tmp_path / 'two').glob('*/vis_data/scalars.json')]) == 1
    assert [*(tmp_path / 'two').glob('*.pth')] != []


def test_losses_and_norms_are_those_of_all_processes(tmp_path):

    def after_a_step(rank):
        runner = type('Runner', (), {})()
        runner.model = nn.Sequential(nn.BatchNorm1d(1), nn.BatchNorm1d(1))
        runner.model[1].eval()  # frozen: it stays as it is
        for norm in runner.model:
            norm.running_mean.fill_(rank)
            norm.running_var.fill_(10 * rank)
        outputs = dict(loss=torch.tensor(3. * rank, requires_grad=True))
        ProcessMeanHook().after_train_iter(runner, 0, outputs=outputs)
        return ([(norm.running_mean.item(), norm.running_var.item())
                 for norm in runner.model], outputs['loss'].item())

    # Ranks 0, 1 and 2: the mean is that of rank 1.
    assert in_processes(3, after_a_step, tmp_path) == [
        ([(1, 10), (0, 0)], 3),
        ([(1, 10), (1, 10)], 3),
        ([(1, 10), (2, 20)], 3),
    ]


def scores_of_share(ann_file):
    """Scores of predictions near the truth, each process its share."""
    metric = CocoByNameMetric(str(ann_file))
    table = metric.annotations
    metric.dataset_meta = dict(classes=tuple(table.category_names))
    for image in DefaultSampler(range(7), shuffle=False):
        boxes = table.boxes[table.image_of == image].astype(np.float32)
        moved = np.hstack([boxes[:, :2], boxes[:, :2] + boxes[:, 2:]]) + image
        found = dict(
            bboxes=torch.from_numpy(moved),
            scores=torch.linspace(.9, .1, len(boxes)),
            labels=torch.from_numpy(
                table.category_of[table.image_of == image]))
        metric.process(
            {}, [dict(img_id=table.image_ids[image], pred_instances=found)])
    return metric.evaluate(7), len(metric.predictions)


def test_a_validation_that_is_shared_out_unevenly(tmp_path):
    make_dataset(tmp_path / 'data', dict(train=1, val=7, test=1), 0, 1)
    ann_file = tmp_path / 'data' / 'annotations' / 'val.json'
    one, images = scores_of_share(ann_file)
    for count in (2, 3):
        shares = in_processes(count, lambda rank: scores_of_share(ann_file),
                              tmp_path)
        # Images that fill up the shares count once.
        assert shares == [(one, 7)] + [(one, 0)] * (count - 1)
    assert images == 7
    assert 0 < one['coco/bbox_mAP'] < 1


def test_the_first_process_makes_it_for_all(tmp_path):
    assert in_processes(
        2, lambda rank: broadcast_from_first(lambda: f'by {rank}'),
        tmp_path) == ['by 0', 'by 0']


def test_its_error_is_that_of_all(tmp_path):

    def fail():
        raise InputError('val.json: is bad')

    def work(rank):
        with pytest.raises(InputError, match='val.json: is bad'):
            broadcast_from_first(fail)
        return rank

    assert in_processes(2, work, tmp_path) == [0, 1]
