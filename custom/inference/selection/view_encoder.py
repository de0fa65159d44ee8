"""View encoder: tags of an image in several views, and its features."""
from typing import Any, List, NamedTuple, Optional, Sequence, Tuple

import numpy as np
import torch
from mmengine.dataset import pseudo_collate
from torch import Tensor, nn

from custom.config.tta_pipeline import tta_pipeline
from custom.inference.load_predictor import is_onnx, is_opencv
from custom.inference.selection.uncertainty import tag_probabilities
from custom.inference.torch_predictor import (init_detector, pack_image,
                                              steps_after_loading)
from custom.utils.errors import InputError
from custom.utils.image_io import ImageLike


class EncodedImage(NamedTuple):
    """``tags``, the probability of each class in each view, float64 (views,
    classes); and ``features`` of length 1, float32 (D, )."""
    tags: np.ndarray
    features: np.ndarray


class ViewEncoder:
    """Encoder of images by a detector: what it is sure of, and what it sees.

    The views are those of ``--tta``: two sizes, both flipped as well. Features
    are the maps of the neck (of the backbone, where there is none), each
    averaged over its pixels, one after the other.

    Args:
        checkpoint: Path of a checkpoint that this project trained.
        device: For example ``'cuda:0'``; by default a GPU where there is one.
        precision: As for
            :func:`custom.inference.torch_predictor.init_detector`.

    Attributes:
        classes: The class names, in the order of the tags.

    Raises:
        InputError: As ``init_detector``, or it is an exported file.
    """

    def __init__(self,
                 checkpoint: str,
                 device: Optional[str] = None,
                 precision: str = 'auto') -> None:
        if is_onnx(checkpoint) or is_opencv(checkpoint):
            raise InputError(f'{checkpoint}: an exported file gives boxes '
                             'alone; give the .pth file that it was made of, '
                             'whose features tell pictures apart')
        model = init_detector(None, checkpoint, device, precision)
        steps = model.cfg.test_dataloader.dataset.pipeline
        model.test_pipeline = steps_after_loading(
            tta_pipeline(steps, checkpoint))
        self.classes: Tuple[str, ...] = model.dataset_meta['classes']
        self._model = model
        self._features: List[Tensor] = []
        maps = model.neck if model.with_neck else model.backbone
        maps.register_forward_hook(self._keep_features)

    def __call__(self, image: ImageLike) -> EncodedImage:
        """Encodes an image.

        Args:
            image: A path or a uint8 array of shape (height, width, 3), BGR.

        Raises:
            InputError: The image is missing or can't be decoded.
        """
        packed = pack_image(self._model, image)
        self._features.clear()
        tags = [
            self._tags(dict(inputs=pixels, data_samples=sample))
            for pixels, sample in zip(packed['inputs'], packed['data_samples'])
        ]
        features = torch.stack(self._features).mean(0)
        return EncodedImage(
            np.stack(tags),
            nn.functional.normalize(features, dim=0).cpu().numpy())

    @torch.no_grad()
    def _tags(self, view: dict) -> np.ndarray:
        result, = self._model.test_step(pseudo_collate([view]))
        found = result.pred_instances
        return tag_probabilities(found.scores.float().cpu().numpy(),
                                 found.labels.cpu().numpy(), len(self.classes))

    def _keep_features(self, module: nn.Module, inputs: Any,
                       maps: Sequence[Tensor]) -> None:
        pooled = [one.float().mean((2, 3)).flatten() for one in maps]
        self._features.append(torch.cat(pooled))
