from .checkpoint_hook import SafeCheckpointHook
from .curves_hook import CurvesHook
from .pictures_hook import PicturesHook
from .progress_hook import ProgressHook

__all__ = ['CurvesHook', 'PicturesHook', 'ProgressHook', 'SafeCheckpointHook']
