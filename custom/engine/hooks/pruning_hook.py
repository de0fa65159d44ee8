"""Hook that reports validations to an Optuna trial and ends a poor one."""
from typing import Dict

from mmdet.registry import HOOKS
from mmengine.dist import master_only
from mmengine.hooks import Hook

from custom.utils.errors import InputError


@HOOKS.register_module()
class PruningHook(Hook):
    """Reports the metric of each validation to the study that a trial is of,
    and ends the training when the study's pruner says so.

    ``tools/tune.py`` adds it to the trainings that it starts. A trial that is
    ended so has the user attribute ``pruned_at``: the epochs done, or the
    steps where training counts no epochs.

    Args:
        storage: URL of the study's storage.
        study: Its name.
        trial: Number of the trial.
        monitor: The metric, as a validation names it.
    """

    def __init__(self, storage: str, study: str, trial: int,
                 monitor: str) -> None:
        self.storage = storage
        self.study = str(study)
        self.number = trial
        self.monitor = monitor

    @master_only
    def before_train(self, runner) -> None:
        from optuna import load_study  # takes the pruner that is the default
        from optuna.trial import Trial
        study = load_study(study_name=self.study, storage=self.storage)
        frozen = study.trials[self.number]
        if frozen.state.is_finished():
            raise InputError(
                f'trial {self.number} of {self.study} is done; without '
                'default_hooks.pruning in its config it can be trained again')
        self.trial = Trial(study, frozen._trial_id)

    @master_only
    def after_val_epoch(self, runner, metrics: Dict[str, float]) -> None:
        done = runner.epoch or runner.iter
        self.trial.report(metrics[self.monitor], done)
        if self.trial.should_prune():
            runner.logger.info(f'pruned: other trials were better at {done}')
            self.trial.set_user_attr('pruned_at', done)
            runner.train_loop.stop_training = True
