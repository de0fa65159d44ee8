"""Parts of a detector for OpenCV: traceable networks and NumPy heads."""
from typing import Optional, Tuple, Union

from mmdet.models import YOLOV3, TwoStageDetector
from torch import Tensor, nn

from custom.inference.numpy_boxes import Anchors, DeltaCoder, Selection
from custom.inference.numpy_heads import RPN, BoxHead, RetinaHead, YOLOHead
from custom.inference.opencv_file import Canvas
from custom.structures.resize import ResizeSpec

# Sides of the input are multiples of it: YOLOv3's maps are made larger by
# twos, from cells of 32 pixels.
_STRIDE = 32
_NO_LIMIT = 2**31 - 1
_ALL = -1.


class MapsGraph(nn.Module):
    """Backbone, neck and dense head as one traceable module.

    Args:
        model: A detector in float32 and eval mode.

    Attributes:
        outputs: Names of what it gives: feature maps, if there is a box head,
            then the maps of the dense head.
    """

    def __init__(self, model: nn.Module) -> None:
        super().__init__()
        self.model = model
        self._head = dense_head(model)
        levels = range(self._head.prior_generator.num_levels)
        kinds = ['maps'] if isinstance(model, YOLOV3) else ['logits', 'deltas']
        self._num_features = (
            len(model.roi_head.bbox_roi_extractor.roi_layers)
            if is_two_stage(model) else 0)
        self.outputs = [
            *(f'features_{level}' for level in range(self._num_features)),
            *(f'{kind}_{level}' for kind in kinds for level in levels)
        ]

    def forward(self, image: Tensor) -> Tuple[Tensor, ...]:
        """Maps (1, channels, h, w) of a normalized, padded image."""
        feats = self.model.extract_feat(image)
        maps = [one for kind in self._head(feats) for one in kind]
        return (*feats[:self._num_features], *maps)


def is_two_stage(model: nn.Module) -> bool:
    """Whether a detector has an RPN and a box head."""
    return isinstance(model, TwoStageDetector)


def dense_head(model: nn.Module) -> nn.Module:
    """The head that looks at every place: the RPN, or the only one."""
    return model.rpn_head if is_two_stage(model) else model.bbox_head


def fixed_canvas(model: nn.Module, resize_spec: ResizeSpec) -> Canvas:
    """Fixed input that every resized image fits into: a square where shapes
    stay as they are, since images lie and stand."""
    sides = [max(resize_spec.scale)
             ] * 2 if resize_spec.keep_ratio else resize_spec.scale
    width, height = (side + -side % _STRIDE for side in sides)
    settings = model.data_preprocessor
    mean, std = [0.] * 3, [1.] * 3
    if settings._enable_normalize:
        mean, std = (
            values.flatten().tolist()
            for values in (settings.mean, settings.std))
    return Canvas(width, height, mean, std, settings._channel_conversion,
                  float(settings.pad_value))


def numpy_head(model: nn.Module) -> Union[RPN, RetinaHead, YOLOHead]:
    """The dense head's settings."""
    head = dense_head(model)
    generator, cfg = head.prior_generator, head.test_cfg
    anchors = Anchors([base.tolist() for base in generator.base_anchors],
                      [[*stride] for stride in generator.strides])
    if isinstance(model, YOLOV3):
        return YOLOHead(anchors, _selection(cfg),
                        float(cfg.get('conf_thr', _ALL)))
    if is_two_stage(model):
        # Every anchor may become a proposal.
        return RPN(anchors, _coder(head.bbox_coder), _selection(cfg, _ALL))
    return RetinaHead(anchors, _coder(head.bbox_coder), _selection(cfg))


def numpy_box_head(model: nn.Module) -> Optional[BoxHead]:
    """The box head's settings and those of its RoI extractor, if there is
    one."""
    if not is_two_stage(model):
        return None
    head = model.roi_head
    layers = head.bbox_roi_extractor.roi_layers
    return BoxHead(
        _coder(head.bbox_head.bbox_coder), _selection(head.test_cfg),
        [layer.spatial_scale for layer in layers],
        float(head.bbox_roi_extractor.finest_scale), [*layers[0].output_size],
        int(layers[0].sampling_ratio))


def _coder(coder: object) -> DeltaCoder:
    return DeltaCoder([*coder.means], [*coder.stds])


def _selection(cfg: dict, score_thr: Optional[float] = None) -> Selection:
    return Selection(
        float(cfg.get('score_thr', 0) if score_thr is None else score_thr),
        _limit(cfg.get('nms_pre', -1)), float(cfg.get('min_bbox_size', -1)),
        float(cfg['nms']['iou_threshold']), _limit(cfg['max_per_img']))


def _limit(count: int) -> int:
    return count if count > 0 else _NO_LIMIT
