"""Model parts that MMDetection lacks."""
from .roi_extractor import MultiLevelRoIExtractor

__all__ = ['MultiLevelRoIExtractor']
