"""ONNX export of a checkpoint, compared with torch before it is kept."""
import contextlib
import io
import os
import warnings
from typing import Dict, Iterator, List, Sequence

import numpy as np
import onnx
import torch
from torch import Tensor, nn

from custom.evaluation.agreement import same_detections
from custom.export.beside import (is_exported, modified_ns, path_beside,
                                  require_onnx_name)
from custom.export.support import graph_for, require_resize_only
from custom.inference.onnx_metadata import OnnxMetadata
from custom.inference.onnx_predictor import INPUT, OUTPUTS, OnnxPredictor
from custom.inference.torch_predictor import TorchPredictor
from custom.structures.detection import Detection, Predictor
from custom.structures.resize import ResizeSpec
from custom.utils.atomic_write import atomic_write
from custom.utils.errors import InputError

# RoIAlign has half-pixel coordinates from 16 on; of the later ones, that
# which most programs read.
_OPSET = 17
# Any will do: what follows from the sizes is traced too.
_TRACED_SHAPE = (2, 200, 250, 3)


def export_onnx(checkpoint: str, out: str,
                images: Sequence[np.ndarray]) -> str:
    """Exports the detector of a checkpoint to an ONNX file.

    The graph has one input, ``images``, uint8 (B, H, W, 3) in BGR, already
    resized, of any batch and size; normalization and padding are inside. Its
    outputs are those of :class:`custom.export.graph.GraphOutputs`.

    Args:
        checkpoint: Path of a checkpoint trained here.
        out: Path to write.
        images: Some on which torch and the file must agree, uint8 (height,
            width, 3), BGR; of several shapes, two of them the same.

    Returns:
        How well its answers on ``images`` agree with torch's.

    Raises:
        InputError: The checkpoint can't be read, its detector can't be
            exported, ``out`` doesn't end in ``.onnx``, the file answers
            otherwise than torch, or can't be written; what was at ``out``
            before is still there then.
    """
    require_onnx_name(out)
    checkpoint = os.path.expanduser(checkpoint)
    modified = modified_ns(checkpoint)
    predictor = TorchPredictor(checkpoint, 'cpu', 'fp32')
    model = predictor.model
    graph = graph_for(model, checkpoint)
    resize_spec = require_resize_only(predictor, checkpoint)
    metadata = metadata_of(predictor, resize_spec)
    file = _traced(graph)
    onnx.helper.set_model_props(file, metadata.to_props())
    onnx.checker.check_model(file, full_check=True)
    with atomic_write(out) as part:
        onnx.save(file, part)
        os.utime(part, ns=(modified, modified))  # see is_exported
        return require_same(
            OnnxPredictor(part, backend='onnxruntime'), predictor, images,
            checkpoint)


def exported_beside(checkpoint: str, images: Sequence[np.ndarray]) -> str:
    """Path of the ONNX export beside a checkpoint; written when it is not
    there, or of another.

    Raises:
        InputError: As :func:`export_onnx`.
    """
    out = path_beside(checkpoint)
    if not is_exported(checkpoint):
        export_onnx(checkpoint, out, images)
    return out


def metadata_of(predictor: TorchPredictor,
                resize_spec: ResizeSpec) -> OnnxMetadata:
    """Metadata of an exported file."""
    return OnnxMetadata(
        detector=type(predictor.model).__name__,
        classes=predictor.classes,
        thresholds=predictor.thresholds,
        scale=resize_spec.scale,
        keep_ratio=resize_spec.keep_ratio,
        score_thr=float(final_cfg(predictor.model)['score_thr']))


def final_cfg(model: nn.Module) -> dict:
    """The ``test_cfg`` of the head that has the last word."""
    head = model.roi_head if hasattr(model, 'roi_head') else model.bbox_head
    return head.test_cfg


def _traced(graph: nn.Module) -> onnx.ModelProto:
    images = torch.zeros(_TRACED_SHAPE, dtype=torch.uint8)
    return trace(
        graph, images, [INPUT], [*OUTPUTS], {
            INPUT: {
                0: 'batch',
                1: 'height',
                2: 'width'
            },
            **{
                name: {
                    0: 'found'
                }
                for name in OUTPUTS
            }
        })


def trace(graph: nn.Module, example: Tensor, inputs: List[str],
          outputs: List[str],
          dynamic_axes: Dict[str, Dict[int, str]]) -> onnx.ModelProto:
    """ONNX graph of a module of one tensor.

    Args:
        example: An input to trace with.
        inputs, outputs: Their names.
        dynamic_axes: By name, axes whose size is not that of the example.
    """
    buffer = io.BytesIO()
    with torch.no_grad(), _without_warnings():
        torch.onnx.export(
            graph.eval(), (example, ),
            buffer,
            dynamo=False,
            opset_version=_OPSET,
            input_names=inputs,
            output_names=outputs,
            dynamic_axes=dynamic_axes)
    return onnx.load_from_string(buffer.getvalue())


@contextlib.contextmanager
def _without_warnings() -> Iterator[None]:
    with warnings.catch_warnings():
        # The exporter that torch.export feeds wants sizes that depend on the
        # data declared one by one, and packages more. This one will do until
        # torch takes it away.
        warnings.simplefilter('ignore', DeprecationWarning)
        # Of assertions on shapes in MMDetection, which hold for every size.
        warnings.simplefilter('ignore', torch.jit.TracerWarning)
        # Of a padding's widths, which ONNX Runtime computes when it loads.
        warnings.filterwarnings('ignore', 'Constant folding', UserWarning)
        yield


def require_same(exported: Predictor, predictor: Predictor,
                 images: Sequence[np.ndarray], checkpoint: str) -> str:
    """Requires that an exported detector answers as torch on images.

    Returns:
        How well they agree.

    Raises:
        InputError: They don't.
    """
    found = [
        boxes for side in (exported, predictor) for boxes in side.batch(images)
    ]
    tensors = [_as_tensors(boxes, predictor.classes) for boxes in found]
    same, words = same_detections(tensors[:len(images)], tensors[len(images):])
    if not any(map(len, found)):
        return 'nothing is found in them, so that nothing could be compared'
    if not same:
        raise InputError(f'{checkpoint}: the exported file answers otherwise '
                         f'than torch ({words}), so it was not kept; please '
                         'report it with the config')
    return words


def _as_tensors(found: List[Detection], classes: tuple) -> Dict[str, Tensor]:
    # YOLOv3 finds objects in the padding too, and clipped to the image they
    # are lines: rounding decides what those overlap, if they do.
    found = [d for d in found if _thinner_side(d) >= 1]
    return dict(
        bboxes=torch.tensor([d.box for d in found]).reshape(-1, 4),
        scores=torch.tensor([d.score for d in found]),
        labels=torch.tensor([classes.index(d.label) for d in found]))


def _thinner_side(detection: Detection) -> float:
    x1, y1, x2, y2 = detection.box
    return min(x2 - x1, y2 - y1)
