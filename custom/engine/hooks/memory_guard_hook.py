"""Hook that ends a training before the kernel kills it for its memory."""
from typing import Optional

from mmdet.registry import HOOKS
from mmengine.hooks import Hook

from custom.engine.memory import (cgroup_memory, fitting_batch,
                                  memory_limit_error)
from custom.utils.cgroup import CGROUP_ROOT

_DANGER = 0.95  # of the limit


@HOOKS.register_module()
class MemoryGuardHook(Hook):
    """Memory guard: ends a training on a CPU that nears the limit of its
    control group, as in a container.

    At the limit the kernel kills the process without a word. This raises
    InputError with the batch size that would fit, on a line through the memory
    before the first step and now. A look after each step takes some tenths of
    a millisecond. It does nothing where no limit is set.

    Args:
        root: Where the control groups are mounted.
    """

    def __init__(self, root: str = CGROUP_ROOT) -> None:
        self.root = root
        self._before = 0

    def before_train(self, runner) -> None:
        memory = cgroup_memory(self.root)
        self._before = memory.used if memory else 0

    def after_train_iter(self,
                         runner,
                         batch_idx: int,
                         data_batch=None,
                         outputs: Optional[dict] = None) -> None:
        memory = cgroup_memory(self.root)
        if memory and memory.used > _DANGER * memory.limit:
            batch = runner.cfg.train_dataloader.batch_size
            fitting = fitting_batch((0, self._before), (batch, memory.used),
                                    memory.limit)
            raise memory_limit_error(runner.cfg, memory, fitting)
