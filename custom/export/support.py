"""Supported detectors for ONNX export, and why others are refused."""
from typing import Callable, Iterator, Tuple, Type

from mmcv.ops import RoIAlign
from mmdet.models import (YOLOV3, CascadeRCNN, CascadeRoIHead,
                          DetDataPreprocessor, FasterRCNN, RetinaHead,
                          RetinaNet, RPNHead, SingleRoIExtractor,
                          StandardRoIHead, YOLOV3Head)
from mmdet.models.roi_heads.bbox_heads import BBoxHead, ConvFCBBoxHead
from mmdet.models.task_modules import (AnchorGenerator, DeltaXYWHBBoxCoder,
                                       YOLOAnchorGenerator, YOLOBBoxCoder)
from torch import nn

from custom.export.graph import (DetectorGraph, RetinaNetGraph, TwoStageGraph,
                                 YOLOGraph)
from custom.inference.torch_predictor import TorchPredictor
from custom.models.dense_heads.rpn_head import TopkRPNHead
from custom.models.roi_heads.roi_extractor import MultiLevelRoIExtractor
from custom.structures.resize import ResizeSpec
from custom.utils.errors import InputError

_SUPPORTED = 'Faster R-CNN, Cascade R-CNN, RetinaNet and YOLOv3'
_SUPPORTED_OPENCV = 'Faster R-CNN, RetinaNet and YOLOv3'


def graph_for(model: nn.Module, filename: str) -> DetectorGraph:
    """The traceable graph of a detector, if it is supported.

    Raises:
        InputError: Its kind, or one of its parts, is not supported.
    """
    if type(model) not in _GRAPHS:
        raise _refused(filename, f'a {type(model).__name__}', _SUPPORTED)
    kind, conditions = _GRAPHS[type(model)]
    _require(conditions(model), filename, _SUPPORTED)
    return kind(model)


def require_opencv_parts(model: nn.Module, filename: str) -> None:
    """Requires a detector whose parts the NumPy heads can decode.

    Raises:
        InputError: Its kind, or one of its parts, is not supported.
    """
    conditions = _OPENCV_CONDITIONS.get(type(model))
    if conditions is None:
        raise _refused(filename, f'a {type(model).__name__}',
                       _SUPPORTED_OPENCV)
    _require(conditions(model), filename, _SUPPORTED_OPENCV)


def require_resize_only(predictor: TorchPredictor,
                        filename: str) -> ResizeSpec:
    """The resize of a test pipeline that does nothing else to an image.

    Raises:
        InputError: It does something else too.
    """
    if predictor.resize_spec is None:
        steps = predictor.model.test_pipeline
        raise _refused(
            filename, 'a test pipeline with '
            f'{", ".join(type(step).__name__ for step in steps)}', _SUPPORTED)
    return predictor.resize_spec


def _refused(filename: str, what: str, supported: str) -> InputError:
    return InputError(f'{filename}: cannot be exported, it has {what}; '
                      f'supported are {supported} without masks, with plain '
                      'NMS, and a test pipeline of Resize alone')


# Each of these gives what must hold, and the words for where it doesn't.
Conditions = Iterator[Tuple[bool, str]]


def _require(conditions: Conditions, filename: str, supported: str) -> None:
    for holds, what in conditions:
        if not holds:
            raise _refused(filename, what, supported)


def _one_stage(model: nn.Module) -> Conditions:
    yield _is(model.data_preprocessor, DetDataPreprocessor)
    yield _is(model.bbox_head, RetinaHead)
    yield from _anchor_head(model.bbox_head)
    yield from _suppression(model.bbox_head.test_cfg)


def _two_stages(model: nn.Module) -> Conditions:
    yield _is(model.data_preprocessor, DetDataPreprocessor)
    yield _is(model.rpn_head, RPNHead, TopkRPNHead)
    yield from _anchor_head(model.rpn_head)
    yield from _suppression(model.rpn_head.test_cfg)
    roi_head = model.roi_head
    yield _is(roi_head, StandardRoIHead, CascadeRoIHead)
    yield not roi_head.with_mask, 'masks'
    yield not roi_head.with_shared_head, 'a head that the RoIs share'
    yield from _suppression(roi_head.test_cfg)
    cascade = isinstance(roi_head.bbox_head, nn.ModuleList)
    for part in _parts(roi_head.bbox_roi_extractor):
        yield _is(part, SingleRoIExtractor, MultiLevelRoIExtractor)
        for layer in part.roi_layers:
            yield _is(layer, RoIAlign)
            yield (layer.aligned and layer.pool_mode
                   == 'avg'), 'RoIAlign that is not aligned and averaging'
    for head in _parts(roi_head.bbox_head):
        yield isinstance(head, (BBoxHead, ConvFCBBoxHead)), 'another box head'
        yield not head.custom_cls_channels, 'scores other than softmax'
        yield from _coder(head.bbox_coder)
        yield (head.reg_class_agnostic
               or not cascade), 'a cascade with boxes of each class'


def _yolo(model: nn.Module) -> Conditions:
    head = model.bbox_head
    yield _is(model.data_preprocessor, DetDataPreprocessor)
    yield _is(head, YOLOV3Head)
    yield _is(head.prior_generator, YOLOAnchorGenerator)
    yield _is(head.bbox_coder, YOLOBBoxCoder)
    yield from _suppression(head.test_cfg)


def _any_size(
    conditions: Callable[[nn.Module], Conditions]
) -> Callable[[nn.Module], Conditions]:
    """Adds the condition ``min_bbox_size=0``: a one-stage head measures it in
    pixels of the original, which a graph doesn't know."""

    def all_of(model: nn.Module) -> Conditions:
        yield from conditions(model)
        size = model.bbox_head.test_cfg.get('min_bbox_size', 0)
        yield size <= 0, f'min_bbox_size={size}'

    return all_of


_GRAPHS = {
    FasterRCNN: (TwoStageGraph, _two_stages),
    CascadeRCNN: (TwoStageGraph, _two_stages),
    RetinaNet: (RetinaNetGraph, _any_size(_one_stage)),
    YOLOV3: (YOLOGraph, _any_size(_yolo))
}
_OPENCV_CONDITIONS = {
    FasterRCNN: _two_stages,
    RetinaNet: _one_stage,
    YOLOV3: _yolo
}


def _parts(module: nn.Module) -> Iterator[nn.Module]:
    return iter(module if isinstance(module, nn.ModuleList) else [module])


def _anchor_head(head: nn.Module) -> Conditions:
    yield _is(head.prior_generator, AnchorGenerator)
    yield head.use_sigmoid_cls, 'anchor scores other than sigmoid'
    yield from _coder(head.bbox_coder)


def _coder(coder: object) -> Conditions:
    yield _is(coder, DeltaXYWHBBoxCoder)
    yield coder.clip_border, 'boxes beyond the border'


def _suppression(cfg: dict) -> Conditions:
    nms = cfg['nms']
    yield set(nms) <= {'type', 'iou_threshold'} and nms.get(
        'type', 'nms') == 'nms', f'the NMS {dict(nms)}'


def _is(part: object, *kinds: Type) -> Tuple[bool, str]:
    return type(part) in kinds, f'a {type(part).__name__}'
