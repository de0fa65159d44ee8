"""Baseline operators: torchvision's on the same tensors."""
from typing import Any, Callable

from op_tensors import backward_of, place_features
from protocol import run_worker
from torch import Tensor
from torchvision.ops import batched_nms, nms, roi_align, roi_pool


def prepare(job: dict, options: dict) -> Callable[[], Any]:
    if job['operator'].startswith('roi'):
        return _pooling(job)
    boxes, scores, groups = (
        job[key].to(job['device']) for key in ('boxes', 'scores', 'groups'))
    threshold = job['threshold']
    if job['operator'] == 'nms':
        return lambda: nms(boxes, scores, threshold)
    return lambda: batched_nms(boxes, scores, groups, threshold)


def _pooling(job: dict) -> Callable[[], Tensor]:
    features = place_features(job)
    rois = job['rois'].to(job['device'])

    def forward() -> Tensor:
        if job['operator'] == 'roi_pool':
            return roi_pool(features, rois, job['size'], job['scale'])
        return roi_align(
            features, rois, job['size'], job['scale'], aligned=True)

    return backward_of(forward, features) if job['backward'] else forward


if __name__ == '__main__':
    run_worker(prepare)
