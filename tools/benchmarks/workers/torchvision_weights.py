"""Weight conversion of an R50-FPN from MMDetection to torchvision."""
import re
from typing import Dict, Tuple

import torch
from torch import Tensor

# MMDetection's names, and torchvision's for the same weights.
RENAMED = (
    (r'backbone\.(.*)', r'backbone.body.\1'),
    (r'neck\.lateral_convs\.(\d)\.conv\.(.*)',
     r'backbone.fpn.inner_blocks.\1.0.\2'),
    (r'neck\.fpn_convs\.(\d)\.conv\.(.*)',
     r'backbone.fpn.layer_blocks.\1.0.\2'),
    (r'rpn_head\.rpn_conv\.(.*)', r'rpn.head.conv.0.0.\1'),
    (r'rpn_head\.rpn_cls\.(.*)', r'rpn.head.cls_logits.\1'),
    (r'rpn_head\.rpn_reg\.(.*)', r'rpn.head.bbox_pred.\1'),
    (r'roi_head\.bbox_head\.shared_fcs\.0\.(.*)',
     r'roi_heads.box_head.fc6.\1'),
    (r'roi_head\.bbox_head\.shared_fcs\.1\.(.*)',
     r'roi_heads.box_head.fc7.\1'),
    (r'roi_head\.bbox_head\.fc_cls\.(.*)',
     r'roi_heads.box_predictor.cls_score.\1'),
    (r'roi_head\.bbox_head\.fc_reg\.(.*)',
     r'roi_heads.box_predictor.bbox_pred.\1'),
)


def convert_weights(weights: Dict[str, Tensor]) -> Dict[str, Tensor]:
    """Converts weights of an R50-FPN to torchvision's names.

    Args:
        weights: A state dict. The background is the last class and has no
            box regression.

    Returns:
        A state dict. The background is the first class; its box regression
        is zero. Frozen norms count no batches.
    """
    converted = {}
    for name, value in weights.items():
        if name.endswith('num_batches_tracked'):
            continue
        new = next(
            re.sub(old, to, name) for old, to in RENAMED
            if re.fullmatch(old, name))
        if 'cls_score' in new:
            value = value.roll(1, 0)
        elif 'box_predictor.bbox_pred' in new:
            value = torch.cat([torch.zeros_like(value[:4]), value])
        converted[new] = value
    return converted


def unrounded_anchors(size: float, ratios: Tuple[float, ...]) -> Tensor:
    """Anchors (A, 4) xyxy around 0; a ratio is height over width."""
    ratios = torch.tensor(ratios)
    heights = size * ratios.sqrt()
    widths = size / ratios.sqrt()
    return torch.stack([-widths, -heights, widths, heights], 1) / 2
