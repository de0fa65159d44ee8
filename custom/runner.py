"""MMEngine's runner, with a console that a person can read."""
import logging

from mmengine.logging import MMLogger
from mmengine.registry import RUNNERS
from mmengine.runner import Runner

# Lines for the log file alone: nothing in them to act upon.
_CHATTER = ('Exp name:', 'Checkpoints will be saved to',
            'Distributed training', 'Because batch augmentation',
            'Auto resumed from', 'Evaluating ', 'The previous best checkpoint',
            'bbox_mAP_copypaste', 'Loads checkpoint by',
            'Hooks will be executed', '"FileClient" will be deprecated',
            '"HardDiskBackend" is the')


def _for_console(record: logging.LogRecord) -> bool:
    """Whether a record is one line of news, not a dump of the environment."""
    text = record.getMessage().strip()
    return '\n' not in text and not text.startswith(_CHATTER)


@RUNNERS.register_module()
class DetectionRunner(Runner):
    """Runner whose log file has everything and whose console has the news."""

    def build_logger(self, *args, **kwargs) -> MMLogger:
        """The logger of MMEngine, its console handler filtered."""
        logger = super().build_logger(*args, **kwargs)
        for handler in logger.handlers:
            if not isinstance(handler, logging.FileHandler):
                handler.addFilter(_for_console)
        return logger
