"""Runner, hooks, optimizer wrapper and setup of a training or test run."""
from . import hooks
from .optim_wrapper import Bf16OptimWrapper
from .runner import DetectionRunner

__all__ = ['Bf16OptimWrapper', 'DetectionRunner', 'hooks']
