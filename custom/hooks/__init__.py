from .checkpoint_hook import SafeCheckpointHook
from .curves_hook import CurvesHook
from .inference_hook import FastInferenceHook
from .pictures_hook import PicturesHook
from .progress_hook import ProgressHook
from .val_loss_hook import ValLossHook

__all__ = [
    'CurvesHook', 'FastInferenceHook', 'PicturesHook', 'ProgressHook',
    'SafeCheckpointHook', 'ValLossHook'
]
