"""ONNX predictor: image in, typed detections out, without torch."""
import os
from collections import defaultdict
from typing import Dict, List, Optional, Sequence, Tuple, Union

import numpy as np

from custom.inference.onnx_backend import open_onnx
from custom.inference.onnx_metadata import OnnxMetadata
from custom.inference.onnx_session import OnnxSession
from custom.structures.detection import MAX_BATCH, Detection, detections_of
from custom.structures.resize import ResizedImage, ResizeSpec
from custom.utils.cpu import core_count
from custom.utils.errors import InputError
from custom.utils.image_io import ImageLike, as_images, as_pixels

INPUT = 'images'
OUTPUTS = ('boxes', 'scores', 'labels', 'image')


class OnnxPredictor:
    """Predictor of an ``.onnx`` file, by OpenVINO or ONNX Runtime on the CPU.

    It answers as :class:`custom.inference.torch_predictor.TorchPredictor`
    does. Several threads may call one predictor at a time.

    Args:
        path: A file that ``tools/export.py`` wrote.
        threads: Threads that one pass uses; by default one for every core
            that the process may use.
        backend, precision: As for
            :func:`custom.inference.onnx_backend.open_onnx`.

    Attributes:
        runtime: The backend and the precision, for a log.
        classes: The class names, in the order of labels.
        thresholds: The score from which an object of a class counts, of those
            classes for which the file says one.
        resize_spec: How large it makes an image.
        divisor: 1: images of one size go through the network together.
        metadata: All that the file says about itself.

    Raises:
        InputError: The file can't be read, is none of ours, or can't be run
            by that backend in that precision.
    """

    divisor = 1

    def __init__(self,
                 path: Union[str, os.PathLike],
                 threads: Optional[int] = None,
                 backend: str = 'auto',
                 precision: str = 'auto') -> None:
        path = os.fspath(path)
        session = open_onnx(path, threads or core_count(), backend, precision)
        self._run = session.run
        try:
            self.metadata = _metadata(session)
        except ValueError as error:
            raise InputError(f'{path}: not a detector of this project '
                             f'({error}); export the checkpoint again with '
                             'tools/export.py') from None
        dtypes = _dtypes(self.metadata.precision, session.dtype)
        self.runtime = f'{session.runtime} in {dtypes}'
        self.classes: Tuple[str, ...] = self.metadata.classes
        self.thresholds: Dict[str, float] = self.metadata.thresholds
        self.resize_spec = ResizeSpec(self.metadata.scale,
                                      self.metadata.keep_ratio)

    def __call__(self, image: ImageLike) -> List[Detection]:
        """The objects in an image, best first, down to the score threshold of
        the model's ``test_cfg`` (0.05 in most configs here).

        Args:
            image: As for
                :class:`custom.inference.torch_predictor.TorchPredictor`.

        Raises:
            InputError: The image is missing or can't be decoded, or is none.
        """
        return self.batch([image])[0]

    def batch(self, images: Sequence[ImageLike]) -> List[List[Detection]]:
        """Batch inference: as calling it with each image, in fewer passes.

        Of eight at a time, those that have one shape when resized go through
        the network together.

        Raises:
            InputError: As calling it.
        """
        images = as_images(images)
        return [
            found for start in range(0, len(images), MAX_BATCH)
            for found in self.batch_resized([
                self.resize_spec(as_pixels(image))
                for image in images[start:start + MAX_BATCH]
            ])
        ]

    def batch_resized(self,
                      images: Sequence[ResizedImage]) -> List[List[Detection]]:
        """Detections of a batch that :attr:`resize_spec` has resized, as
        :meth:`batch`."""
        groups: Dict[Tuple[int, ...], List[int]] = defaultdict(list)
        for i, image in enumerate(images):
            groups[image.pixels.shape].append(i)
        found: Dict[int, List[Detection]] = {}
        for indices in groups.values():
            boxes, scores, labels, of = self._run(
                {INPUT: np.stack([images[i].pixels for i in indices])})
            for place, i in enumerate(indices):
                mine = of == place
                found[i] = detections_of(
                    _scale_back(boxes[mine], images[i]), scores[mine],
                    labels[mine], self.classes)
        return [found[i] for i in range(len(images))]


def _scale_back(boxes: np.ndarray, image: ResizedImage) -> np.ndarray:
    """Boxes (N, 4) from pixels of the resized image to the original's."""
    height, width = image.pixels.shape[:2]
    sides = np.array([image.width, image.height] * 2, np.float32)
    factors = sides / np.array([width, height] * 2, np.float32)
    return np.minimum(boxes * factors, sides)


def _dtypes(file: str, backend: str) -> str:
    # Only layers are in int8, not the arithmetic between them.
    return f'int8 and {backend}' if file == 'int8' else backend


def _metadata(session: OnnxSession) -> OnnxMetadata:
    """Metadata of the file, if it is one that we can run."""
    metadata = OnnxMetadata.from_props(session.props)
    if session.inputs != (INPUT, ):
        raise ValueError(f'its input is not {INPUT}')
    if session.outputs != OUTPUTS:
        raise ValueError(f'its outputs are not {", ".join(OUTPUTS)}')
    return metadata
