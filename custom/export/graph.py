"""Traceable detector graph: an MMDetection detector as one tensor function.

MMDetection's own ``predict`` goes through Python lists image by image, which
tracing would freeze. Networks, anchors and box coders are the model's own;
written anew is what stands between them. Its sizes follow the input's.
"""
from typing import NamedTuple, Sequence, Tuple

import torch
from mmdet.models import SingleRoIExtractor
from torch import Tensor, nn
from torch.nn import functional as F

from custom.export.batched_tensors import (IS_BOX, Dim, clip_boxes, compact,
                                           drop_small, flatten_anchors,
                                           gather_rows, scatter_rows, topk)
from custom.export.symbolic_ops import NO_SCORE, OnnxNMS, OnnxRoIAlign

_NO_LIMIT = 2**31 - 1


class GraphOutputs(NamedTuple):
    """Graph outputs: boxes of a whole batch, image by image, best first.

    ``boxes`` is float32 (N, 4) xyxy in pixels of the input, ``scores``
    float32 (N, ), ``labels`` int64 (N, ) and ``image`` int64 (N, ), which
    image of the batch a box is of.
    """
    boxes: Tensor
    scores: Tensor
    labels: Tensor
    image: Tensor


class DetectorGraph(nn.Module):
    """Detector as one traceable module: resized images in, boxes out.

    Args:
        model: A detector in float32 and eval mode, of the kind that
            :func:`custom.export.support.graph_for` lets pass.
    """

    def __init__(self, model: nn.Module) -> None:
        super().__init__()
        self.model = model

    def forward(self, images: Tensor) -> GraphOutputs:
        """Finds the objects in ``images``, uint8 (B, H, W, 3) in BGR."""
        shape = images.shape[1], images.shape[2]
        feats = self.model.extract_feat(self._normalized(images, shape))
        return self._detect(feats, shape)

    def _normalized(self, images: Tensor, shape: Tuple[Dim, Dim]) -> Tensor:
        """Normalized input of the network: float32 (B, 3, H, W), padded."""
        settings = self.model.data_preprocessor
        if settings._channel_conversion:
            images = images[..., [2, 1, 0]]
        pixels = images.permute(0, 3, 1, 2).float()
        if settings._enable_normalize:
            pixels = (pixels - settings.mean) / settings.std
        below, right = (-side % settings.pad_size_divisor for side in shape)
        return F.pad(pixels, (0, right, 0, below), value=settings.pad_value)

    def _detect(self, feats: Sequence[Tensor],
                shape: Tuple[Dim, Dim]) -> GraphOutputs:
        raise NotImplementedError


class TwoStageGraph(DetectorGraph):
    """Two-stage detector: Faster R-CNN, or Cascade R-CNN with its heads."""

    def _detect(self, feats: Sequence[Tensor],
                shape: Tuple[Dim, Dim]) -> GraphOutputs:
        cfg = self.model.roi_head.test_cfg
        scores, boxes = self._classify(feats, *self._propose(feats, shape),
                                       shape)
        batch, num_boxes, per_image = boxes.shape[:3]
        # With boxes of its own a class is judged like an image of its own.
        kept = OnnxNMS.apply(
            boxes.reshape(-1, per_image, 4),
            scores.reshape(batch * num_boxes, -1, per_image),
            cfg.nms['iou_threshold'], cfg.score_thr, _limit(cfg))
        kept, index = topk(kept.reshape(batch, -1), cfg.max_per_img)
        boxes = gather_rows(
            boxes.reshape(batch, -1, 4), index % (num_boxes * per_image))
        return _graph_outputs(kept, boxes, index // per_image)

    def _propose(self, feats: Sequence[Tensor],
                 shape: Tuple[Dim, Dim]) -> Tuple[Tensor, Tensor]:
        """The RPN's proposals (B, P, 4) and their scores (B, P)."""
        head = self.model.rpn_head
        cfg = head.test_cfg
        levels = []
        for level, (logits, deltas) in enumerate(zip(*head(feats))):
            scores = flatten_anchors(logits, 1).sigmoid().squeeze(2)
            scores, index = topk(scores, cfg.get('nms_pre', -1))
            boxes = clip_boxes(
                head.bbox_coder.decode(
                    _anchors(head, level, logits)[index],
                    gather_rows(flatten_anchors(deltas, 4), index)), shape)
            scores = OnnxNMS.apply(
                boxes,
                drop_small(boxes, scores, _min_size(cfg)).unsqueeze(1),
                cfg.nms['iou_threshold'], IS_BOX, _limit(cfg)).squeeze(1)
            levels.append((boxes, scores))
        boxes, scores = (torch.cat(parts, 1) for parts in zip(*levels))
        scores, index = topk(scores, cfg.max_per_img)
        return gather_rows(boxes, index), scores

    def _classify(self, feats: Sequence[Tensor], proposals: Tensor,
                  proposal_scores: Tensor,
                  shape: Tuple[Dim, Dim]) -> Tuple[Tensor, Tensor]:
        """Class scores (B, C, P) of proposals and their boxes (B, K, P, 4),
        where K is 1, or C when each class has its own."""
        batch, per_image = proposal_scores.shape
        # Only the proposals that are there are pooled, level by level. Where
        # they belong is kept beside them.
        places = (proposal_scores.flatten() > IS_BOX).nonzero()[:, 0]
        boxes = proposals.reshape(-1, 4)[places]
        sums = 0.
        for extractor, head in _stages(self.model.roi_head):
            pooled, order = _pool(extractor, feats, boxes, places // per_image)
            boxes, places = boxes[order], places[order]
            sums = sums[order] if torch.is_tensor(sums) else sums
            logits, deltas = head(pooled)
            sums = sums + logits
            boxes = clip_boxes(
                head.bbox_coder.decode(boxes,
                                       deltas).reshape(boxes.shape[0], -1, 4),
                shape)
            # The next stage begins where this one ends.
            boxes, final = boxes[:, 0], boxes.flatten(1)
        scores = (sums / len(_stages(self.model.roi_head))).softmax(1)[:, :-1]
        scores = scatter_rows(scores, places, batch * per_image, NO_SCORE)
        final = scatter_rows(final, places, batch * per_image, 0.)
        return (scores.reshape(batch, per_image,
                               head.num_classes).transpose(1, 2),
                final.reshape(batch, per_image, -1, 4).transpose(1, 2))


class RetinaNetGraph(DetectorGraph):
    """RetinaNet: the best of each level, then NMS."""

    def _detect(self, feats: Sequence[Tensor],
                shape: Tuple[Dim, Dim]) -> GraphOutputs:
        head = self.model.bbox_head
        cfg = head.test_cfg
        num_classes = head.num_classes
        levels = []
        for level, (logits, deltas) in enumerate(zip(*head(feats))):
            scores = flatten_anchors(logits, num_classes).sigmoid().flatten(1)
            scores, index = topk(scores, cfg.get('nms_pre', -1))
            anchor = index // num_classes
            boxes = head.bbox_coder.decode(
                _anchors(head, level, logits)[anchor],
                gather_rows(flatten_anchors(deltas, 4), anchor))
            boxes = clip_boxes(boxes, shape)
            scores = drop_small(boxes, scores, _min_size(cfg))
            levels.append((boxes, scores, index % num_classes))
        boxes, scores, labels = (torch.cat(parts, 1) for parts in zip(*levels))
        return _suppressed(boxes, scores, labels, num_classes, cfg,
                           cfg.score_thr)


class YOLOGraph(DetectorGraph):
    """YOLOv3: the best of all levels together, then NMS by the product of
    class score and objectness."""

    def _detect(self, feats: Sequence[Tensor],
                shape: Tuple[Dim, Dim]) -> GraphOutputs:
        head = self.model.bbox_head
        cfg = head.test_cfg
        num_classes = head.num_classes
        boxes, sure, scores = (
            torch.cat(parts, 1) for parts in zip(
                *(self._level(head, level, feature_map)
                  for level, feature_map in enumerate(*head(feats)))))
        candidates = (sure >= cfg.get('conf_thr', -1)) & (
            scores > cfg.get('score_thr', 0))
        best, index = topk(
            torch.where(candidates, scores, NO_SCORE).flatten(1),
            cfg.get('nms_pre', -1))
        box = index // num_classes
        product = best * sure.squeeze(2).gather(1, box)
        found = _suppressed(
            gather_rows(boxes, box), torch.where(best > IS_BOX, product, best),
            index % num_classes, num_classes, cfg, IS_BOX)
        return found._replace(boxes=clip_boxes(found.boxes, shape))

    @staticmethod
    def _level(head: nn.Module, level: int,
               feature_map: Tensor) -> Tuple[Tensor, Tensor, Tensor]:
        """Boxes (B, N, 4), objectness (B, N, 1) and class scores (B, N, C)."""
        rows = flatten_anchors(feature_map, head.num_attrib)
        moves = torch.cat([rows[..., :2].sigmoid(), rows[..., 2:4]], 2)
        boxes = head.bbox_coder.decode(
            _anchors(head, level, feature_map), moves,
            head.featmap_strides[level])
        return boxes, rows[..., 4:5].sigmoid(), rows[..., 5:].sigmoid()


def _suppressed(boxes: Tensor, scores: Tensor, labels: Tensor,
                num_classes: int, cfg: dict, score_thr: float) -> GraphOutputs:
    """NMS of each class among boxes (B, N, 4) with scores and labels (B, N).
    """
    classes = torch.arange(num_classes)[:, None]
    of_class = torch.where(
        labels.unsqueeze(1) == classes, scores.unsqueeze(1), NO_SCORE)
    kept = OnnxNMS.apply(boxes, of_class, cfg.nms['iou_threshold'], score_thr,
                         _limit(cfg)).amax(1)
    kept, index = topk(kept, cfg.max_per_img)
    return _graph_outputs(kept, gather_rows(boxes, index),
                          labels.gather(1, index))


def _graph_outputs(scores: Tensor, boxes: Tensor,
                   labels: Tensor) -> GraphOutputs:
    scores, boxes, labels, image = compact(scores, boxes, labels)
    return GraphOutputs(boxes, scores, labels, image)


def _min_size(cfg: dict) -> float:
    return cfg.get('min_bbox_size', -1)


def _limit(cfg: dict) -> int:
    return cfg['max_per_img'] if cfg['max_per_img'] > 0 else _NO_LIMIT


def _anchors(head: nn.Module, level: int, feature_map: Tensor) -> Tensor:
    return head.prior_generator.single_level_grid_priors(
        feature_map.shape[2:], level, device=feature_map.device)


def _stages(
        roi_head: nn.Module) -> Sequence[Tuple[SingleRoIExtractor, nn.Module]]:
    extractors, heads = roi_head.bbox_roi_extractor, roi_head.bbox_head
    if isinstance(heads, nn.ModuleList):
        return [*zip(extractors, heads)]
    return [(extractors, heads)]


def _pool(extractor: SingleRoIExtractor, feats: Sequence[Tensor],
          boxes: Tensor, images: Tensor) -> Tuple[Tensor, Tensor]:
    """Pools boxes (R, 4), each from the level for its size.

    Returns:
        Features (R, C, h, w), those of one level after those of another, and
        int64 (R, ), the index in ``boxes`` of each.
    """
    layers = extractor.roi_layers
    rois = torch.cat([images[:, None].to(boxes), boxes], 1)
    levels = extractor.map_roi_levels(rois, len(layers))
    pooled, order = [], []
    for level, (layer, feat) in enumerate(zip(layers, feats)):
        chosen = (levels == level).nonzero()[:, 0]
        pooled.append(
            OnnxRoIAlign.apply(feat, boxes[chosen], images[chosen],
                               layer.output_size, layer.spatial_scale,
                               layer.sampling_ratio))
        order.append(chosen)
    return torch.cat(pooled), torch.cat(order)
