"""ONNX file as an MMDetection model, so that ``tools/test.py`` measures it."""
from typing import List, Optional

import torch
from mmdet.registry import MODELS
from mmdet.structures import DetDataSample
from mmengine.model import BaseModel
from mmengine.structures import InstanceData
from torch import Tensor


@MODELS.register_module()
class OnnxDetector(BaseModel):
    """Detector model that predicts with an ``.onnx`` file.

    Images come as they were decoded: the file's predictor resizes them, so
    that what is measured is what is served.

    Args:
        path: A file that ``tools/export.py`` wrote.

    Attributes:
        dataset_meta: Its ``classes`` and ``thresholds``, as a checkpoint has
            them.

    Raises:
        InputError: The file can't be read, or is none of ours.
    """

    def __init__(self, path: str) -> None:
        super().__init__()
        # Training does without ONNX Runtime.
        from custom.inference.onnx_predictor import OnnxPredictor
        self.predictor = OnnxPredictor(path)
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
            raise NotImplementedError('an ONNX file can only predict')
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
