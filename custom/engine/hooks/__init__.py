"""Hooks: checkpoints, curves, fast inference, progress, tracking, validation
loss."""
from .checkpoint_hook import SafeCheckpointHook
from .fast_inference_hook import FastInferenceHook
from .plot_curves_hook import PlotCurvesHook
from .progress_hook import ProgressHook
from .track_hook import TrackHook
from .val_loss_hook import ValLossHook
from .visualization_hook import DetPairVisualizationHook

__all__ = [
    'PlotCurvesHook', 'FastInferenceHook', 'DetPairVisualizationHook',
    'ProgressHook', 'SafeCheckpointHook', 'TrackHook', 'ValLossHook'
]
