"""Model parts that MMDetection lacks."""
from .mean_l1_loss import MeanL1Loss
from .mobilenet import MobileNetV2Features
from .onnx_detector import OnnxDetector
from .roi_extractor import MultiLevelRoIExtractor
from .tanh_linear import TanhLinear
from .vgg import VGGFeatures

__all__ = [
    'MeanL1Loss', 'MobileNetV2Features', 'MultiLevelRoIExtractor',
    'OnnxDetector', 'TanhLinear', 'VGGFeatures'
]
