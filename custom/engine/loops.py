"""Training loop that can begin within an epoch."""
from typing import Any, Iterator, Tuple

from mmengine.registry import LOOPS
from mmengine.runner import EpochBasedTrainLoop

from custom.engine.hooks.checkpoint_hook import save_state
from custom.engine.loader_workers import without_sigchld_handler


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
        for idx, data_batch in self._batches(done):
            # Torch tells of a dead worker at once, in the middle of a step,
            # and again when its batch is missed.
            with without_sigchld_handler():
                self.run_iter(idx, data_batch)
        self.runner.call_hook('after_train_epoch')
        self._epoch += 1

    def _batches(self, done: int) -> Iterator[Tuple[int, Any]]:
        """Batches of the epoch from the given one on, with their numbers.

        What befalls the loader does so between two steps: the state is saved.
        """
        try:
            yield from enumerate(self.dataloader, done)
        except Exception:
            if self._iter:
                # Of a dead worker torch tells once more whenever another
                # process ends.
                with without_sigchld_handler():
                    save_state(self.runner, self._iter)
            raise
