"""Model parts that MMDetection lacks."""
from .roi_extractor import MultiLevelRoIExtractor
from .vgg import VGGFeatures

__all__ = ['MultiLevelRoIExtractor', 'VGGFeatures']
