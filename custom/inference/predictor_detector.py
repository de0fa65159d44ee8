"""Predictor as an MMDetection model, so that ``tools/test.py`` measures what
``tools/infer.py`` finds."""
from typing import List, Optional

import torch
from mmdet.models.utils import samplelist_boxtype2tensor
from mmdet.registry import MODELS
from mmdet.structures import DetDataSample
from mmengine.config import Config
from mmengine.model import BaseModel
from mmengine.structures import InstanceData
from torch import Tensor

from custom.inference.load_predictor import load_predictor


@MODELS.register_module()
class PredictorDetector(BaseModel):
    """Detector model that predicts with a predictor.

    Images come as they were decoded: the predictor resizes them, so that what
    is measured is what is served.

    Args:
        path: A checkpoint or an ``.onnx`` file.
        config: Of a checkpoint, a config as a dict; by default the one that
            it carries.
        options: As for
            :func:`custom.inference.load_predictor.load_predictor`.

    Attributes:
        dataset_meta: Its ``classes`` and ``thresholds``, as a checkpoint has
            them.

    Raises:
        InputError: As ``load_predictor``.
    """

    def __init__(self,
                 path: str,
                 config: Optional[dict] = None,
                 **options) -> None:
        super().__init__()
        self.predictor = load_predictor(
            path, config=config and Config(config), **options)
        self.dataset_meta = dict(
            classes=self.predictor.classes,
            thresholds=self.predictor.thresholds)

    def forward(self,
                inputs: List[Tensor],
                data_samples: List[DetDataSample],
                mode: Optional[str] = None) -> List[DetDataSample]:
        """Sets ``pred_instances`` of the samples.

        Args:
            inputs: uint8 (3, H, W) each, BGR.
            data_samples: One for each image.
            mode: Must be ``'predict'``: there is nothing to train.
        """
        if mode != 'predict':
            raise NotImplementedError('a predictor can only predict')
        # Of MMDetection's preprocessor: boxes of the truth as plain tensors.
        samplelist_boxtype2tensor(data_samples)
        label = {name: i for i, name in enumerate(self.predictor.classes)}
        found = self.predictor.batch(
            [image.permute(1, 2, 0).cpu().numpy() for image in inputs])
        for sample, detections in zip(data_samples, found):
            sample.pred_instances = InstanceData(
                bboxes=torch.tensor([d.box
                                     for d in detections]).reshape(-1, 4),
                scores=torch.tensor([d.score for d in detections]),
                labels=torch.tensor([label[d.label] for d in detections],
                                    dtype=torch.long))
        return data_samples
