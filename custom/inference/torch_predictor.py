"""PyTorch inference: detector and predictor from a checkpoint."""
import os
from collections import defaultdict
from typing import Callable, Dict, List, Optional, Sequence, Tuple, Union

import torch
from mmcv.transforms import Compose, LoadImageFromFile
from mmdet.datasets.transforms import LoadAnnotations, PackDetInputs
from mmdet.registry import MODELS
from mmdet.structures import DetDataSample
from mmengine.config import Config
from mmengine.dataset import pseudo_collate
from mmengine.device import get_device
from mmengine.model import revert_sync_batchnorm
from mmengine.registry import DefaultScope, init_default_scope
from torch import Tensor, nn

from custom.checkpoint.dataset_meta import (checkpoint_classes,
                                            checkpoint_thresholds,
                                            config_classes, require_classes)
from custom.checkpoint.loading import load
from custom.config.config import load_config, use_classes
from custom.config.literal import config_from_checkpoint
from custom.config.tta_pipeline import tta_pipeline
from custom.datasets.transforms.load_image import LoadImageOnWhite
from custom.datasets.transforms.strip_transforms import Resize
from custom.inference.default_checkpoint import default_checkpoint
from custom.models.optimize import (optimize_for_inference,
                                    optimize_for_training)
from custom.models.wbf_tta import WBFTTAModel
from custom.structures.detection import (MAX_BATCH, Detection, scale_back,
                                         to_detections)
from custom.structures.resize import ResizedImage, ResizeSpec
from custom.utils.errors import InputError
from custom.utils.image_io import ImageLike, as_images, as_pixels
from custom.utils.precision import inference_dtype
from custom.visualization.palette import class_colors

# IoU from which on boxes of two views are fused, as in the paper.
_SAME_OBJECT = 0.55


def init_detector(config: Union[str, os.PathLike, Config, None],
                  checkpoint: str,
                  device: Optional[str] = None,
                  precision: str = 'auto',
                  tta: bool = False) -> nn.Module:
    """A detector ready to infer, as ``mmdet.apis.init_detector`` gives it.

    Args:
        config: Path of a config, a config, or None for the one that the
            checkpoint carries.
        checkpoint: Path of a checkpoint.
        device: For example ``'cuda:0'``; by default a GPU where there is one.
        precision: ``'fp32'``, ``'bf16'``, or ``'auto'`` for bfloat16 on a CPU
            that has it and float32 elsewhere.
        tta: Test-time augmentation: it looks at an image in two sizes, both
            flipped as well, and fuses the boxes.

    Returns:
        The model in eval mode, its batch norms folded, with ``cfg`` and
        ``dataset_meta`` (``classes``, ``palette`` and ``thresholds``) set, and
        ``test_pipeline``, the steps of ``cfg`` after the loading of an image;
        ``mmdet.apis.inference_detector`` takes it too, but with ``tta``.

    Raises:
        InputError: The checkpoint can't be read, is hostile, has other
            classes than the config or weights of another architecture; or
            its detector or its test pipeline are none for ``tta``; or torch
            has no such device.
    """
    device = get_device() if device is None else device
    try:
        torch.empty(0, device=device)
    except (RuntimeError, AssertionError) as error:
        raise InputError(f'device {device}: torch cannot compute there '
                         f'({str(error).splitlines()[0]})') from None
    loaded = load(checkpoint)
    classes = checkpoint_classes(loaded, checkpoint)
    if config is None:
        cfg = config_from_checkpoint(loaded, checkpoint)
        use_classes(cfg, classes)
    else:
        cfg = config if isinstance(config, Config) else load_config(
            os.fspath(config))
        if 'train_dataloader' in cfg:  # model.cfg of a checkpoint has none
            require_classes(loaded, checkpoint, config_classes(cfg))
        cfg.model.backbone.init_cfg = None  # the weights are at hand
    if DefaultScope.get_current_instance() is None:
        init_default_scope('mmdet')
    pipeline = cfg.test_dataloader.dataset.pipeline
    if tta:
        pipeline = tta_pipeline(pipeline, checkpoint)
    try:
        model = revert_sync_batchnorm(MODELS.build(cfg.model))
        test_pipeline = steps_after_loading(pipeline)
    except Exception as error:  # a part was given what it doesn't take
        raise InputError(f'{config and cfg.filename or checkpoint}: '
                         'its model or its test pipeline cannot be built '
                         f'({" ".join(str(error).split())[:300]})') from None
    _load_weights(model, loaded.get('state_dict', loaded), checkpoint)
    optimize_for_training(model, cfg.get('channels_last', True))
    if tta:
        model = _with_tta(model, checkpoint)
    model.dataset_meta = dict(
        classes=classes,
        palette=[*class_colors(classes).values()],
        thresholds=checkpoint_thresholds(loaded, checkpoint))
    model.cfg, model.test_pipeline = cfg, test_pipeline
    model.to(device).eval()
    optimize_for_inference(model, inference_dtype(precision, device))
    return model


def inference_detector(
    model: nn.Module, images: Union[ImageLike, Sequence[ImageLike]]
) -> Union[DetDataSample, List[DetDataSample]]:
    """Detects objects, as ``mmdet.apis.inference_detector`` does.

    Args:
        model: What :func:`init_detector` returned.
        images: A path, a uint8 array of shape (height, width, 3) in BGR, or a
            list of them.

    Returns:
        A sample whose ``pred_instances`` has ``bboxes`` (N, 4) xyxy in pixels
        of the original image, ``scores`` (N, ) and ``labels`` (N, ), best
        first; a list of them for a list, found in fewer passes.

    Raises:
        InputError: An image is missing or can't be decoded, or an array is
            no image.
    """
    if isinstance(images, (list, tuple)):
        return _detect(model, images, pack_image)
    result, = _detect(model, [images], pack_image)
    return result


class TorchPredictor:
    """Predictor of a checkpoint: finds objects in images, without a config.

    Args:
        checkpoint: Path of a checkpoint that this project trained; by default
            the one that comes with it.
        device: For example ``'cuda:0'``; by default a GPU where there is one.
        precision: As for :func:`init_detector`, like the next two.
        tta: With it the thresholds of the checkpoint are too high for some
            classes, since scores are means.
        config: A config instead of the one that the checkpoint carries.

    Attributes:
        runtime: The backend and the precision, for a log.
        classes: The class names, in the order of labels.
        thresholds: The score from which an object of a class counts, of those
            classes for which the checkpoint says one.
        resize_spec: How large the test pipeline makes an image, if that is
            all it does to it. An image that has this size already gives the
            same results.
        divisor: Height and width are padded to multiples of it; images
            with the same multiples go through the network together.

    Raises:
        InputError: As :func:`init_detector`.
    """

    def __init__(self,
                 checkpoint: Optional[str] = None,
                 device: Optional[str] = None,
                 precision: str = 'auto',
                 tta: bool = False,
                 config: Optional[Config] = None) -> None:
        if checkpoint is None:
            checkpoint = default_checkpoint()
        self.model = init_detector(config, checkpoint, device, precision, tta)
        device = get_device() if device is None else device
        self.runtime = _runtime(precision, device)
        self.classes: Tuple[str, ...] = self.model.dataset_meta['classes']
        self.thresholds: Dict[str,
                              float] = self.model.dataset_meta['thresholds']
        self.resize_spec = _resize_spec(self.model.test_pipeline)
        self.divisor = _divisor(self.model)

    def __call__(self, image: ImageLike) -> List[Detection]:
        """The objects in an image, best first, down to the score threshold of
        the model's ``test_cfg`` (0.05 in the configs here).

        Args:
            image: A path, a uint8 array of shape (height, width, 3), BGR, or
                (height, width), gray, the bytes of a file, or an image of
                Pillow.

        Raises:
            InputError: The image is missing or can't be decoded, or is none.
        """
        return self.batch([image])[0]

    def batch(self, images: Sequence[ImageLike]) -> List[List[Detection]]:
        """Detections of a batch, as calling it with each image, in fewer
        passes: those that come to one shape before the network go through it
        together.

        Raises:
            InputError: As calling it.
        """
        return self._detections(as_images(images), pack_image)

    def batch_resized(self,
                      images: Sequence[ResizedImage]) -> List[List[Detection]]:
        """Detections of a batch that :attr:`resize_spec` has resized, as
        :meth:`batch`, if there is one; boxes are in pixels of the
        originals."""
        if self.resize_spec is None:
            found = self.batch([image.pixels for image in images])
            return [*map(scale_back, found, images)]
        return self._detections(images, _packed_resized)

    def _detections(self, images: Sequence,
                    pack: Callable[..., dict]) -> List[List[Detection]]:
        return [
            to_detections(result.pred_instances, self.classes)
            for result in _detect(self.model, images, pack)
        ]


def _runtime(precision: str, device: str) -> str:
    dtype = str(inference_dtype(precision, device)).rpartition('.')[2]
    return f'torch {torch.__version__} in {dtype} on {device}'


def _with_tta(model: nn.Module, checkpoint: str) -> WBFTTAModel:
    if model.with_mask:
        raise InputError(f'{checkpoint}: test-time augmentation fuses boxes, '
                         'and this detector finds masks; use it without')
    test_cfg = model.test_cfg or {}
    test_cfg = test_cfg.get('rcnn', test_cfg)
    return WBFTTAModel(
        module=model,
        tta_cfg=dict(
            iou_threshold=_SAME_OBJECT,
            max_per_img=test_cfg.get('max_per_img', 100)))


def steps_after_loading(pipeline: Sequence[dict]) -> Compose:
    """The steps of a pipeline that follow once the pixels of an image are at
    hand."""
    return Compose([
        step for step in Compose(pipeline)
        if not isinstance(step, (LoadImageFromFile, LoadImageOnWhite))
    ])


def _resize_spec(pipeline: Compose) -> Optional[ResizeSpec]:
    """The resizing, where a pipeline changes nothing else of an image."""
    steps = [step for step in pipeline if type(step) is not LoadAnnotations]
    if [*map(type, steps)] != [Resize, PackDetInputs]:
        return None
    scale, keep_ratio = steps[0].scale, steps[0].keep_ratio
    if scale is None or vars(steps[0]) != vars(
            Resize(scale, None, keep_ratio)):
        return None
    return ResizeSpec(tuple(scale), keep_ratio)


def _divisor(model: nn.Module) -> int:
    detector = getattr(model, 'module', model)
    return getattr(detector.data_preprocessor, 'pad_size_divisor', 1)


def _detect(model: nn.Module, images: Sequence,
            pack: Callable[..., dict]) -> List[DetDataSample]:
    """Detects in images of any number, a few in memory at a time.

    Those that come to one shape before the network go through it together.
    Others don't: the border that pads a smaller image to the size of a larger
    one changes what is found near it.
    """
    results: List[DetDataSample] = []
    for start in range(0, len(images), MAX_BATCH):
        packed = [
            pack(model, image) for image in images[start:start + MAX_BATCH]
        ]
        groups: Dict[Tuple[int, ...], List[int]] = defaultdict(list)
        for i, item in enumerate(packed):
            groups[_padded_shape(item['inputs'], _divisor(model))].append(i)
        found: Dict[int, DetDataSample] = {}
        for indices in groups.values():
            found.update(
                zip(indices, _forward(model, [packed[i] for i in indices])))
        results += [found[i] for i in range(len(packed))]
    return results


def _padded_shape(image: Union[Tensor, List[Tensor]],
                  divisor: int) -> Tuple[int, ...]:
    """Height and width of a (3, H, W) image in units of the divisor; one pair
    for each view where there are several."""
    views = image if isinstance(image, list) else [image]
    return tuple(-(-side // divisor) for view in views
                 for side in view.shape[-2:])


def pack_image(model: nn.Module, image: ImageLike) -> dict:
    """Packed image: what the test pipeline of :func:`init_detector` makes of
    it."""
    path = os.fspath(image) if isinstance(image, (str, os.PathLike)) else None
    pixels = as_pixels(image)
    return model.test_pipeline(
        dict(
            img=pixels,
            img_path=path,
            img_id=0,
            img_shape=pixels.shape[:2],
            ori_shape=pixels.shape[:2]))


def _packed_resized(model: nn.Module, image: ResizedImage) -> dict:
    """Packed image of the last step of the test pipeline, after Resize,
    the only other one."""
    height, width = image.pixels.shape[:2]
    return model.test_pipeline.transforms[-1](
        dict(
            img=image.pixels,
            img_path=None,
            img_id=0,
            img_shape=(height, width),
            ori_shape=(image.height, image.width),
            scale_factor=(width / image.width, height / image.height)))


def _forward(model: nn.Module, packed: Sequence[dict]) -> List[DetDataSample]:
    with torch.no_grad():
        results = model.test_step(pseudo_collate(packed))
    for result in results:
        # Not every detector keeps its boxes inside; YOLOv3 doesn't.
        height, width = result.ori_shape
        result.pred_instances.bboxes[:, 0::2].clamp_(0, width)
        result.pred_instances.bboxes[:, 1::2].clamp_(0, height)
    return results


def _load_weights(model: nn.Module, state_dict: dict, filename: str) -> None:
    """All weights, or none: half a detector answers, but nonsense."""
    try:
        model.load_state_dict(state_dict)
    except RuntimeError as error:
        lines = str(error).strip().splitlines()
        raise InputError(
            f'{filename}: its weights are not of this architecture '
            f'({" ".join(lines[1:2]).strip()}); use the config that it was '
            'trained with') from None
