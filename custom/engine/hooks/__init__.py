"""Hooks: checkpoints, curves, inference, memory, progress, losses."""
from .checkpoint_hook import SafeCheckpointHook
from .fast_inference_hook import FastInferenceHook
from .memory_guard_hook import MemoryGuardHook
from .plot_curves_hook import PlotCurvesHook
from .progress_hook import ProgressHook
from .val_loss_hook import ValLossHook
from .visualization_hook import DetPairVisualizationHook

__all__ = [
    'PlotCurvesHook', 'FastInferenceHook', 'DetPairVisualizationHook',
    'MemoryGuardHook', 'ProgressHook', 'SafeCheckpointHook', 'ValLossHook'
]
