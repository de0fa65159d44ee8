"""Schedule length: what follows when a config trains for other epochs."""
from typing import Any, Dict, Iterator, List, Sequence, Tuple

from mmengine.config import Config

from custom.config.tree import dicts_with_paths, type_name
from custom.utils.errors import InputError

# Schedules that let the rate begin low.
WARM_UPS = ('LinearLR', 'ConstantLR')

_BOUNDS = ('begin', 'end', 'T_max', 'step_size', 'total_steps')


def rescaled_schedule(cfg: Config, epochs: int) -> Dict[str, Any]:
    """The keys of a config that another number of epochs changes.

    Schedules keep their shape: begin, end, ``T_max`` and milestones are
    multiplied by new / old, and what ended with the training ends with it.
    A warm-up keeps its share of the run, but gets no longer; one by epochs
    does where another schedule begins at its end. What closes mosaic before
    the end keeps its share as well.

    Args:
        cfg: A config that trains by epochs; not changed.
        epochs: To train, at least 1.

    Returns:
        Dotted keys to values, as ``--cfg-options`` takes them.

    Raises:
        InputError: The config trains by iterations.
    """
    loop = cfg.get('train_cfg') or {}
    old = loop.get('max_epochs')
    if old is None:
        raise InputError(
            f'--epochs: {cfg.filename} trains by iterations; use '
            '--cfg-options train_cfg.max_iters=N, and fit param_scheduler')
    changes = {'train_cfg.max_epochs': epochs}
    if loop.get('val_begin', 1) > epochs:
        changes['train_cfg.val_begin'] = epochs
    if loop.get('dynamic_intervals'):
        # From so many epochs before the end it validates more often.
        changes['train_cfg.dynamic_intervals'] = [
            (max(1, epochs - _share(old - begin, epochs / old)), interval)
            for begin, interval in loop.dynamic_intervals
        ]
    schedules = [
        *dicts_with_paths(cfg.get('param_scheduler') or [], 'param_scheduler')
    ]
    begins = {schedule.get('begin', 0) for _, schedule in schedules}
    for path, schedule in schedules:
        factor = epochs / old
        if _warms_up(schedule) and schedule.get('end',
                                                old) not in (old, *begins):
            factor = min(1, factor)
        by_epoch = schedule.get('by_epoch', True)
        rescale = _by_epochs if by_epoch else _by_steps
        for key, value in rescale(schedule, factor, epochs):
            changes[f'{path}.{key}'] = value
    return {**changes, **_mosaic_off(cfg, epochs, old)}


def spread_milestones(milestones: Sequence[int], factor: float,
                      epochs: int) -> List[int]:
    """Milestones multiplied by a factor, apart from each other and before the
    last epoch; of those that find no place the first are left out.

    ``[8, 11]`` of 12 epochs are ``[1, 2]`` of 3 and ``[1]`` of 2.
    """
    spread: List[int] = []
    limit = epochs - 1
    for milestone in sorted(milestones, reverse=True):
        limit = min(max(1, round(milestone * factor)), limit)
        if limit >= 1:
            spread.insert(0, limit)
        limit -= 1
    return spread


def _warms_up(schedule: dict) -> bool:
    return type_name(schedule) in WARM_UPS and not schedule.get('begin')


def _by_epochs(schedule: dict, factor: float,
               epochs: int) -> Iterator[Tuple[str, Any]]:
    yield from _bounds(schedule, factor)
    if 'milestones' in schedule:
        yield 'milestones', spread_milestones(schedule['milestones'], factor,
                                              epochs)


def _bounds(schedule: dict, factor: float) -> Iterator[Tuple[str, Any]]:
    begin = round(schedule.get('begin', 0) * factor)
    for key in _BOUNDS:
        if key in schedule:
            least = dict(begin=0, end=begin + 1).get(key, 1)
            value = max(least, round(schedule[key] * factor))
            if key == 'T_max' and schedule[key] == (schedule.get('end', 0) -
                                                    schedule.get('begin', 0)):
                # Rounded apart, the two would no longer end at once.
                value = max(1, round(schedule['end'] * factor) - begin)
            yield key, value


def _by_steps(schedule: dict, factor: float,
              epochs: int) -> Iterator[Tuple[str, Any]]:
    if not _warms_up(schedule):
        # Milestones are steps, and many: no two of them meet.
        yield from _bounds(schedule, factor)
        if 'milestones' in schedule:
            yield 'milestones', [
                max(1, round(step * factor)) for step in schedule['milestones']
            ]
    elif 'end' in schedule and factor < 1:
        begin = round(schedule.get('begin', 0) * factor)
        if 'begin' in schedule:
            yield 'begin', begin
        # One step long, MMEngine's LinearLR stays where it starts for ever.
        yield 'end', max(begin + 2, round(schedule['end'] * factor))


def _mosaic_off(cfg: Config, epochs: int, old: int) -> Dict[str, Any]:
    """Hooks that change the pipeline some epochs before the end."""
    changes = {}
    for place in ('default_hooks', 'custom_hooks'):
        for path, hook in dicts_with_paths(cfg.get(place) or {}, place):
            kind = type_name(hook)
            if kind == 'PipelineSwitchHook':
                last = _share(old - hook['switch_epoch'], epochs / old)
                changes[f'{path}.switch_epoch'] = max(0, epochs - last)
            elif kind == 'YOLOXModeSwitchHook':
                changes[f'{path}.num_last_epochs'] = _share(
                    hook.get('num_last_epochs', 15), epochs / old)
    return changes


def _share(count: int, factor: float) -> int:
    return max(1, round(count * factor)) if count > 0 else count
