"""Checkpoint hook that never removes the last whole checkpoint."""
import contextlib
from typing import Iterator, List, Optional

from mmdet.registry import HOOKS
from mmengine.hooks import CheckpointHook


class _DeferredRemoval:
    """Storage backend that defers removals: it notes what should go."""

    def __init__(self, backend) -> None:
        self._backend = backend
        self.removed: List[str] = []

    def remove(self, path: str) -> None:
        self.removed.append(path)

    def __getattr__(self, name: str):
        return getattr(self._backend, name)


@HOOKS.register_module()
class SafeCheckpointHook(CheckpointHook):
    """Checkpoint hook that removes the old one only when the new one is whole.

    MMEngine removes first and saves then: a full disk or a kill between the
    two loses both, the best one included.
    """

    def __init__(self, *args, save_every: Optional[float] = None, **kwargs):
        super().__init__(*args, **kwargs)
        self.save_every = save_every

    def _save_checkpoint_with_step(self, runner, step: int, meta) -> None:
        with self._remove_last():
            super()._save_checkpoint_with_step(runner, step, meta)

    def _save_best_checkpoint(self, runner, metrics: dict) -> None:
        with self._remove_last():
            super()._save_best_checkpoint(runner, metrics)

    @contextlib.contextmanager
    def _remove_last(self) -> Iterator[None]:
        backend = self.file_backend
        self.file_backend = deferred = _DeferredRemoval(backend)
        try:
            yield
        finally:
            self.file_backend = backend
        for path in deferred.removed:
            # A repeated epoch writes under the name that it replaces. There
            # is no best one without save_best.
            if path not in (self.last_ckpt,
                            getattr(self, 'best_ckpt_path', None)):
                backend.remove(path)
