"""Changes of the config between a checkpoint and the run that resumes it."""
from typing import Any, Dict, List, NamedTuple

from mmengine.config import Config

from custom.config.config import settings
from custom.config.literal import literal_assignments
from custom.config.tree import flatten

# What decides the rates: with another of them the schedule is built anew.
_SCHEDULE = ('param_scheduler', 'optim_wrapper', 'auto_scale_lr',
             'train_cfg.max_epochs', 'train_cfg.max_iters',
             'train_dataloader.batch_size')
_TOLD = (*_SCHEDULE, 'train_cfg', 'train_dataloader', 'model')
_OF_THE_MACHINE = ('train_dataloader.pin_memory', )


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
    lines = [
        f'the annotations of {split} are others than those that it was '
        'trained on' for split in before
        if split != 'config' and before[split] != data.get(split)
    ]
    try:
        saved = flatten(literal_assignments(checkpoint['meta']['cfg']))
    except (KeyError, SyntaxError, ValueError, TypeError):
        return ResumeChanges(lines, False)
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
    return ResumeChanges(lines,
                         any(_is_below(key, _SCHEDULE) for key in changed))


def _is_below(key: str, roots: tuple) -> bool:
    return any(key == root or key.startswith(f'{root}.') for root in roots)


def _shown(values: dict, key: str) -> Any:
    return repr(values[key]) if key in values else 'its default'
