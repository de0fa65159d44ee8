"""Int8 export: post-training static quantization, scored before it is kept.

The scheme is that of Jacob et al. 2018, "Quantization and Training of Neural
Networks for Efficient Integer-Arithmetic-Only Inference", by ONNX Runtime's
quantizer: weights in int8 with a scale for each channel, activations in uint8
with the range that they had on images of the training split.
"""
import os.path as osp
import tempfile
from typing import (Callable, Dict, Iterable, Iterator, List, NamedTuple,
                    Optional, Sequence)

import numpy as np
import onnx
from onnxruntime.quantization import (CalibrationDataReader, QuantType,
                                      quantize_static)
from onnxruntime.quantization.shape_inference import quant_pre_process

from custom.datasets.annotations.columns import AnnotationTable
from custom.datasets.annotations.layout import (annotation_file, class_names,
                                                image_folder)
from custom.evaluation.coco_eval import BoxScores, score_boxes
from custom.export.beside import require_onnx_name
from custom.export.to_onnx import export_onnx
from custom.inference.onnx_predictor import INPUT, OnnxPredictor
from custom.inference.predict_split import predict_split, read_split
from custom.utils.atomic_write import atomic_write
from custom.utils.errors import InputError
from custom.utils.image_io import as_pixels
from custom.utils.progress import track

# Training images that activations take their ranges from.
CALIBRATION_IMAGES = 100
_QUANTIZED = ('Conv', 'Gemm', 'MatMul', 'Relu', 'Clip')


class Int8Scores(NamedTuple):
    """Scores of a detector on the val split, in float32 and in int8."""
    before: BoxScores
    after: BoxScores

    @property
    def loss(self) -> float:
        """Points of mAP that int8 costs; below 0 where it has more."""
        return 100 * (self.before.overall['mAP'] - self.after.overall['mAP'])

    def rows(self) -> List[dict]:
        """Rows, a dict per class: ``class``, ``boxes`` (how many to find),
        ``AP`` in float32, ``AP int8`` and their ``difference``, all 0 to 1."""
        return [{
            'class': one['class'],
            'boxes': one['boxes'],
            'AP': one['AP'],
            'AP int8': two['AP'],
            'difference': two['AP'] - one['AP'] if one['boxes'] else None
        } for one, two in zip(self.before.per_class, self.after.per_class)]


def int8_beside(checkpoint: str) -> str:
    """Path of the int8 file of a checkpoint, beside it."""
    return f'{osp.splitext(checkpoint)[0]}.int8.onnx'


def export_int8(checkpoint: str, out: str, images: Sequence[np.ndarray],
                folder: str, max_loss: float, tell: Callable[[Int8Scores],
                                                             None]) -> None:
    """Exports the detector of a checkpoint to an ONNX file in int8.

    Args:
        checkpoint, out, images: As of
            :func:`custom.export.to_onnx.export_onnx`.
        folder, max_loss, tell: As of :func:`quantize_onnx`.

    Raises:
        InputError: As either of them.
    """
    require_onnx_name(out)
    with tempfile.TemporaryDirectory() as scratch:
        exact = osp.join(scratch, 'float32.onnx')
        export_onnx(checkpoint, exact, images)
        quantize_onnx(exact, out, folder, max_loss, tell)


def quantize_onnx(exact: str, out: str, folder: str, max_loss: float,
                  tell: Callable[[Int8Scores], None]) -> None:
    """Quantizes the layers of an ONNX detector to int8.

    Args:
        exact: Path of a file that :func:`custom.export.to_onnx.export_onnx`
            wrote.
        out: Path to write.
        folder: Data set folder; calibrated on images of its training split,
            scored on its val split.
        max_loss: Points of mAP that int8 may cost.
        tell: Is given the scores before the file is kept or refused.

    Raises:
        InputError: The data can't be read or is of other classes, int8 costs
            more than ``max_loss``, or ``out`` can't be written; what was
            there before is still there then.
    """
    train, val = (read_split(folder, split) for split in ('train', 'val'))
    with atomic_write(out) as part:
        before = _score(exact, folder, val)
        if before.overall['mAP'] <= 0:
            raise InputError(f'{annotation_file(folder, "val")}: nothing of '
                             'it is found in float32, so what int8 loses '
                             'cannot be measured; give the data that the '
                             'detector was trained for')
        quantize_layers(exact, part, _calibration_images(folder, train))
        scores = Int8Scores(before, _score(part, folder, val))
        tell(scores)
        if scores.loss > max_loss:
            raise InputError(
                f'{out}: not written, since int8 loses {scores.loss:.1f} '
                f'points of mAP on val, more than {max_loss:g}; calibrate on '
                'more and other training pictures, or take it as it is with '
                '--max-loss POINTS')


def _score(path: str, folder: str, split: AnnotationTable) -> BoxScores:
    predictor = OnnxPredictor(path, backend='onnxruntime')
    classes = class_names(folder)
    label = f'{predictor.metadata.precision}, finding objects'
    found = predict_split(predictor, folder, split,
                          lambda rows: track(rows, label, len(rows)), classes)
    return score_boxes(split, found, classes,
                       annotation_file(folder, split.split))


def quantize_layers(exact: str, out: str,
                    images: Iterable[np.ndarray]) -> None:
    """Quantizes as :func:`quantize_onnx`, and measures nothing.

    Args:
        exact, out: Likewise.
        images: To calibrate on, uint8 (height, width, 3) BGR.
    """
    reader = CalibrationImages(exact, images)
    with tempfile.TemporaryDirectory() as scratch:
        prepared = osp.join(scratch, 'prepared.onnx')
        # Its optimizer would fold in operators of ONNX Runtime's own.
        quant_pre_process(
            exact, prepared, skip_optimization=True, skip_symbolic_shape=True)
        quantize_static(
            prepared,
            out,
            reader,
            op_types_to_quantize=[*_QUANTIZED],
            nodes_to_quantize=[*_layers(onnx.load(prepared))],
            per_channel=True,
            reduce_range=True,
            activation_type=QuantType.QUInt8,
            weight_type=QuantType.QInt8)
    file = onnx.load(out)
    metadata = reader.metadata._replace(precision='int8')
    onnx.helper.set_model_props(file, metadata.to_props())
    onnx.save(file, out)


def _layers(file: onnx.ModelProto) -> Iterator[str]:
    """Names of the nodes to quantize: those inside of the network's modules.

    Tracing names them after their module, ``/neck/lateral_convs.0/conv/Conv``,
    and what stands between modules, the arithmetic of boxes, ``/Add_3``.
    """
    for node in file.graph.node:
        if node.name.count('/') > 1:
            yield node.name


def _calibration_images(folder: str,
                        split: AnnotationTable) -> Iterator[np.ndarray]:
    """Images from all over a split."""
    count = len(split.file_names)
    rows = np.linspace(0, count - 1, min(count, CALIBRATION_IMAGES), dtype=int)
    for row in track(rows, 'calibrating', len(rows)):
        yield as_pixels(str(image_folder(folder) / split.file_names[row]))


class CalibrationImages(CalibrationDataReader):
    """Images to calibrate on, as the file wants them.

    Args:
        exact: Path of the ONNX file in float32.
        images: uint8 (height, width, 3) BGR.
    """

    def __init__(self, exact: str, images: Iterable[np.ndarray]) -> None:
        predictor = OnnxPredictor(exact, backend='onnxruntime')
        self.metadata = predictor.metadata
        self._inputs = ({
            INPUT: predictor.resize_spec(image).pixels[None]
        } for image in images)

    def get_next(self) -> Optional[Dict[str, np.ndarray]]:
        """The next input of the network; None at the end."""
        return next(self._inputs, None)
