"""MMCV operators worker, called as MMDetection calls them."""
from typing import Any, Callable

import torch
from mmcv.ops import batched_nms, nms, roi_align, roi_pool, soft_nms
from op_tensors import backward_of, place_features
from torch import Tensor


def prepare(job: dict, options: dict) -> Callable[[], Any]:
    """Prepares one operator on the job's tensors.

    Args:
        job: ``operator``, its tensors and its numbers.
        options: ``dtype`` of features or boxes, and ``channels_last``.
    """
    dtype = getattr(torch, options.get('dtype', 'float32'))
    if job['operator'].startswith('roi'):
        return _pooling(job, dtype, options.get('channels_last', False))
    return _suppression(job, dtype)


def _pooling(job: dict, dtype: torch.dtype,
             channels_last: bool) -> Callable[[], Tensor]:
    features = place_features(job, dtype, channels_last)
    rois = job['rois'].to(job['device'])
    size, scale = job['size'], job['scale']

    def forward() -> Tensor:
        if job['operator'] == 'roi_pool':
            return roi_pool(features, rois, size, scale)
        return roi_align(features, rois, size, scale, 0, 'avg', True)

    return backward_of(forward, features) if job['backward'] else forward


def _suppression(job: dict, dtype: torch.dtype) -> Callable[[], Tensor]:
    boxes, scores, groups = (
        job[key].to(job['device']) for key in ('boxes', 'scores', 'groups'))
    boxes, scores = boxes.to(dtype), scores.to(dtype)
    threshold = job['threshold']
    return {
        'nms':
        lambda: nms(boxes, scores, threshold)[1],
        'soft_nms':
        lambda: soft_nms(
            boxes, scores, threshold, min_score=1e-3, method='gaussian')[1],
        'batched_nms':
        lambda: batched_nms(boxes, scores, groups,
                            dict(type='nms', iou_threshold=threshold))[1],
    }[job['operator']]


if __name__ == '__main__':
    from protocol import run_worker
    run_worker(prepare)
