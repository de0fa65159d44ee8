"""OpenCV DNN export of a checkpoint, compared with torch before it is kept."""
from typing import Dict, Sequence

import numpy as np
import onnx
import torch
from torch import Tensor, nn

from custom.export.opencv_parts import (MapsGraph, fixed_canvas, is_two_stage,
                                        numpy_box_head, numpy_head)
from custom.export.support import require_opencv_parts, require_resize_only
from custom.export.to_onnx import metadata_of, require_same, trace
from custom.inference.load_predictor import is_opencv
from custom.inference.opencv_file import (BOX_HEAD, NETWORK, Canvas,
                                          OpenCVDetector)
from custom.inference.opencv_predictor import OpenCVPredictor
from custom.inference.torch_predictor import TorchPredictor
from custom.utils.atomic_write import atomic_write
from custom.utils.errors import InputError


def export_opencv(checkpoint: str, out: str,
                  images: Sequence[np.ndarray]) -> str:
    """Exports the detector of a checkpoint to a file for OpenCV's DNN module.

    It is a zip archive of ONNX files with fixed inputs and of what decodes
    their outputs, see :class:`custom.inference.opencv_file.OpenCVDetector`.

    Args:
        checkpoint: Path of a checkpoint trained here.
        out: Path to write, with the ending ``.zip``.
        images: Some on which torch and the file must agree, uint8 (height,
            width, 3), BGR; torch pads them as the file does.

    Returns:
        How well its answers on ``images`` agree with torch's.

    Raises:
        InputError: ``out`` ends otherwise, the checkpoint can't be read, its
            detector can't be exported, the file answers otherwise than torch,
            or can't be written; what was at ``out`` before is still there
            then.
    """
    if not is_opencv(out):
        raise InputError(f'{out}: a detector for OpenCV is a zip archive; '
                         'let the name end with .zip')
    predictor = TorchPredictor(checkpoint, 'cpu', 'fp32')
    model = predictor.model
    require_opencv_parts(model, checkpoint)
    resize_spec = require_resize_only(predictor, checkpoint)
    graph, canvas = MapsGraph(model), fixed_canvas(model, resize_spec)
    detector = OpenCVDetector(
        metadata_of(predictor, resize_spec), canvas, graph.outputs,
        numpy_head(model), numpy_box_head(model), _networks(graph, canvas))
    pad_to(predictor, canvas)
    with atomic_write(out) as part:
        detector.write(part)
        return require_same(
            OpenCVPredictor(part), predictor, images, checkpoint)


def pad_to(predictor: TorchPredictor, canvas: Canvas) -> None:
    """Makes a predictor pad images to the size of a canvas.

    Anchors lie in the padding too, and convolutions see where it ends: with
    another padding another detection may come out.
    """
    # Without a fixed ratio all images have the size of the canvas, to 32.
    settings = predictor.model.data_preprocessor
    settings.pad_size_divisor = (
        canvas.width if canvas.width == canvas.height else 32)


def _networks(graph: MapsGraph, canvas: Canvas) -> Dict[str, bytes]:
    image = torch.zeros(1, 3, canvas.height, canvas.width)
    networks = {NETWORK: _traced(graph, image, 'image', graph.outputs)}
    if is_two_stage(graph.model):
        head = graph.model.roi_head.bbox_head
        pooled = torch.zeros(1, head.in_channels, *head.roi_feat_size)
        networks[BOX_HEAD] = _traced(head, pooled, 'features',
                                     ['logits', 'deltas'])
    return networks


def _traced(graph: nn.Module, example: Tensor, name: str,
            outputs: Sequence[str]) -> bytes:
    file = trace(graph, example, [name], [*outputs], {})
    _share_weights(file.graph)
    onnx.checker.check_model(file, full_check=True)
    return file.SerializeToString()


def _share_weights(graph: onnx.GraphProto) -> None:
    """Names equal weights alike instead of passing them through Identity.

    OpenCV 4.12 adds a bias that is no constant wrongly to all rows but the
    first.
    """
    weights = {weight.name for weight in graph.initializer}
    same = {
        node.output[0]: node.input[0]
        for node in graph.node
        if node.op_type == 'Identity' and node.input[0] in weights
    }
    nodes = [node for node in graph.node if node.output[0] not in same]
    for node in nodes:
        node.input[:] = [same.get(name, name) for name in node.input]
    del graph.node[:]
    graph.node.extend(nodes)
