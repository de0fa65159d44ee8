"""EfficientNet-Lite backbone that takes TensorFlow's ImageNet weights."""
from typing import Any, Optional, Sequence, Tuple, Union

from mmcv.cnn import ConvModule
from mmdet.models import EfficientNet
from mmdet.registry import MODELS
from torch import Tensor, nn

from custom.models.backbones.weight_names import rename_weights
from custom.utils.errors import InputError

STRIDE = 32  # of the last stage


@MODELS.register_module()
class EfficientNetLite(EfficientNet):
    """`EfficientNet <https://arxiv.org/abs/1905.11946>`_ without
    squeeze-and-excitation and with ReLU6, as TensorFlow published it for
    phones (tensorflow/tpu, efficientnet/lite).

    Weights may have the names of the ports to PyTorch
    (``_blocks.0._depthwise_conv.weight``) as well as MMDetection's. They were
    trained on RGB images as ``(x - 127) / 128``.

    Args:
        arch: ``l0``, which is EfficientNet-Lite0.
        out_indices: Stages whose maps are given: 1 to 5 have 16, 24, 40, 112
            and 320 channels at strides 2 to 32; 6 is the convolution to 1280
            channels before the classifier.
        frozen_stages: The stem and so many stages keep their weights, as in
            ``ResNet``; -1: nothing is frozen.
        norm_eval: The batch norms keep ImageNet's statistics in training.
        init_cfg: How weights begin; by default at random, after He et al.,
            2015.
    """

    # Kernel, channels, no squeeze-and-excitation, stride, expansion, kind
    # (0: inverted residual) of each block, as MMDetection spells them.
    layer_settings = dict(l=[
        [[3, 32, 0, 2, 0, -1]],
        [[3, 16, 0, 1, 1, 0]],
        [[3, 24, 0, 2, 6, 0]] + [[3, 24, 0, 1, 6, 0]],
        [[5, 40, 0, 2, 6, 0]] + [[5, 40, 0, 1, 6, 0]],
        [[3, 80, 0, 2, 6, 0]] + [[3, 80, 0, 1, 6, 0]] * 2 +
        [[5, 112, 0, 1, 6, 0]] * 3,
        [[5, 192, 0, 2, 6, 0]] + [[5, 192, 0, 1, 6, 0]] * 3 +
        [[3, 320, 0, 1, 6, 0]],
        [[1, 1280, 0, 1, 0, -1]],
    ])
    # Width, depth, resolution. The larger ones don't widen the stem or deepen
    # the first and last stage, as MMDetection's scaling would.
    arch_settings = dict(l0=(1.0, 1.0, 224))

    def __init__(self,
                 arch: str = 'l0',
                 out_indices: Sequence[int] = (2, 3, 4, 5),
                 frozen_stages: int = -1,
                 norm_eval: bool = False,
                 init_cfg: Optional[Union[dict, list]] = None) -> None:
        super().__init__(
            arch,
            out_indices=out_indices,
            # MMDetection counts the stem as the first here.
            frozen_stages=frozen_stages + 1,
            # Not Conv2dAdaptivePadding, which channels-last, batch norm
            # folding and bfloat16 pass over, since it is no plain Conv2d.
            conv_cfg=None,
            norm_cfg=dict(type='BN', eps=1e-3),
            act_cfg=dict(type='ReLU6'),
            norm_eval=norm_eval,
            init_cfg=init_cfg)
        for module in self.modules():
            if isinstance(module, ConvModule) and module.stride == (2, 2):
                _pad_as_tensorflow(module)
        self._freeze_stages()

    def forward(self, images: Tensor) -> Tuple[Tensor, ...]:
        """(N, 3, H, W) into the maps of ``out_indices``.

        Raises:
            InputError: A side is not divisible by 32.
        """
        height, width = images.shape[2:]
        if height % STRIDE or width % STRIDE:
            raise InputError(
                f'EfficientNetLite: images of {width} x {height} pixels, but '
                f'its sides must be divisible by {STRIDE}; set '
                f'model.data_preprocessor.pad_size_divisor={STRIDE}')
        return super().forward(images)

    def _load_from_state_dict(self, state_dict: dict, prefix: str, *args:
                              Any) -> None:
        # Of ours none begins with an underscore.
        rename_weights(state_dict, prefix, ('_', ), self.state_dict())
        super()._load_from_state_dict(state_dict, prefix, *args)


def _pad_as_tensorflow(module: ConvModule) -> None:
    """Pads one pixel less above and on the left, as TensorFlow's "same" does
    for stride 2 and even sides: 0 and 1 for a kernel of 3, 1 and 2 for 5.
    """
    before = (module.kernel_size[0] - 2) // 2
    module.with_explicit_padding = True
    module.padding_layer = nn.ZeroPad2d((before, before + 1) * 2)
    module.conv.padding = (0, 0)
