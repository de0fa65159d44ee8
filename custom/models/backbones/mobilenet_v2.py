"""MobileNetV2 backbone that takes torchvision's ImageNet weights."""
from typing import Any, List

from mmdet.models import MobileNetV2
from mmdet.registry import MODELS


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
        _rename(state_dict, prefix, [*self.state_dict()])
        super()._load_from_state_dict(state_dict, prefix, *args)


def _rename(state_dict: dict, prefix: str, names: List[str]) -> None:
    """Torchvision's names of weights into ours, in place.

    Both list the same layers in the same order; what torchvision has beyond
    is dropped.
    """
    theirs = [
        name for name in state_dict if name.startswith(f'{prefix}features.')
    ]
    if theirs:
        values = [state_dict.pop(name) for name in theirs]
        state_dict.update(zip((prefix + name for name in names), values))
        for name in ('weight', 'bias'):
            state_dict.pop(f'{prefix}classifier.1.{name}', None)
