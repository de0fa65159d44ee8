"""Number of epochs: training length and schedule changed together."""
from mmengine.config import Config


def set_epochs(cfg: Config, epochs: int) -> None:
    """Sets the number of epochs; schedules by epoch end with the training.

    Args:
        cfg: Changed in place.
        epochs: At least 1.
    """
    before = cfg.train_cfg.max_epochs
    cfg.train_cfg.max_epochs = epochs
    for schedule in cfg.get('param_scheduler') or ():
        for key in ('end', 'T_max'):
            if schedule.get('by_epoch', True) and schedule.get(key) == before:
                schedule[key] = epochs
