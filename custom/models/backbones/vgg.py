"""VGG backbone: its convolutions, for MMDetection to build."""
from typing import Optional, Tuple, Union

from mmcv.cnn import VGG
from mmdet.registry import MODELS
from mmengine.model import BaseModule
from torch import Tensor


# Checkpoints trained before it had this name carry the other.
@MODELS.register_module(name=['TorchvisionVGG', 'VGGFeatures'])
class TorchvisionVGG(VGG, BaseModule):
    """`VGG <https://arxiv.org/abs/1409.1556>`_ backbone of stride 16.

    All convolutions, without the pool after the last of them: one map of 512
    channels. MMCV's ``VGG`` is not registered, and MMDetection's ``SSDVGG``
    goes on with the layers of SSD. Weights have torchvision's names
    (``features.0.weight``), so that its ImageNet weights fit as they are.

    Args:
        depth: 11, 13, 16 or 19.
        with_bn: A batch norm after every convolution.
        norm_eval: The batch norms keep ImageNet's statistics in training.
        init_cfg: How weights begin; by default at random, after He et al.,
            2015, without which 13 layers of ReLU pass on almost nothing.
    """

    def __init__(self,
                 depth: int,
                 with_bn: bool = False,
                 norm_eval: bool = True,
                 init_cfg: Optional[Union[dict, list]] = None) -> None:
        super().__init__(
            depth,
            with_bn=with_bn,
            bn_eval=norm_eval,
            out_indices=(4, ),
            with_last_pool=False)
        self.init_cfg = init_cfg or dict(type='Kaiming', layer='Conv2d')

    def init_weights(self) -> None:
        """BaseModule.init_weights, by ``init_cfg``; VGG's knows no such."""
        BaseModule.init_weights(self)

    def forward(self, images: Tensor) -> Tuple[Tensor]:
        """(N, 3, H, W) into one map (N, 512, H // 16, W // 16)."""
        return (super().forward(images), )
