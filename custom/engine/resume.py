"""Resume: which checkpoint a run goes on from, where, and what changed."""
import os
import os.path as osp
from typing import Any, Dict, List, NamedTuple, Optional, Sequence, Tuple

from mmengine.config import Config
from mmengine.dist import get_world_size

from custom.checkpoint.dataset_meta import require_classes
from custom.checkpoint.loading import load
from custom.checkpoint.newest import load_newest
from custom.config.config import settings
from custom.config.literal import literal_assignments
from custom.config.tree import flatten
from custom.engine.run_folder import free_work_dir, holds_run, run_of
from custom.utils.errors import InputError

# What decides the rates: with another of them the schedule is built anew.
_SCHEDULE = ('param_scheduler', 'optim_wrapper', 'auto_scale_lr',
             'train_cfg.max_epochs', 'train_cfg.max_iters',
             'train_dataloader.batch_size')
_TOLD = (*_SCHEDULE, 'train_cfg', 'train_dataloader', 'model')
_OF_THE_MACHINE = ('train_dataloader.pin_memory', )


def resume_from(cfg: Config, resume: str, classes: Sequence[str]) -> List[str]:
    """Sets up a config to go on from a checkpoint.

    A run that leaves the way of the one in the work dir, from an older
    checkpoint or another run's, goes to a folder beside it.

    Args:
        cfg: ``resume``, ``load_from`` and ``work_dir`` are set in place.
        resume: A checkpoint, or ``'auto'`` for the newest whole one of the
            work dir.
        classes: Those that will be trained.

    Returns:
        Lines that tell what was chosen.

    Raises:
        InputError: There is no such checkpoint, it lacks what training needs,
            or it is of other classes.
    """
    lines: List[str] = []
    if resume == 'auto':
        path, checkpoint = load_newest(cfg.work_dir, lines.append)
    else:
        path, checkpoint = resume, load(resume)
    _require_resumable(checkpoint, path)
    require_classes(checkpoint, path, classes)
    if resume != 'auto':
        lines += _leave_other_run(cfg, path, checkpoint['meta'])
    cfg.resume, cfg.load_from = True, path
    return [*lines, f'resumes from {path}']


def _leave_other_run(cfg: Config, path: str, meta: Dict[str,
                                                        Any]) -> List[str]:
    """Keeps a run that goes another way out of the folder of one that is
    there."""
    beside = osp.realpath(osp.dirname(path)) == osp.realpath(cfg.work_dir)
    if not beside and run_of(cfg.work_dir) != meta.get('run'):
        return use_free_work_dir(cfg, 'holds another run')
    try:
        newest, found = load_newest(cfg.work_dir, lambda line: None)
    except InputError:  # none that is whole
        return []
    # From elsewhere it may be a copy of one that has been removed here.
    if _done(found['meta']) > _done(meta):
        name = osp.basename(newest)
        return use_free_work_dir(cfg, f'holds {name}, which is newer')
    return []


def _done(meta: Dict[str, Any]) -> Tuple[int, int]:
    """Epochs and steps that were done at a checkpoint."""
    return meta['epoch'], meta['iter']


def begins_anew(work_dir: str) -> bool:
    """Whether there is nothing to go on from, and need not be: what starts a
    training again after a fault (``torchrun --max-restarts``, a Slurm job)
    gives the same command, ``--resume`` and all, the first time."""
    restarts = (
        int(os.environ.get('TORCHELASTIC_MAX_RESTARTS', '0')) > 0
        or 'SLURM_JOB_ID' in os.environ)
    return restarts and not holds_run(work_dir)


def use_free_work_dir(cfg: Config, why: str) -> List[str]:
    """Sets ``cfg.work_dir`` to a folder beside it where it holds a run.

    Args:
        cfg: Changed in place.
        why: For the line, such as ``holds a run already``.

    Returns:
        A line that tells so, if it did.
    """
    before, cfg.work_dir = cfg.work_dir, free_work_dir(cfg.work_dir)
    return [] if cfg.work_dir == before else [
        f'{before} {why}: this one goes to {cfg.work_dir} (--resume goes on '
        'there, --overwrite removes it)'
    ]


def _require_resumable(checkpoint: dict, filename: str) -> None:
    missing = [
        key for key in ('meta', 'message_hub', 'optimizer', 'param_schedulers')
        if key not in checkpoint
    ] or [
        f'meta.{k}' for k in ('epoch', 'iter') if k not in checkpoint['meta']
    ]
    if missing:
        raise InputError(
            f'{filename}: cannot be resumed from, it has no '
            f'{", ".join(missing)}; take epoch_N.pth, or start from its '
            f'weights with --from {filename}')


class ResumeChanges(NamedTuple):
    """Changes of a config: lines that tell them, and whether the schedule is
    another."""
    lines: List[str]
    schedule: bool


def resume_changes(checkpoint: dict, cfg: Config,
                   data: Dict[str, str]) -> ResumeChanges:
    """Compares the config in a checkpoint with the one to go on with.

    Args:
        checkpoint: With ``meta.cfg``; nothing is told of one without, or of
            one that is more than plain data.
        cfg: The config now.
        data: Its fingerprint, by data set.
    """
    before = checkpoint['meta'].get('fingerprint', {})
    several = checkpoint['meta'].get('processes', 1), get_world_size()
    lines = [
        f'the annotations of {split} are others than those that it was '
        'trained on' for split in before
        if split != 'config' and before[split] != data.get(split)
    ]
    if several[0] != several[1]:
        lines.append('the images of a step are now of '
                     f'{processes(several[1])}, not of {several[0]}')
    saved = _saved_settings(checkpoint)
    if saved is None:
        return ResumeChanges(lines, several[0] != several[1])
    now = flatten(settings(cfg))
    changed = [
        key for key in dict.fromkeys((*saved, *now)) if _is_below(key, _TOLD)
        and saved.get(key) != now.get(key) and key not in _OF_THE_MACHINE
    ]
    lines += [
        f'from here on {key} is {_shown(now, key)}, not {_shown(saved, key)}'
        for key in changed
    ]
    seeds = saved.get('randomness.seed'), now.get('randomness.seed')
    if seeds[0] != seeds[1]:
        lines.append(f'randomness.seed stays {seeds[0]}: a run has one')
    # The rate follows the images of a step, those of all processes.
    return ResumeChanges(
        lines, several[0] != several[1]
        or any(_is_below(key, _SCHEDULE) for key in changed))


def batch_before(path: str) -> Optional[int]:
    """Batch size that a checkpoint was trained with; None where its config
    doesn't tell."""
    saved = _saved_settings(load(path)) or {}
    return saved.get('train_dataloader.batch_size')


def _saved_settings(checkpoint: dict) -> Optional[Dict[str, Any]]:
    """Config in a checkpoint, flat; None without one of plain data."""
    try:
        return flatten(literal_assignments(checkpoint['meta']['cfg']))
    except (KeyError, SyntaxError, ValueError, TypeError):
        return None


def processes(number: int) -> str:
    """Number of processes, in words."""
    return '1 process' if number == 1 else f'{number} processes'


def _is_below(key: str, roots: tuple) -> bool:
    return any(key == root or key.startswith(f'{root}.') for root in roots)


def _shown(values: dict, key: str) -> Any:
    return repr(values[key]) if key in values else 'its default'
