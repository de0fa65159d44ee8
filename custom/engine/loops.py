"""Training loop that can begin within an epoch."""
from mmengine.registry import LOOPS
from mmengine.runner import EpochBasedTrainLoop


@LOOPS.register_module()
class ResumableTrainLoop(EpochBasedTrainLoop):
    """Training loop by epochs that begins where the last checkpoint is.

    MMEngine's begins the epoch anew. The loader must be a
    :func:`custom.engine.seeding.seeded_loader`.
    """

    def run_epoch(self) -> None:
        """Runs what is left of an epoch."""
        self.runner.call_hook('before_train_epoch')
        self.runner.model.train()
        done = self._iter - self._epoch * len(self.dataloader)
        self.dataloader.batch_sampler.begin_at(self._epoch, done)
        for idx, data_batch in enumerate(self.dataloader, done):
            self.run_iter(idx, data_batch)
        self.runner.call_hook('after_train_epoch')
        self._epoch += 1
