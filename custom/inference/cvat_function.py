"""CVAT auto-annotation function: a detector of this project, for cvat-cli.

``cvat-cli task auto-annotate`` takes it by
``--function-module custom.inference.cvat_function``: docs/label_studio.md.
"""
from typing import List

from cvat_sdk import auto_annotation, models
from PIL import Image

from custom.inference.load_predictor import load_predictor
from custom.structures.detection import passes_threshold
from custom.utils.image_io import opened_pixels


class CvatFunction:
    """Detection function as `CVAT's SDK
    <https://docs.cvat.ai/docs/api_sdk/sdk/auto-annotation/>`_ wants it.

    Args:
        checkpoint: A checkpoint or exported detector; by default the one that
            comes with the project.

    Attributes:
        spec: Its labels, rectangles with the detector's class names.

    Raises:
        InputError: The file can't be loaded.
    """

    def __init__(self, checkpoint: str = ''):
        self._predictor = load_predictor(checkpoint or None)
        self._ids = {name: i for i, name in enumerate(self._predictor.classes)}
        self.spec = auto_annotation.DetectionFunctionSpec(labels=[
            auto_annotation.label_spec(name, i, type='rectangle')
            for name, i in self._ids.items()
        ])

    def detect(self, context: auto_annotation.DetectionFunctionContext,
               image: Image.Image) -> List[models.LabeledShapeRequest]:
        """Rectangles of the objects in an image, best first.

        Args:
            context: Its ``conf_threshold`` counts; where there is none, the
                detector's own threshold of each class does.
            image: In any mode.
        """
        found = self._predictor(opened_pixels(image))
        return [
            auto_annotation.rectangle(self._ids[one.label], list(one.box))
            for one in found if passes_threshold(
                one, self._predictor.thresholds, context.conf_threshold)
        ]


create = CvatFunction
