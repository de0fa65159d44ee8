"""OpenCV DNN predictor: image in, typed detections out, by OpenCV and NumPy.

It needs neither torch nor ONNX Runtime nor onnx.
"""
import os
import threading
from typing import Dict, List, Optional, Sequence, Tuple, Union

import cv2
import numpy as np

from custom.inference.numpy_boxes import Boxes
from custom.inference.opencv_file import BOX_HEAD, NETWORK, OpenCVDetector
from custom.structures.detection import Detection, detections_of
from custom.structures.resize import ResizedImage, ResizeSpec
from custom.utils.errors import InputError
from custom.utils.image_io import ImageLike, as_images, as_pixels


class OpenCVPredictor:
    """Predictor on OpenCV's DNN module, on the CPU in float32.

    It answers as :class:`custom.inference.torch_predictor.TorchPredictor`
    does where images are padded to one size, the file's. Several threads may
    call one predictor; they wait for each other.

    Args:
        path: A file that ``tools/export.py --to opencv`` wrote.
        threads: Threads that OpenCV uses, in the whole process; by default as
            many as it thinks right.

    Attributes:
        runtime: The backend, for a log.
        classes: The class names, in the order of labels.
        thresholds: The score from which an object of a class counts, of those
            classes for which the file says one.
        resize_spec: How large it makes an image.
        divisor: 1: images go through the network one by one.

    Raises:
        InputError: The file can't be read, or is none of ours.
    """

    divisor = 1
    runtime = f'OpenCV {cv2.__version__} in float32'

    def __init__(self,
                 path: Union[str, os.PathLike],
                 threads: Optional[int] = None) -> None:
        path = os.fspath(path)
        self._detector = OpenCVDetector.read(path)
        self._networks = {
            name: _network(path, name, data)
            for name, data in self._detector.networks.items()
        }
        # A network keeps the maps of its last image.
        self._lock = threading.Lock()
        if threads is not None:
            cv2.setNumThreads(threads)
        metadata = self._detector.metadata
        self.classes: Tuple[str, ...] = metadata.classes
        self.thresholds: Dict[str, float] = metadata.thresholds
        self.resize_spec = ResizeSpec(metadata.scale, metadata.keep_ratio)

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
        """Detections of a batch, as calling it with each image.

        Raises:
            InputError: As calling it.
        """
        return self.batch_resized(
            [self.resize_spec(as_pixels(one)) for one in as_images(images)])

    def batch_resized(self,
                      images: Sequence[ResizedImage]) -> List[List[Detection]]:
        """Detections of a batch that :attr:`resize_spec` has resized, as
        :meth:`batch`."""
        return [self._detections(image) for image in images]

    def _detections(self, image: ResizedImage) -> List[Detection]:
        with self._lock:
            boxes, scores, labels = self._detect(image)
        # Not every detector keeps its boxes inside; YOLOv3 doesn't.
        boxes = boxes.clip(0, np.float32([image.width, image.height] * 2))
        return detections_of(boxes, scores, labels, self.classes)

    def _detect(self, image: ResizedImage) -> Boxes:
        head, box_head = self._detector.head, self._detector.box_head
        maps = [
            output[0] for output in self._forward(
                NETWORK, self._detector.canvas(image), self._detector.outputs)
        ]
        if box_head is None:
            return head.detect(maps, image)
        num_features = len(box_head.scales)
        proposals = head.propose(maps[num_features:], image)
        features = box_head.pool(maps[:num_features], proposals)
        if not len(features):
            return Boxes(proposals, np.zeros(0), np.zeros(0, int))
        logits, deltas = self._forward(BOX_HEAD, features,
                                       ('logits', 'deltas'))
        return box_head.detect(logits, deltas, proposals, image)

    def _forward(self, name: str, blob: np.ndarray,
                 outputs: Sequence[str]) -> Sequence[np.ndarray]:
        """Outputs of a network, overwritten when it is asked again."""
        network = self._networks[name]
        network.setInput(blob)
        return network.forward(outputs)


def _network(path: str, name: str, data: bytes) -> cv2.dnn.Net:
    try:
        return cv2.dnn.readNetFromONNX(np.frombuffer(data, np.uint8))
    except cv2.error as error:
        raise InputError(f'{path}: {name} cannot be loaded by OpenCV '
                         f'{cv2.__version__} ({error.err}); export it with '
                         'tools/export.py --to opencv again') from None
