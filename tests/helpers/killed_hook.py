"""Hook that dies as a process does that the kernel kills."""
import os
import signal

from mmengine.hooks import Hook
from mmengine.registry import HOOKS


@HOOKS.register_module()
class KilledHook(Hook):
    """Kills its process at the first step of a batch above ``limit``."""

    def __init__(self, limit):
        self.limit = limit

    def before_train_iter(self, runner, batch_idx, data_batch=None):
        if len(data_batch['inputs']) > self.limit:
            os.kill(os.getpid(), signal.SIGKILL)
