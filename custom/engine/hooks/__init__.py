"""Hooks: checkpoints, exact resume, curves, progress, pruning, tracking."""
from .checkpoint_hook import SafeCheckpointHook
from .exact_resume_hook import ExactResumeHook
from .fast_inference_hook import FastInferenceHook
from .memory_guard_hook import MemoryGuardHook
from .plot_curves_hook import PlotCurvesHook
from .process_mean_hook import ProcessMeanHook
from .progress_hook import ProgressHook
from .pruning_hook import PruningHook
from .track_hook import TrackHook
from .val_loss_hook import ValLossHook
from .val_report_hook import ValReportHook
from .visualization_hook import DetPairVisualizationHook

__all__ = [
    'PlotCurvesHook', 'ExactResumeHook', 'FastInferenceHook',
    'DetPairVisualizationHook', 'MemoryGuardHook', 'ProcessMeanHook',
    'ProgressHook', 'PruningHook', 'SafeCheckpointHook', 'TrackHook',
    'ValLossHook', 'ValReportHook'
]
