"""Runner of MMEngine's own configs, without ours."""
import math
import multiprocessing
import shutil

import pytest
import torch
from mmengine.config import Config
from mmengine.hooks import Hook

from custom.engine.runner import DetectionRunner
from custom.engine.stop_signal import StoppedBySignal
from custom.utils.errors import InputError
from tests.helpers.toy_run import (AtStepHook, Line, Noise, Scores,
                                   checkpoints, toy_runner)
from tests.helpers.watched_run import differences


def load(path):
    return torch.load(path, weights_only=False)


def stop(runner):
    runner.stop_signal.number = 15


def stopped(work_dir, step, where='after_train_iter', **more):
    """A run that SIGTERM reaches at a step."""
    runner = toy_runner(
        work_dir, hooks=[AtStepHook(step, stop, where)], **more)
    with pytest.raises(StoppedBySignal) as caught:
        runner.train()
    assert caught.value.exit_code == 143
    return runner


@pytest.mark.parametrize('step', [1, 6, 8, 17])
def test_a_stopped_run_is_the_same_run_after_all(step, tmp_path):
    whole = toy_runner(tmp_path / 'whole')
    whole.train()
    first = stopped(tmp_path / 'run', step)
    rest = toy_runner(tmp_path / 'run', resume=True)
    rest.train()

    # What the model saw, validations between, chance and all.
    assert first.model.seen + rest.model.seen == whole.model.seen
    assert differences(
        load(tmp_path / 'run' / 'epoch_3.pth'),
        load(tmp_path / 'whole' / 'epoch_3.pth')) == []
    assert checkpoints(tmp_path / 'run') == checkpoints(tmp_path / 'whole')


@pytest.mark.parametrize('sampler', ['InfiniteSampler', 'DefaultSampler'])
def test_training_by_iterations_is_the_same_run_too(sampler, tmp_path):

    def iterations(work_dir, **more):
        kinds = dict(
            train_cfg=dict(by_epoch=False, max_iters=10, val_interval=5),
            log_processor=dict(by_epoch=False),
            checkpoint=dict(type='CheckpointHook', by_epoch=False, interval=5))
        runner = toy_runner(work_dir, **kinds, **more)
        runner._train_dataloader['sampler'] = dict(type=sampler, shuffle=True)
        return runner

    whole = iterations(tmp_path / 'whole')
    whole.train()
    first = iterations(tmp_path / 'run', hooks=[AtStepHook(8, stop)])
    with pytest.raises(StoppedBySignal):
        first.train()
    rest = iterations(tmp_path / 'run', resume=True)
    rest.train()

    assert first.model.seen + rest.model.seen == whole.model.seen
    assert differences(
        load(tmp_path / 'run' / 'iter_10.pth'),
        load(tmp_path / 'whole' / 'iter_10.pth')) == []


def test_averaged_weights_go_on(tmp_path):
    ema = dict(type='EMAHook', momentum=0.1)
    toy_runner(tmp_path / 'whole', hooks=[dict(ema)]).train()
    runner = toy_runner(
        tmp_path / 'run', hooks=[dict(ema), AtStepHook(8, stop)])
    with pytest.raises(StoppedBySignal):
        runner.train()
    toy_runner(tmp_path / 'run', hooks=[dict(ema)], resume=True).train()

    ours, theirs = (
        load(tmp_path / name / 'epoch_3.pth') for name in ('run', 'whole'))
    assert differences(ours, theirs) == []
    # The average is what is used, and the best has no more.
    assert ours['state_dict']['line.weight'] != ours['ema_state_dict'][
        'module.line.weight']
    best = load(next((tmp_path / 'run').glob('best_*.pth')))
    assert 'ema_state_dict' not in best


def test_every_epoch_draws_anew(tmp_path):
    runner = toy_runner(tmp_path, epochs=2, workers=2)
    runner.train()
    seen = runner.model.seen
    # 6 steps, 6 images validated, and again.
    first, second = (sorted(sum(seen[at:at + 6], [])) for at in (0, 12))
    assert len({*first, *second}) == 12


def test_the_number_of_workers_changes_nothing(tmp_path):
    runs = []
    for workers in (0, 1, 2):
        runner = toy_runner(tmp_path / str(workers), 1, workers=workers)
        runner.train()
        runs.append(runner.model.seen[:6])
    assert runs[0] == runs[1] == runs[2]


def test_a_validation_that_was_cut_off_is_made_up(tmp_path):
    first = stopped(tmp_path, 6, 'after_val_iter')
    assert first.record.validations == []
    assert checkpoints(tmp_path) == ['epoch_1.pth']

    toy_runner(tmp_path, epochs=1, resume=True).train()

    assert checkpoints(tmp_path) == ['best_score_epoch_1.pth', 'epoch_1.pth']


def test_a_finished_run_has_nothing_left_to_do(tmp_path):
    toy_runner(tmp_path, epochs=2).train()
    again = toy_runner(tmp_path, epochs=2, resume=True)
    again.train()
    assert again.model.seen == []


def test_a_state_within_an_epoch_goes_when_a_later_one_is_there(tmp_path):
    keep = dict(type='CheckpointHook', interval=1, max_keep_ckpts=1)
    stopped(tmp_path, 8, checkpoint=keep)
    assert checkpoints(tmp_path) == ['epoch_1.pth', 'epoch_1_iter_8.pth']
    stopped(tmp_path, 10, checkpoint=keep, resume=True)
    assert checkpoints(tmp_path) == ['epoch_1.pth', 'epoch_1_iter_10.pth']
    toy_runner(tmp_path, checkpoint=keep, resume=True).train()
    assert checkpoints(tmp_path) == ['epoch_3.pth']


def test_what_a_kill_after_a_save_has_left_goes(tmp_path):
    keep = dict(type='CheckpointHook', interval=1, max_keep_ckpts=1)
    toy_runner(tmp_path, 2, checkpoint=keep).train()
    shutil.copy(tmp_path / 'epoch_2.pth', tmp_path / 'epoch_1.pth')
    (tmp_path / 'epoch_1_copy.pth').touch()
    toy_runner(tmp_path, 3, checkpoint=keep, resume=True).train()
    assert checkpoints(tmp_path) == ['epoch_1_copy.pth', 'epoch_3.pth']


def test_saving_by_the_clock(tmp_path):
    often = dict(
        type='SafeCheckpointHook', interval=9, save_last=False, save_every=0.)
    stopped(tmp_path, 4, checkpoint=often)
    # 0 is none; any minute has passed in a negative time.
    assert checkpoints(tmp_path) == ['epoch_0_iter_4.pth']
    names = []
    spy = AtStepHook(5, lambda runner: names.extend(checkpoints(tmp_path)))
    spy.priority = 'LOWEST'
    often.update(save_every=-1.)
    toy_runner(tmp_path, 1, checkpoint=often, hooks=[spy], resume=True).train()
    assert names == ['epoch_0_iter_5.pth']


def test_the_best_is_that_of_all_validations(tmp_path):
    scores = (0.1, 0.5, 0.3)
    toy_runner(tmp_path, 2, scores=scores).train()
    toy_runner(tmp_path, 3, scores=scores, resume=True).train()
    assert 'best_score_epoch_2.pth' in checkpoints(tmp_path)
    assert 'best_score_epoch_3.pth' not in checkpoints(tmp_path)


def test_the_best_by_auto_is_that_by_the_first_metric(tmp_path):
    auto = dict(type='CheckpointHook', save_best='auto', rule='greater')
    scores = (0.1, 0.5, 0.3)
    toy_runner(tmp_path, 2, scores=scores, checkpoint=dict(auto)).train()
    toy_runner(
        tmp_path, 3, scores=scores, checkpoint=dict(auto),
        resume=True).train()
    assert [name for name in checkpoints(tmp_path)
            if 'best' in name] == ['best_score_epoch_2.pth']


def test_nothing_to_measure_is_no_best(tmp_path):
    toy_runner(tmp_path, 3, scores=(-1, 0., -1)).train()
    assert [name for name in checkpoints(tmp_path)
            if 'best' in name] == ['best_score_epoch_2.pth']


def test_a_copied_folder_keeps_to_itself(tmp_path):
    scores = (0.1, 0.2, 0.3)
    toy_runner(tmp_path / 'a', 2, scores=scores).train()
    before = checkpoints(tmp_path / 'a')
    shutil.copytree(tmp_path / 'a', tmp_path / 'b')

    toy_runner(tmp_path / 'b', 3, scores=scores, resume=True).train()

    assert checkpoints(tmp_path / 'a') == before
    assert 'best_score_epoch_3.pth' in checkpoints(tmp_path / 'b')
    assert 'best_score_epoch_2.pth' not in checkpoints(tmp_path / 'b')


def test_another_folders_checkpoint_loses_nothing(tmp_path):
    scores = (0.1, 0.2, 0.3)
    toy_runner(tmp_path / 'a', 2, scores=scores).train()
    before = checkpoints(tmp_path / 'a')

    toy_runner(
        tmp_path / 'b',
        3,
        scores=scores,
        resume=True,
        load_from=str(tmp_path / 'a' / 'epoch_2.pth')).train()

    assert checkpoints(tmp_path / 'a') == before
    assert checkpoints(tmp_path /
                       'b') == ['best_score_epoch_3.pth', 'epoch_3.pth']


def configs(work_dir):
    return {path.name: path.read_text() for path in work_dir.glob('*.py')}


def test_a_folder_that_holds_a_run_is_not_trained_in(tmp_path):
    toy_runner(tmp_path, 1).train()
    trained_with = configs(tmp_path)
    with pytest.raises(InputError, match='holds a run'):
        toy_runner(tmp_path, 2).train()
    assert len(trained_with) == 1
    assert configs(tmp_path) == trained_with


def test_a_mistyped_metric_is_told_and_costs_no_epoch(tmp_path):
    wrong = dict(type='CheckpointHook', save_best='scores', rule='greater')
    with pytest.raises(InputError, match='no metric scores; .* gives score'):
        toy_runner(tmp_path, 1, checkpoint=wrong).train()
    assert checkpoints(tmp_path) == ['epoch_1.pth']


class Spoiled(Line):
    """Its loss, or its gradient, is not finite at the third step."""

    def __init__(self, kind):
        super().__init__()
        self.kind, self.steps = kind, 0

    def forward(self, inputs, mode='tensor'):
        out = super().forward(inputs, mode)
        if mode == 'loss':
            self.steps += 1
            if self.steps == 3:
                weight = self.line.weight.sum()
                out['loss_bad'] = (
                    weight * math.nan if self.kind == 'loss' else
                    (weight - weight).abs().sqrt())  # its slope is infinite
        return out


@pytest.mark.parametrize('kind, what, clip', [
    ('loss', 'the loss', None),
    ('gradient', 'the gradient', None),
    ('gradient', 'the gradient', dict(max_norm=1)),
    ('gradient', 'the gradient', dict(type='value', clip_value=1)),
])
def test_what_is_not_finite_stops_before_the_step(kind, what, clip, tmp_path):
    model = Spoiled(kind)
    runner = toy_runner(
        tmp_path,
        model=model,
        optim_wrapper=dict(
            clip_grad=clip, optimizer=dict(type='SGD', lr=0.01)))
    with pytest.raises(InputError) as caught:
        runner.train()

    message = str(caught.value)
    assert message.startswith(f'step 3 (epoch 1): {what} is not finite')
    assert 'loss_line ' in message
    assert f'loss_bad {"nan" if kind == "loss" else "0"}' in message
    # In a warm-up from 0.001, after 2 of 8 steps; --lr sets the whole.
    assert 'rate (here it is 0.00325 of 0.01; --lr) and' in message
    assert torch.isfinite(model.line.weight).all()
    assert checkpoints(tmp_path) == []


def test_nan_in_a_buffer_is_not_saved(tmp_path):

    def spoil(runner):
        runner.model.register_buffer('mean', torch.tensor(math.nan))

    runner = toy_runner(tmp_path, hooks=[AtStepHook(2, spoil)])
    with pytest.raises(InputError, match='NaN or inf in state_dict.mean'):
        runner.train()
    assert checkpoints(tmp_path) == []


class FailsAfterwards(Hook):

    def after_train(self, runner):
        raise OSError('the plotter is out of paper')


def test_a_finished_training_cannot_fail(tmp_path):
    runner = toy_runner(tmp_path, 1, hooks=[FailsAfterwards()])
    told = []
    runner.logger.warning = told.append
    runner.train()
    assert told == [
        'FailsAfterwards failed when the training was finished: OSError: the '
        'plotter is out of paper'
    ]
    assert 'epoch_1.pth' in checkpoints(tmp_path)


def scheduled(work_dir, schedule, epochs, lr=0.1, batch_size=1, **more):
    """A run that has a config with a schedule, as resume compares them."""
    runner = toy_runner(
        work_dir,
        epochs,
        lr=lr,
        batch_size=batch_size,
        param_scheduler=[schedule],
        **more)
    runner.cfg = Config(
        dict(
            param_scheduler=[schedule],
            train_dataloader=dict(
                batch_size=batch_size, dataset=dict(ann_file='none')),
            optim_wrapper=dict(
                optimizer=dict(type='SGD', lr=lr, momentum=0.9)),
            train_cfg=dict(by_epoch=True, max_epochs=epochs)))
    return runner


class Rates(Hook):
    """Keeps the learning rate at the beginning of each epoch."""

    def __init__(self):
        self.seen = []

    def before_train_epoch(self, runner):
        self.seen.append(round(runner.optim_wrapper.get_lr()['lr'][0], 9))


def test_another_rate_and_schedule_hold_from_the_resume_on(tmp_path):

    def cosine(epochs, **more):
        schedule = dict(type='CosineAnnealingLR', T_max=epochs, end=epochs)
        return scheduled(tmp_path, schedule, epochs, **more)

    cosine(2).train()
    rates, told = Rates(), []
    longer = cosine(4, lr=0.2, resume=True, hooks=[rates])
    longer.logger.warning = told.append
    longer.train()

    # After 2 of 4 epochs of a cosine from 0.2: half of it.
    assert rates.seen[0] == 0.1
    assert 'from here on optim_wrapper.optimizer.lr is 0.2, not 0.1' in told
    assert 'from here on train_cfg.max_epochs is 4, not 2' in told


def test_another_batch_size_keeps_the_schedule_of_epochs(tmp_path):
    schedule = dict(type='MultiStepLR', milestones=[2, 3])
    scheduled(tmp_path, schedule, 1).train()
    rates = Rates()
    scheduled(
        tmp_path, schedule, 4, batch_size=2, resume=True,
        hooks=[rates]).train()
    assert rates.seen == [0.1, 0.01, 0.001]  # of epochs 2 to 4


def test_a_schedule_of_steps_follows_the_images(tmp_path):
    cosine = dict(
        type='CosineAnnealingLR', T_max=4, end=4, convert_to_iter_based=True)
    first = scheduled(
        tmp_path, cosine, 4, hooks=[AtStepHook(6, stop, 'after_val_iter')])
    with pytest.raises(StoppedBySignal):
        first.train()
    rates = Rates()
    scheduled(
        tmp_path, cosine, 4, length=12, resume=True, hooks=[rates]).train()
    # A quarter, a half and three quarters of the way from 0.1 to 0.
    assert rates.seen == pytest.approx(
        [0.05 * (1 + math.cos(turn * math.pi)) for turn in (.25, .5, .75)])


@pytest.mark.parametrize('batch_size', [1, 2])
def test_what_is_reduced_on_a_plateau_stays_so(batch_size, tmp_path):
    plateau = dict(
        type='ReduceOnPlateauLR', monitor='score', rule='greater', patience=1)
    scores = (0.5, 0.4, 0.4, 0.4)
    scheduled(tmp_path, plateau, 3, scores=scores).train()
    rates = Rates()
    scheduled(
        tmp_path,
        plateau,
        4,
        batch_size=batch_size,
        resume=True,
        scores=scores,
        hooks=[rates]).train()
    # Two epochs were no better than the first.
    assert rates.seen == [0.01]


def test_a_validation_before_the_kill_counts_on_a_plateau(tmp_path):
    plateau = dict(
        type='ReduceOnPlateauLR', monitor='score', rule='greater', patience=1)

    def run(work_dir, **more):
        return scheduled(
            work_dir, plateau, 4, scores=(0.5, 0.4, 0.4, 0.4), **more)

    def die(runner):
        raise KeyboardInterrupt

    whole, rest = Rates(), Rates()
    run(tmp_path / 'whole', hooks=[whole]).train()
    # The first step after the validation of epoch 3.
    with pytest.raises(KeyboardInterrupt):
        run(tmp_path / 'run', hooks=[AtStepHook(19, die)]).train()
    run(tmp_path / 'run', resume=True, hooks=[rest]).train()
    assert whole.seen == [0.1, 0.1, 0.1, 0.01]
    assert rest.seen == whole.seen[3:]


def test_another_batch_size_can_not_begin_within_an_epoch(tmp_path):
    stopped(tmp_path, 8)
    with pytest.raises(InputError, match='an epoch of 6 steps, .* make 3'):
        toy_runner(tmp_path, batch_size=2, resume=True).train()


def test_another_batch_size_begins_with_an_epoch(tmp_path):
    toy_runner(tmp_path, 1).train()
    runner = toy_runner(tmp_path, 2, batch_size=2, resume=True)
    runner.train()
    assert runner.iter == 6  # 2 epochs of 3 steps


def test_the_seed_stays(tmp_path):
    whole = toy_runner(tmp_path / 'whole')
    whole.train()
    stopped(tmp_path / 'run', 8)
    rest = toy_runner(tmp_path / 'run', resume=True, randomness=dict(seed=99))
    rest.train()
    assert rest.model.seen == whole.model.seen[-len(rest.model.seen):]


def test_validation_alone(tmp_path):
    runner = toy_runner(tmp_path, scores=(0.7, ))
    assert runner.val() == dict(score=0.7)
    assert checkpoints(tmp_path) == []


def test_validation_of_what_would_be_resumed(tmp_path):
    toy_runner(tmp_path, 1).train()
    runner = toy_runner(tmp_path, lr=0.5, scores=(0.7, 0.8), resume=True)
    assert runner.val()['score'] in (0.7, 0.8)
    assert checkpoints(tmp_path) == ['best_score_epoch_1.pth', 'epoch_1.pth']


def test_test_alone(tmp_path):
    toy_runner(tmp_path, 1).train()
    trained_with = configs(tmp_path)
    runner = toy_runner(
        tmp_path,
        load_from=str(tmp_path / 'epoch_1.pth'),
        test_dataloader=dict(
            batch_size=1,
            sampler=dict(type='DefaultSampler', shuffle=False),
            dataset=toy_runner(tmp_path / 'x')._train_dataloader['dataset']),
        test_cfg=dict(),
        test_evaluator=[Scores((0.3, 0.4))],
        cfg=Config(dict(epochs='others')))
    assert runner.test()['score'] in (0.3, 0.4)
    assert configs(tmp_path) == trained_with


def test_averaged_weights_are_not_dropped_silently(tmp_path):
    toy_runner(tmp_path, 1, hooks=[dict(type='EMAHook')]).train()
    with pytest.raises(InputError, match='--ema'):
        toy_runner(tmp_path, 2, resume=True).train()


@pytest.mark.parametrize('batch_size', [1, 2])
def test_early_stopping_counts_on_after_a_resume(batch_size, tmp_path):
    patience = dict(
        type='EarlyStoppingHook',
        monitor='score',
        rule='greater',
        min_delta=0,
        patience=3)
    toy_runner(tmp_path, 2, scores=(0.5, 0.4), hooks=[patience]).train()
    runner = toy_runner(
        tmp_path,
        6,
        scores=[0.4] * 6,
        batch_size=batch_size,
        hooks=[dict(patience)],
        resume=True)
    runner.train()
    assert runner.epoch == 4  # three after the best


def test_the_stock_runner_is_not_touched(tmp_path):
    from mmengine.hooks import CheckpointHook
    from mmengine.runner import Runner
    runner = toy_runner(tmp_path, kind=Runner)
    assert any(type(hook) is CheckpointHook for hook in runner.hooks)
    assert not any(
        type(hook) is CheckpointHook
        for hook in toy_runner(tmp_path, kind=DetectionRunner).hooks)


def test_workers_end_with_a_test(tmp_path):
    """Left to the garbage collector, each would take torch 5 s."""
    loader = dict(
        num_workers=1,
        persistent_workers=True,
        sampler=dict(type='DefaultSampler', shuffle=False),
        dataset=Noise())
    runner = toy_runner(
        tmp_path,
        test_dataloader=loader,
        test_cfg=dict(),
        test_evaluator=[Scores()])
    runner.test()
    assert multiprocessing.active_children() == []
