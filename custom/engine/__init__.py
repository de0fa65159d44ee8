"""Runner, hooks and optimizer wrappers: how a run goes."""
from . import hooks
from .optim_wrapper import Bf16OptimWrapper
from .runner import DetectionRunner

__all__ = ['Bf16OptimWrapper', 'DetectionRunner', 'hooks']
