"""What makes any MMDetection model fast, done to it once it is built."""
from typing import Any

import torch
from mmcv.cnn import ConvModule
from mmcv.cnn.utils import fuse_conv_bn
from torch import Tensor, nn

# What a head of MMDetection turns its outputs into losses or boxes with.
_DECODERS = ('loss_by_feat', 'loss_and_target', 'predict_by_feat')


def prepare_model(model: nn.Module, channels_last: bool = True) -> None:
    """Makes a model ready for training, validation or inference, in place.

    Under autocast the outputs of its heads become float32, so that losses,
    softmax and box arithmetic keep their digits; a box near 1000 pixels would
    be rounded to 4 of them in bfloat16.

    Args:
        model: A detector as built from a config.
        channels_last: Keep all channels of a pixel together, which is what
            convolutions on a CPU, and half precision ones on a GPU, want.
            Weights alone decide: a convolution with such weights gives such
            features.
    """
    if channels_last:
        model.to(memory_format=torch.channels_last)
    for module in model.modules():
        if any(hasattr(module, name) for name in _DECODERS):
            module.register_forward_hook(_outputs_in_float32)


def prepare_for_inference(model: nn.Module, dtype: torch.dtype) -> None:
    """Trades a model's ability to train for speed, in place.

    Batch norms are folded into the convolutions before them. In bfloat16,
    convolutions and linear layers keep their weights in it, and every forward
    pass runs under autocast: the same results as autocast alone, which would
    convert the weights for each image anew.

    Args:
        model: A trained detector on its device, in eval mode.
        dtype: torch.float32 or torch.bfloat16.
    """
    if _can_fold(model):
        fuse_conv_bn(model)
    if dtype == torch.bfloat16:
        for module in model.modules():
            if type(module) in (nn.Conv2d, nn.Linear):
                module.to(dtype)
        device = next(model.parameters()).device
        model.forward = torch.autocast(device.type, dtype)(model.forward)


def _outputs_in_float32(head: nn.Module, inputs: Any, outputs: Any) -> Any:
    if isinstance(outputs, Tensor):
        half = outputs.dtype in (torch.bfloat16, torch.float16)
        return outputs.float() if half else outputs
    if isinstance(outputs, (list, tuple)):
        return type(outputs)(
            _outputs_in_float32(head, inputs, output) for output in outputs)
    return outputs


def _can_fold(model: nn.Module) -> bool:
    """Whether every batch norm stands after a convolution of its own.

    Not so where one convolution serves several norms (RetinaSepBNHead), or
    where the norm comes first; MMCV folds those too, and changes the results.
    """
    places = [id(m) for _, m in model.named_modules(remove_duplicate=False)]
    return len(places) == len(set(places)) and not any(
        isinstance(m, ConvModule) and m.order[0] == 'norm'
        for m in model.modules())
