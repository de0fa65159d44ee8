"""Budget of memory and time: the batch and the epochs that fit, measured."""
import bisect
from typing import Callable, Collection, Iterator, Optional, Tuple

from mmengine.config import Config
from mmengine.device import is_cuda_available

from custom.config.flags import set_flags
from custom.engine.memory import (SAFE_SHARE, Memory, MemoryLimitError,
                                  fitting_batch)
from custom.engine.rehearsal import Rehearsal, Timing, rehearse
from custom.engine.resume import batch_before
from custom.utils.errors import InputError

_LEAST_STEPS = 20  # an epoch
_TIME_SHARE = 0.95  # of the time that is given


def fit_to_budget(cfg: Config,
                  hours: Optional[float] = None,
                  dry_run: bool = False) -> Iterator[str]:
    """Fits a training to the time, by a rehearsal of it.

    Args:
        cfg: As :func:`custom.engine.setup.setup_training` leaves it. Changed
            in place.
        hours: Set the number of epochs as :func:`choose_epochs`.
        dry_run: Tell what the training will take.

    Yields:
        Lines that tell what was measured and chosen.

    Raises:
        InputError: Nothing fits, or the training would fail.
    """
    if hours is None and not dry_run:
        return
    rehearsal = rehearse(cfg)
    if hours is not None:
        yield choose_epochs(cfg, rehearsal.timing, hours)
    if dry_run:
        yield from report(cfg, rehearsal)


def choose_batch(cfg: Config, given: Collection[str] = ()) -> str:
    """Chooses the batch size of a training: the largest that fits.

    Its steps on the largest images stay within 80% of the memory, and an epoch
    has at least 20. On a CPU it isn't above
    ``auto_scale_lr.base_batch_size``. The learning rate will follow. A run
    that goes on keeps its own.

    Args:
        cfg: As :func:`custom.engine.setup.setup_training` leaves it. Changed
            in place.
        given: Dotted keys that the user has set; with ``auto_scale_lr.enable``
            among them the learning rate follows as it says.

    Returns:
        A line that tells the choice and its reason.

    Raises:
        InputError: Nothing says how the learning rate shall follow, or one
            image is too much.
    """
    base = cfg.get('auto_scale_lr', {}).get('base_batch_size')
    if base is None:
        raise InputError(
            f'--batch auto: {cfg.filename} has no auto_scale_lr.'
            'base_batch_size, so it does not say for how many images its '
            'learning rate is meant. Add it, or give the batch as a number.')
    if 'auto_scale_lr.enable' not in given:
        cfg.auto_scale_lr.enable = True
    before = batch_before(cfg.load_from) if cfg.get('resume') else None
    if before:
        cfg.train_dataloader.batch_size = before
        return f'batch {before}: that of {cfg.load_from}'

    def measure(batch: int) -> Rehearsal:
        cfg.train_dataloader.batch_size = batch
        return rehearse(cfg, seconds=0)

    first = measure(1)
    ceiling, why = (max(1, first.images // _LEAST_STEPS),
                    f'a larger one leaves under {_LEAST_STEPS} steps an epoch')
    if not is_cuda_available() and base < ceiling:
        ceiling, why = base, ('that of auto_scale_lr.base_batch_size; on a '
                              'CPU a larger one is no faster')
    batch, memory = largest_fitting(lambda size: measure(size).memory,
                                    first.memory, ceiling)
    cfg.train_dataloader.batch_size = batch
    if batch < ceiling:
        why = f'the largest within {SAFE_SHARE:.0%} of the memory'
    return f'batch {batch}: {why} ({memory})'


def largest_fitting(measure: Callable[[int], Memory], first: Memory,
                    ceiling: int) -> Tuple[int, Memory]:
    """Largest batch size whose memory stays within SAFE_SHARE of the limit.

    Args:
        measure: Memory at a batch size; may raise MemoryLimitError.
        first: That of one image.
        ceiling: Not more than that.

    Returns:
        The batch size, which was measured, and its memory; one image if no
        more fit.
    """
    fits = {1: first}
    batch = min(2, ceiling)
    while batch not in fits:
        best = max(fits)
        try:
            memory = measure(batch)
        except MemoryLimitError:
            memory = Memory(first.limit, first.limit)
        if memory.used <= SAFE_SHARE * memory.limit:
            fits[batch], best = memory, batch
        else:
            ceiling = (best + batch) // 2
        smaller = (1, first.used) if best > 1 else (0, 0)
        guess = fitting_batch(smaller, (best, fits[best].used), first.limit)
        batch = min(ceiling, max(best, guess))
    return batch, fits[batch]


def choose_epochs(cfg: Config, timing: Timing, hours: float) -> str:
    """Chooses the epochs of a training: as many as fit into the time.

    A twentieth of the time is left over. Schedules follow.

    Args:
        cfg: Changed in place.
        timing: Of its rehearsal.
        hours: For all of it, start and validation included.

    Returns:
        A line that tells the choice.

    Raises:
        InputError: Not one epoch fits.
    """
    budget = _TIME_SHARE * hours * 3600
    most = int(budget / (timing.steps_per_epoch * timing.step)) + 1
    choices = range(timing.epoch + 1, timing.epoch + 1 + max(0, most))
    fit = bisect.bisect_right(choices, budget, key=timing.seconds)
    if not fit:
        raise InputError(
            f'--time {hours:g}: one epoch takes '
            f'{_duration(timing.seconds(timing.epoch + 1))}, start and '
            'validation included. Give it more time, or take fewer or smaller '
            'images.')
    epochs = choices[fit - 1]
    set_flags(cfg, dict(epochs=epochs), {})
    return (f'{epochs} epochs fit into {hours:g} h: about '
            f'{_duration(timing.seconds(epochs))}')


def report(cfg: Config, rehearsal: Rehearsal) -> Iterator[str]:
    """Lines that tell what a training will take, by its rehearsal."""
    timing, epochs = rehearsal.timing, cfg.train_cfg.max_epochs
    yield (f'loss: {timing.losses[0]:.3g} to {timing.losses[-1]:.3g} in '
           f'{len(timing.losses)} steps, batch '
           f'{cfg.train_dataloader.batch_size}')
    yield (f'time: about {_duration(timing.seconds(epochs))} = '
           f'{epochs - timing.epoch} epochs x {timing.steps_per_epoch} steps '
           f'x {timing.step:.2f} s + {timing.validations(epochs)} x '
           f'{timing.val_images} validation images x {timing.val_image:.3f} s '
           f'+ {timing.start:.0f} s to start')
    if rehearsal.memory.used:  # else the system doesn't tell
        yield f'memory: {rehearsal.memory} with the largest images'
    yield f'nothing was written; a run writes to {cfg.work_dir}'


def _duration(seconds: float) -> str:
    if seconds < 90:
        return f'{seconds:.0f} s'
    hours, minutes = divmod(round(seconds / 60), 60)
    return f'{hours} h {minutes} min' if hours else f'{minutes} min'
