"""MobileNetV2 backbone that takes torchvision's ImageNet weights."""
from typing import Any

from mmdet.models import MobileNetV2
from mmdet.registry import MODELS

from custom.models.backbones.weight_names import rename_weights


# Checkpoints trained before it had this name carry the other.
@MODELS.register_module(name=['TorchvisionMobileNetV2', 'MobileNetV2Features'])
class TorchvisionMobileNetV2(MobileNetV2):
    """MMDetection's `MobileNetV2 <https://arxiv.org/abs/1801.04381>`_ up to
    its seventh stage, of 320 channels.

    The convolution after that serves classification alone. Weights may have
    torchvision's names (``features.0.0.weight``) as well as MMDetection's
    (``conv1.conv.weight``).

    Args: those of ``MobileNetV2``.
    """

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.layers.remove('conv2')
        del self.conv2

    def _load_from_state_dict(self, state_dict: dict, prefix: str, *args:
                              Any) -> None:
        rename_weights(state_dict, prefix, ('features.', 'classifier.'),
                       self.state_dict())
        super()._load_from_state_dict(state_dict, prefix, *args)
