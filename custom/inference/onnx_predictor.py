"""ONNX predictor: image in, typed detections out, without torch."""
import os
from collections import defaultdict
from typing import Dict, List, Optional, Sequence, Tuple, Union

import numpy as np
import onnxruntime

from custom.inference.onnx_metadata import OnnxMetadata
from custom.structures.detection import Detection
from custom.structures.resize import ResizedImage, ResizeSpec
from custom.utils.cpu import core_count
from custom.utils.errors import InputError
from custom.utils.image_io import ImageLike, as_pixels

INPUT = 'images'
OUTPUTS = ('boxes', 'scores', 'labels', 'image')


class OnnxPredictor:
    """Predictor on ONNX Runtime, on the CPU in float32.

    It answers as :class:`custom.inference.torch_predictor.TorchPredictor`
    does. Several threads may call one predictor at a time.

    Args:
        path: A file that ``tools/export.py`` wrote.
        threads: Threads that one pass uses; by default one for every core
            that the process may use.

    Attributes:
        classes: The class names, in the order of labels.
        thresholds: The score from which an object of a class counts, of those
            classes for which the file says one.
        fit: How large it makes a picture.
        divisor: 1: pictures of one size go through the network together.
        metadata: All that the file says about itself.

    Raises:
        InputError: The file can't be read, or is none of ours.
    """

    divisor = 1

    def __init__(self,
                 path: Union[str, os.PathLike],
                 threads: Optional[int] = None) -> None:
        path = os.fspath(path)
        self._session = _open(path, threads or core_count())
        try:
            self.metadata = _metadata(self._session)
        except ValueError as error:
            raise InputError(f'{path}: not a detector of this project '
                             f'({error}); export the checkpoint again with '
                             'tools/export.py') from None
        self.classes: Tuple[str, ...] = self.metadata.classes
        self.thresholds: Dict[str, float] = self.metadata.thresholds
        self.fit = ResizeSpec(self.metadata.scale, self.metadata.keep_ratio)

    def __call__(self, image: ImageLike) -> List[Detection]:
        """The objects in an image, best first, down to the score threshold of
        the model's ``test_cfg`` (0.05 in most configs here).

        Args:
            image: A path or a uint8 array of shape (height, width, 3), BGR.

        Raises:
            InputError: The image is missing or can't be decoded, or the array
                is no image.
        """
        return self.batch([image])[0]

    def batch(self, images: Sequence[ImageLike]) -> List[List[Detection]]:
        """Batch inference: as calling it with each image, in fewer passes.

        Those that have one shape when resized go through the network
        together.

        Raises:
            InputError: As calling it.
        """
        return self.batch_resized(
            [self.fit(as_pixels(image)) for image in images])

    def batch_resized(self,
                      images: Sequence[ResizedImage]) -> List[List[Detection]]:
        """As :meth:`batch` of images that :attr:`fit` has resized."""
        groups: Dict[Tuple[int, ...], List[int]] = defaultdict(list)
        for i, image in enumerate(images):
            groups[image.pixels.shape].append(i)
        found: Dict[int, List[Detection]] = {}
        for indices in groups.values():
            boxes, scores, labels, of = self._session.run(
                OUTPUTS,
                {INPUT: np.stack([images[i].pixels for i in indices])})
            for place, i in enumerate(indices):
                mine = of == place
                found[i] = self._detections(
                    _scale_back(boxes[mine], images[i]), scores[mine],
                    labels[mine])
        return [found[i] for i in range(len(images))]

    def _detections(self, boxes: np.ndarray, scores: np.ndarray,
                    labels: np.ndarray) -> List[Detection]:
        return [
            Detection(self.classes[label], score, tuple(box))
            for label, score, box in zip(labels.tolist(), scores.tolist(),
                                         boxes.tolist())
        ]


def _scale_back(boxes: np.ndarray, image: ResizedImage) -> np.ndarray:
    """Boxes (N, 4) from pixels of the resized image to the original's."""
    height, width = image.pixels.shape[:2]
    sides = np.array([image.width, image.height] * 2, np.float32)
    factors = sides / np.array([width, height] * 2, np.float32)
    return np.minimum(boxes * factors, sides)


def _open(path: str, threads: int) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    # Threads that wait sleep. Beside other busy processes spinning ones
    # took 1.5 times as long with two threads, and no less with one.
    options.add_session_config_entry('session.intra_op.allow_spinning', '0')
    options.log_severity_level = 3  # errors; a person can't act on the rest
    try:
        with open(path, 'rb'):
            pass
        return onnxruntime.InferenceSession(
            path, options, providers=['CPUExecutionProvider'])
    except OSError as error:
        raise InputError(f'{path}: cannot be read ({error.strerror}); write '
                         'it with tools/export.py') from None
    # ONNX Runtime has an exception for each way to be wrong, without a base.
    except Exception as error:
        reason = ' '.join(str(error).split())[:200]
        raise InputError(f'{path}: not an ONNX file, or cut off ({reason}); '
                         'copy it, or export it with tools/export.py, '
                         'again') from None


def _metadata(session: onnxruntime.InferenceSession) -> OnnxMetadata:
    """What the file says about itself, if it is one that we can run."""
    metadata = OnnxMetadata.from_props(
        session.get_modelmeta().custom_metadata_map)
    if [part.name for part in session.get_inputs()] != [INPUT]:
        raise ValueError(f'its input is not {INPUT}')
    if tuple(part.name for part in session.get_outputs()) != OUTPUTS:
        raise ValueError(f'its outputs are not {", ".join(OUTPUTS)}')
    return metadata
