from .checkpoint import SafeCheckpointHook
from .fast_inference import FastInferenceHook
from .plot_curves import PlotCurvesHook
from .progress import ProgressHook
from .val_loss import ValLossHook
from .visualization import DetPairVisualizationHook

__all__ = [
    'PlotCurvesHook', 'FastInferenceHook', 'DetPairVisualizationHook',
    'ProgressHook', 'SafeCheckpointHook', 'ValLossHook'
]
