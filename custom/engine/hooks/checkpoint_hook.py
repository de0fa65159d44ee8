"""Checkpoint hook: the last whole checkpoint and the best are never lost."""
import contextlib
import math
import numbers
import os
import os.path as osp
import time
from typing import Any, Dict, Iterator, List, Optional, Tuple

from mmdet.registry import HOOKS
from mmengine.dist import is_main_process
from mmengine.hooks import CheckpointHook

from custom.checkpoint.newest import position, resumable
from custom.engine.run_folder import RunRecord
from custom.utils.errors import InputError


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
    two loses both. It also keeps the best score and the path of the best in
    the last checkpoint, which is older than the best, and may be read in
    another folder; here they are in ``run.json`` of the work dir, see
    :class:`custom.engine.run_folder.RunRecord`, and nothing outside it is
    removed.

    No score below 0 counts as best where more is better: COCO's -1 says that
    there was nothing to measure.

    Args:
        save_every: Minutes after which the state within an epoch is saved, as
            ``epoch_E_iter_I.pth`` (E epochs and I steps done). It goes when
            a later checkpoint is there.
        args, kwargs: As for MMEngine's ``CheckpointHook``.
    """

    def __init__(self,
                 *args,
                 save_every: Optional[float] = None,
                 **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.save_every = save_every
        self.record: Optional[RunRecord] = None
        self._saved: Optional[Tuple[int, int]] = None

    def before_train(self, runner) -> None:
        super().before_train(runner)
        self.record = getattr(runner, 'record', None) or RunRecord(
            runner.work_dir)
        self._saved_at = time.monotonic()
        if any(
                name in resumable(self.out_dir)
                for name in (f'epoch_{runner.epoch}.pth',
                             self._name_within(runner.epoch, runner.iter),
                             f'iter_{runner.iter}.pth')):
            self._saved = runner.epoch, runner.iter
        if is_main_process():
            self._remove_left_over()
        for done in self.record.validations[:1]:
            self._name_auto(done['metrics'])
        self._find_best(runner.message_hub.runtime_info)

    def _remove_left_over(self) -> None:
        """Removes what a kill after the save before has left."""
        ids = self.keep_ckpt_ids if self.max_keep_ckpts > 0 else ()
        older = range(min(ids, default=0))
        for name in {*resumable(self.out_dir)
                     } & {*map(self.filename_tmpl.format, older)}:
            os.remove(osp.join(self.out_dir, name))

    def after_train_iter(self, runner, *args, **kwargs) -> None:
        super().after_train_iter(runner, *args, **kwargs)
        if self.save_every and is_between_updates(runner) and (
                time.monotonic() - self._saved_at >= 60 * self.save_every):
            self.save_state(runner, runner.iter + 1)

    def before_val(self, runner) -> None:
        # What cuts a validation off then costs the validation alone.
        if self.record and runner.iter:
            self.save_state(runner, runner.iter)

    def after_val_epoch(self, runner, metrics: Dict[str, Any]) -> None:
        if self.record:  # not in Runner.val(), which trains nothing
            super().after_val_epoch(runner, metrics)

    def after_train(self, runner) -> None:
        super().after_train(runner)
        self.record = None

    def save_state(self, runner, step: int) -> None:
        """Saves the state after ``step`` steps, if it isn't already."""
        if self._saved == (runner.epoch, step):
            return
        meta = dict(epoch=runner.epoch, iter=step)
        if self.by_epoch:
            runner.save_checkpoint(
                self.out_dir,
                self._name_within(**meta),
                save_optimizer=self.save_optimizer,
                save_param_scheduler=self.save_param_scheduler,
                meta=meta,
                backend_args=self.backend_args)
            self._note_saved(meta)
        else:
            self._save_checkpoint_with_step(runner, step, meta)

    def _save_checkpoint_with_step(self, runner, step: int, meta) -> None:
        with self._remove_last():
            super()._save_checkpoint_with_step(runner, step, meta)
        self._note_saved(meta)

    @contextlib.contextmanager
    def _remove_last(self) -> Iterator[None]:
        backend = self.file_backend
        self.file_backend = deferred = _DeferredRemoval(backend)
        try:
            yield
        finally:
            self.file_backend = backend
        for path in deferred.removed:
            # A repeated epoch writes under the name that it replaces.
            if path != self.last_ckpt:
                backend.remove(path)

    def _note_saved(self, meta: dict) -> None:
        """Notes what was saved; what was saved within an epoch before goes."""
        self._saved = meta['epoch'], meta['iter']
        self._saved_at = time.monotonic()
        if is_main_process() and self.by_epoch:
            new = self._name_within(*self._saved)
            for name in resumable(self.out_dir):
                if '_iter_' in name and position(name) < position(new):
                    os.remove(osp.join(self.out_dir, name))

    @staticmethod
    def _name_within(epoch: int, iter: int) -> str:
        return f'epoch_{epoch}_iter_{iter}.pth'

    def _save_best_checkpoint(self, runner, metrics: Dict[str, Any]) -> None:
        """Saves the best, then puts the results into the record: a kill
        between the two repeats the validation."""
        self._name_auto(metrics)
        replaced = [
            self._save_if_best(runner, name, self._score(name, metrics))
            for name in self._best_by()
        ]
        self.record.add_validation(
            runner.epoch, runner.iter, {
                name: float(value)
                for name, value in metrics.items()
                if isinstance(value, numbers.Number)
            })
        if is_main_process():
            self.record.write()
            self._remove_best(filter(None, replaced))

    def _save_if_best(self, runner, name: str, score: float) -> Optional[str]:
        """The name of the file that is no longer the best."""
        last = self.record.best.get(name)
        if not self._is_best(name, score, last):
            return None
        file = self._best_file(name,
                               runner.epoch if self.by_epoch else runner.iter)
        meta = dict(epoch=runner.epoch, iter=runner.iter)
        # Other hooks look here, as MMEngine's own leaves them.
        runner.message_hub.update_info(self._info('best_score', name), score)
        runner.message_hub.update_info(self._info('best_ckpt', name), file)
        runner.save_checkpoint(
            self.out_dir,
            file,
            save_optimizer=False,
            save_param_scheduler=False,
            meta=dict(meta),
            by_epoch=False,
            backend_args=self.backend_args)
        self._set_best(name, dict(file=file, score=float(score), **meta))
        runner.logger.info(f'The best checkpoint with {score:0.4f} {name} at '
                           f'epoch {runner.epoch} is saved to {file}.')
        return last['file'] if last and last['file'] != file else None

    def _name_auto(self, metrics: Dict[str, Any]) -> None:
        """Takes the first metric for ``save_best='auto'``, as MMEngine."""
        if self._best_by() == ['auto'] and metrics:
            self._init_rule(self.rules, [next(iter(metrics))])

    def _best_by(self) -> List[str]:
        return self.key_indicators if self.save_best else []

    def _score(self, name: str, metrics: Dict[str, Any]) -> float:
        if name not in metrics:
            raise InputError(
                f'default_hooks.checkpoint.save_best: no metric {name}; the '
                f'validation gives {", ".join(metrics)}. --resume with one of '
                'them goes on')
        return -math.inf if metrics[name] is None else metrics[name]

    def _is_best(self, name: str, score: float,
                 last: Optional[Dict[str, Any]]) -> bool:
        is_better = self.is_better_than[name]
        if not math.isfinite(score) or score < 0 and is_better(1, 0):
            return False
        return not last or is_better(score, last['score'])

    def _best_file(self, name: str, step: int) -> str:
        return f'best_{name}_{self.filename_tmpl.format(step)}'.replace(
            '/', '_')

    def _info(self, key: str, name: str) -> str:
        return key if len(self._best_by()) == 1 else f'{key}_{name}'

    def _set_best(self, name: str, best: Dict[str, Any]) -> None:
        self.record.best[name] = best
        path = osp.join(self.out_dir, best['file'])
        if len(self._best_by()) == 1:
            self.best_ckpt_path = path
        else:
            self.best_ckpt_path_dict[name] = path

    def _find_best(self, runtime_info: Dict[str, Any]) -> None:
        """The best of this folder, and what a kill has left of others."""
        self.best_ckpt_path, self.best_ckpt_path_dict = None, {}
        for name in self._best_by():
            # A checkpoint of MMEngine's own hook has it, and a path of then.
            path = runtime_info.get(self._info('best_ckpt', name))
            best = self.record.best.pop(name, None) or dict(
                file=osp.basename(path or ''),
                score=runtime_info.get(self._info('best_score', name)),
                epoch=0,
                iter=0)
            if best['file'] and osp.isfile(
                    osp.join(self.out_dir, best['file'])):
                self._set_best(name, best)
            if is_main_process():
                self._remove_best(
                    self._best_file(name,
                                    done['epoch' if self.by_epoch else 'iter'])
                    for done in self.record.validations)

    def _remove_best(self, files: Iterator[str]) -> None:
        kept = [best['file'] for best in self.record.best.values()]
        for file in files:
            if file not in kept:
                with contextlib.suppress(FileNotFoundError):
                    os.remove(osp.join(self.out_dir, file))


def is_between_updates(runner) -> bool:
    """Whether no gradient is being accumulated: that is in no checkpoint."""
    wrapper = runner.optim_wrapper
    return not getattr(wrapper, '_inner_count', 0) % getattr(
        wrapper, '_accumulative_counts', 1)


def save_state(runner, step: int) -> None:
    """Saves the state of a run after ``step`` steps, where it can go on."""
    if is_between_updates(runner):
        for hook in runner.hooks:
            if isinstance(hook, SafeCheckpointHook):
                hook.save_state(runner, step)
