"""ONNX symbolic operators: RoIAlign and NMS as torch functions, to trace.

PyTorch knows how to export those of torchvision only. Each function here
says which ONNX operators it becomes; run in torch it returns zeros or its
input, of the right shape and type, which is all that tracing looks at.
"""
from typing import Any, Tuple

import torch
from torch import Tensor
from torch.autograd import Function
from torch.onnx import symbolic_helper

# What a box that is suppressed, or was never one, scores.
NO_SCORE = -1.0


class OnnxRoIAlign(Function):
    """ONNX RoIAlign, average pooling, as ``mmcv.ops.RoIAlign`` with
    ``aligned=True``."""

    @staticmethod
    def forward(ctx: Any, feat: Tensor, boxes: Tensor, images: Tensor,
                size: Tuple[int, int], scale: float, samples: int) -> Tensor:
        """Traces the operator.

        Args:
            feat: (B, C, H, W) float32.
            boxes: (R, 4) xyxy, pixels of the network's input.
            images: (R, ) int64, indices in the batch.
            size: Height and width of the result.
            scale: Pixels of ``feat`` per pixel of the boxes.
            samples: Points a bin along each axis, 0 for as many as the bin
                has pixels.

        Returns:
            (R, C, *size).
        """
        return feat.new_zeros(boxes.shape[0], feat.shape[1], *size)

    @staticmethod
    def symbolic(g: Any, feat: Any, boxes: Any, images: Any,
                 size: Tuple[int, int], scale: float, samples: int) -> Any:
        pooled = g.op(
            'RoiAlign',
            feat,
            boxes,
            images,
            coordinate_transformation_mode_s='half_pixel',
            mode_s='avg',
            output_height_i=size[0],
            output_width_i=size[1],
            sampling_ratio_i=samples,
            spatial_scale_f=scale)
        channels = symbolic_helper._get_tensor_dim_size(feat, 1)
        return pooled.setType(feat.type().with_sizes([None, channels, *size]))


class OnnxNMS(Function):
    """ONNX NMS that leaves every box in place and takes away its score."""

    @staticmethod
    def forward(ctx: Any, boxes: Tensor, scores: Tensor, iou_threshold: float,
                score_threshold: float, limit: int) -> Tensor:
        """Traces the operator.

        Args:
            boxes: (M, N, 4) xyxy.
            scores: (M, G, N); each of the M x G rows is judged alone.
            iou_threshold: Of two boxes that overlap more, the one with the
                lower score goes.
            score_threshold: Boxes go whose score is not above it.
            limit: The most boxes that a row keeps.

        Returns:
            (M, G, N): the scores, :data:`NO_SCORE` of those that went.
        """
        return scores.clone()

    @staticmethod
    def symbolic(g: Any, boxes: Any, scores: Any, iou_threshold: float,
                 score_threshold: float, limit: int) -> Any:
        kept = g.op(
            'NonMaxSuppression', boxes, scores,
            *(_constant(g, number, dtype)
              for number, dtype in ((limit, torch.int64), (iou_threshold,
                                                           torch.float32),
                                    (score_threshold, torch.float32))))
        nothing = g.op(
            'ConstantOfShape',
            g.op('Shape', scores),
            value_t=torch.tensor([NO_SCORE]))
        return g.op('ScatterND', nothing, kept,
                    g.op('GatherND', scores, kept)).setType(scores.type())


def _constant(g: Any, number: float, dtype: torch.dtype) -> Any:
    return g.op('Constant', value_t=torch.tensor([number], dtype=dtype))
