"""Backbones, RoI heads, losses and test-time augmentation that MMDetection
lacks."""
from .backbones.efficientnet_lite import EfficientNetLite
from .backbones.mobilenet_v2 import TorchvisionMobileNetV2
from .backbones.vgg import TorchvisionVGG
from .losses.mean_l1_loss import MeanL1Loss
from .roi_heads.roi_extractor import MultiLevelRoIExtractor
from .roi_heads.tanh_linear import TanhLinear
from .wbf_tta import WBFTTAModel

__all__ = [
    'EfficientNetLite', 'MeanL1Loss', 'TorchvisionMobileNetV2',
    'MultiLevelRoIExtractor', 'TanhLinear', 'TorchvisionVGG', 'WBFTTAModel'
]
