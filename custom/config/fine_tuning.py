"""Fine-tuning schedule: a lower learning rate, fewer epochs.

The factors are those of the measurements in docs/fine_tuning.md.
"""
import math
from typing import Any, Collection, Dict, Optional

from mmengine.config import Config
from mmengine.dist import get_world_size

from custom.config.config import set_options, settings
from custom.config.schedule_length import WARM_UPS, rescaled_schedule
from custom.config.tree import dicts_with_paths, flatten, type_name

LR_FACTOR = 0.3
EPOCHS_FACTOR = 0.5
# Of fewer images, more epochs: those of a full data set end too soon.
MIN_STEPS = 350

_EPOCHS = 'train_cfg.max_epochs'
_LR = 'optim_wrapper.optimizer.lr'


def fine_tune(cfg: Config,
              given: Collection[str],
              images: Optional[int] = None) -> str:
    """Fits the schedule of a config to weights that are trained already.

    The rate and the epochs get less, but epochs of few images are as many as
    make ``MIN_STEPS``. A schedule by epochs keeps its shape, a warm-up by
    steps takes the first epoch.

    Args:
        cfg: Changed in place.
        given: Dotted keys that the user has set; they stay, and so does what
            goes with them. Of several epochs the first warms up nevertheless.
        images: Those that are trained on, where their number is known.

    Returns:
        A line that tells what was changed.
    """
    changes: Dict[str, Any] = {}
    epochs = cfg.train_cfg.get('max_epochs')  # None: trains by iterations
    if epochs and not _any_in(given, ('param_scheduler', )):
        if not _any_in(given, (_EPOCHS, )):
            epochs = _epochs(cfg, images)
            changes.update(rescaled_schedule(cfg, epochs))
        if epochs > 1:  # the only one would be a warm-up throughout
            changes.update(_warm_up_of_an_epoch(cfg))
    rate = cfg.optim_wrapper.optimizer.get('lr')  # None: the optimizer's own
    if rate and not _any_in(given, (_LR, )):
        changes[_LR] = float(f'{rate * LR_FACTOR:.6g}')
    before = flatten(settings(cfg))
    set_options(cfg, changes)
    said = [
        f'{key}={value!r}' for key, value in changes.items()
        if before.get(key) != value
    ]
    return 'fine-tuning: ' + (', '.join(said) or 'as the options say')


def _epochs(cfg: Config, images: Optional[int]) -> int:
    """Epochs of a fine-tuning: half, or as many as make ``MIN_STEPS``."""
    epochs = max(1, round(cfg.train_cfg.max_epochs * EPOCHS_FACTOR))
    if not images:
        return epochs
    batch = cfg.train_dataloader.batch_size * get_world_size()
    steps = math.ceil(images / batch)
    return max(epochs, math.ceil(MIN_STEPS / steps))


def _warm_up_of_an_epoch(cfg: Config) -> Dict[str, Any]:
    """Changes of a warm-up that counts steps: made for a large data set, it
    would last longer than the training on a small one."""
    values = dict(by_epoch=True, end=1, convert_to_iter_based=True)
    schedules = dicts_with_paths(
        cfg.get('param_scheduler') or [], 'param_scheduler')
    return {
        f'{path}.{key}': value
        for path, schedule in schedules if type_name(schedule) in WARM_UPS
        and not schedule.get('by_epoch', True)
        for key, value in values.items()
    }


def _any_in(given: Collection[str], parts: Collection[str]) -> bool:
    """Key overlap: whether a key equals, contains or lies below another."""
    return any(
        f'{key}.'.startswith(f'{part}.') or f'{part}.'.startswith(f'{key}.')
        for key in given for part in parts)
