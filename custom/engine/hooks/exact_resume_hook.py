"""Hook that makes a run resumable anywhere, and keeps NaN out of it."""
from typing import Any, Optional, Sequence

from mmengine.hooks import Hook
from mmengine.registry import HOOKS
from mmengine.runner import EpochBasedTrainLoop, Runner

from custom.checkpoint.finite import not_finite, require_finite
from custom.engine.hooks.checkpoint_hook import is_between_updates, save_state
from custom.engine.non_finite import NonFiniteGuard
from custom.engine.seeding import seed_step, seed_validation
from custom.engine.stop_signal import StoppedBySignal


@HOOKS.register_module()
class ExactResumeHook(Hook):
    """Hook that makes a run exact when it is resumed.

    Each step is seeded by its number, see :mod:`custom.engine.seeding`; a
    signal ends the run between two steps, with its state saved; a validation
    that was cut off is made up. Losses, gradients and what is saved must be
    finite. :class:`custom.engine.runner.DetectionRunner` registers it.
    """
    # Last of all: other hooks have done their part of the step before.
    priority = 'LOWEST'

    def before_train(self, runner: Runner) -> None:
        self._guard = NonFiniteGuard(runner)
        self._by_design = frozenset(
            not_finite(dict(state_dict=dict(runner.model.named_buffers()))))
        if is_validation_due(runner) and not runner.record.has_validated(
                runner.epoch, runner.iter):
            runner.logger.info('makes up for the validation that was cut off')
            runner.val_loop.run()

    def before_train_iter(self,
                          runner: Runner,
                          batch_idx: int,
                          data_batch: Any = None) -> None:
        self._guard.batch = data_batch
        seed_step(runner.seed, runner.iter)

    def after_train_iter(self,
                         runner: Runner,
                         batch_idx: int,
                         data_batch: Any = None,
                         outputs: Optional[dict] = None) -> None:
        self._guard.require_scale()
        if runner.stop_signal.came() and is_between_updates(runner):
            save_state(runner, runner.iter + 1)
            self._stop(runner, runner.iter + 1)

    def before_val_epoch(self, runner: Runner) -> None:
        if runner.record:  # in a training
            seed_validation(runner.seed, runner.iter)

    def after_val_iter(self,
                       runner: Runner,
                       batch_idx: int,
                       data_batch: Any = None,
                       outputs: Optional[Sequence] = None) -> None:
        # The state was saved before the validation.
        if runner.stop_signal.came():
            self._stop(runner, runner.iter)

    def before_save_checkpoint(self, runner: Runner, checkpoint: dict) -> None:
        if 'optimizer' not in checkpoint:
            # Of a best one: the averaged weights are its state_dict.
            checkpoint.pop('ema_state_dict', None)
        require_finite(
            checkpoint,
            f'the checkpoint after step {checkpoint["meta"]["iter"]}',
            self._by_design)

    @staticmethod
    def _stop(runner: Runner, step: int) -> None:
        number = runner.stop_signal.came()
        raise StoppedBySignal(
            number, f'stopped after step {step} (epoch {runner.epoch + 1}); '
            f'the state is saved in {runner.work_dir}: --resume goes on')


def is_validation_due(runner: Runner) -> bool:
    """Whether the training loop has come to where it validates."""
    loop = runner.train_loop
    loop._decide_current_val_interval()  # of dynamic_intervals
    if isinstance(loop, EpochBasedTrainLoop):
        done, last = loop.epoch, loop.max_epochs
        at_end = loop.iter == loop.epoch * len(loop.dataloader)
    else:
        done, last, at_end = loop.iter, loop.max_iters, True
    return runner.val_loop is not None and at_end and (done >= max(
        loop.val_begin, 1)) and (done % loop.val_interval == 0 or done == last)
