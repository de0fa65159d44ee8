"""Model optimization: channels-last, batch norm folding, bfloat16."""
import collections
import functools
from typing import Any, Callable, Iterator, Tuple

import torch
from mmcv.cnn import ConvModule
from mmdet.models import ResNet, RPNHead, SingleRoIExtractor
from mmdet.models.backbones.resnet import BasicBlock, Bottleneck
from torch import Tensor, nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

from custom.models.dense_heads.rpn_head import TopkRPNHead
from custom.models.roi_heads.roi_extractor import MultiLevelRoIExtractor
from custom.ops.depthwise_conv import DepthwiseConv2d

# Their subclasses may view a weight as they know it (ConvWS2d).
_CONVOLUTIONS = nn.Conv2d, DepthwiseConv2d
# What a head of MMDetection turns its outputs into losses or boxes with.
_DECODERS = ('loss_by_feat', 'loss_and_target', 'predict_by_feat')


def optimize_for_training(model: nn.Module,
                          channels_last: bool = True) -> None:
    """Optimizes a built model for training and validation, in place.

    MMDetection's ``SingleRoIExtractor`` becomes ``MultiLevelRoIExtractor``,
    which has the same parameters: it is faster, and keeps RoIs in float32
    where the other rounds them to the type of the features. ``RPNHead``
    becomes ``TopkRPNHead``, and depthwise convolutions ``DepthwiseConv2d``
    where it is faster.

    Under autocast the outputs of heads become float32, so that the losses,
    softmax and box arithmetic that follow keep their digits; a box near 1000
    pixels would be rounded to 4 of them in bfloat16. What a head computes
    within its ``forward``, as DETR does its boxes, stays in bfloat16.

    Args:
        model: A detector as built from a config.
        channels_last: Keep all channels of a pixel together, which is what
            convolutions on a CPU, and half precision ones on a GPU, want.
            Weights alone decide: a convolution with such weights gives such
            features.
    """
    for module in model.modules():
        # Its subclasses may view a weight as they know it (ConvWS2d).
        if channels_last and type(module) in (nn.Conv2d, nn.ConvTranspose2d):
            module.to(memory_format=torch.channels_last)
        if type(module) is SingleRoIExtractor:
            module.__class__ = MultiLevelRoIExtractor
        if type(module) is RPNHead:
            module.__class__ = TopkRPNHead
        if type(module) is nn.Conv2d and DepthwiseConv2d.helps(module):
            module.__class__ = DepthwiseConv2d
        if any(hasattr(module, name) for name in _DECODERS):
            module.register_forward_hook(_outputs_in_float32)


def optimize_for_inference(model: nn.Module, dtype: torch.dtype) -> None:
    """Optimizes a model for inference, in place; it can't train afterwards.

    Batch norms are folded into the convolutions before them. In bfloat16,
    convolutions and linear layers keep their weights in it, and every forward
    pass runs under autocast: the same results as autocast alone, which would
    convert the weights for each image anew. The model must then be called as
    a whole, not by its parts.

    Args:
        model: A trained detector on its device, in eval mode; or what holds
            one as its ``module``, for test time augmentation.
        dtype: torch.float32 or torch.bfloat16.
    """
    model = getattr(model, 'module', model)
    for parent, conv, norm in [*_foldable(model)]:
        children = parent._modules
        children[conv] = fuse_conv_bn_eval(children[conv], children[norm])
        children[norm] = nn.Identity()
    if dtype == torch.bfloat16:
        for module in model.modules():
            if type(module) in (*_CONVOLUTIONS, nn.Linear):
                module.to(dtype)
        device = next(model.parameters()).device
        # Not a closure, which would run the original's weights in a copy.
        model.forward = functools.partial(_under_autocast,
                                          type(model).forward, device.type,
                                          dtype, model)


def _under_autocast(function: Callable, device: str, dtype: torch.dtype, *args,
                    **kwargs) -> Any:
    with torch.autocast(device, dtype):
        return function(*args, **kwargs)


def _outputs_in_float32(head: nn.Module, inputs: Any, outputs: Any) -> Any:
    if isinstance(outputs, Tensor):
        half = outputs.dtype in (torch.bfloat16, torch.float16)
        return outputs.float() if half else outputs
    if isinstance(outputs, dict):
        return {
            key: _outputs_in_float32(head, inputs, output)
            for key, output in outputs.items()
        }
    if type(outputs) in (list, tuple):
        return type(outputs)(
            _outputs_in_float32(head, inputs, output) for output in outputs)
    return outputs


def _foldable(model: nn.Module) -> Iterator[Tuple[nn.Module, str, str]]:
    """Batch norms that can be folded: parent, convolution's and norm's name.

    Only where the forward pass is known to run the two one after the other.
    MMCV's ``fuse_conv_bn`` goes by the order of the children, and so changes
    the results of blocks that run them otherwise.
    """
    uses = collections.Counter(
        module for _, module in model.named_modules(remove_duplicate=False))
    for parent in model.modules():
        for conv, norm in _conv_then_norm(parent):
            layers = parent._modules[conv], parent._modules[norm]
            # A convolution may serve several norms (RetinaSepBNHead).
            if (type(layers[0]) in _CONVOLUTIONS
                    and isinstance(layers[1],
                                   (nn.BatchNorm2d, nn.SyncBatchNorm))
                    and layers[1].affine and layers[1].track_running_stats
                    and all(uses[layer] == 1 for layer in layers)):
                yield parent, conv, norm


def _conv_then_norm(parent: nn.Module) -> Iterator[Tuple[str, str]]:
    """Names of children that run one directly after the other."""
    run = type(parent).forward
    if isinstance(parent, ConvModule):
        if parent.with_norm and parent.order[:2] == ('conv', 'norm'):
            yield 'conv', parent.norm_name
    elif run is nn.Sequential.forward:
        names = [*parent._modules]
        yield from zip(names, names[1:])
    elif run is BasicBlock.forward or run is Bottleneck.forward:
        yield 'conv1', parent.norm1_name
        yield 'conv2', parent.norm2_name
        if run is Bottleneck.forward:
            yield 'conv3', parent.norm3_name
    elif run is ResNet.forward and not parent.deep_stem:
        yield 'conv1', parent.norm1_name
