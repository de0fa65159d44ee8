"""Operator fixture: writes what compiled MMCV answers to ops/fixtures.npz.

    python tests/helpers/make_ops_fixture.py

Run it where compiled MMCV is installed. Inputs are stored too, so the tests do
not depend on a random generator. Features are stored as float32 in NCHW, the
only layout in which compiled MMCV is right.
"""
import itertools
import os.path as osp

import numpy as np
import torch
from mmcv.ops import nms, roi_align, soft_nms

SCALE = 0.25
OUT_FILE = osp.join(osp.dirname(__file__), '../ops/fixtures.npz')


def make_rois() -> np.ndarray:
    """(10, 5) on two images of 60 x 48 pixels (w x h)."""
    return np.float32([
        [0, 4.5, 3.25, 30.5, 20.75],
        [1, 0, 0, 60, 48],
        [0, 12, 12, 12, 12],  # a point
        [1, 20.1, 5.3, 21.9, 44.7],  # narrow
        [1, -9.5, -7, 14.2, 11.1],  # beyond the left top corner
        [0, 40.3, 30.9, 75.5, 66.2],  # beyond the right bottom corner
        [0, -50, -60, -30, -20],  # outside
        [1, 100, 100, 120, 140],  # outside
        [0, -20, 10, 90, 16],  # across the whole image, and flat
        [0, 7.7, 8.8, 15.5, 17.7],
    ])


def roi_align_fixtures(random: np.random.RandomState) -> dict:
    features = random.randn(2, 2, 12, 15).astype(np.float32)
    rois = make_rois()
    arrays = {'roi_align/features': features, 'roi_align/rois': rois}
    for size in (7, 14):
        grad = random.randn(len(rois), 2, size, size).astype(np.float32)
        arrays[f'roi_align/grad{size}'] = grad
        for sampling, aligned, mode in itertools.product((0, 2), (True, False),
                                                         ('avg', 'max')):
            leaf = torch.from_numpy(features).requires_grad_()
            out = roi_align(leaf, torch.from_numpy(rois), size, SCALE,
                            sampling, mode, aligned)
            out.backward(torch.from_numpy(grad))
            name = f'roi_align/{size}_{sampling}_{aligned}_{mode}'
            arrays[f'{name}/output'] = out.detach().numpy()
            arrays[f'{name}/grad'] = leaf.grad.numpy()
    return arrays


def make_boxes(random: np.random.RandomState, num: int) -> np.ndarray:
    """(num, 4), on whole and quarter pixels so that IoUs hit thresholds."""
    corner = random.randint(0, 400, (num, 2)) / 4
    return np.hstack([corner, corner + random.randint(8, 120, (num, 2)) / 4
                      ]).astype(np.float32)


def nms_fixtures(random: np.random.RandomState) -> dict:
    boxes = make_boxes(random, 300)
    # 40 different scores for 300 boxes: many ties.
    scores = (random.randint(1, 41, 300) / 40).astype(np.float32)
    arrays = {'nms/boxes': boxes, 'nms/scores': scores}
    for threshold, offset in itertools.product((0.3, 0.5, 0.7), (0, 1)):
        _, inds = nms(boxes, scores, threshold, offset)
        arrays[f'nms/{threshold}_{offset}'] = inds.astype(np.int16)
    for method, offset in itertools.product(('naive', 'linear', 'gaussian'),
                                            (0, 1)):
        dets, inds = soft_nms(
            boxes, scores, 0.3, 0.5, 0.05, method=method, offset=offset)
        arrays[f'soft_nms/{method}_{offset}/dets'] = dets
        arrays[f'soft_nms/{method}_{offset}/inds'] = inds.astype(np.int16)
    return arrays


def main():
    random = np.random.RandomState(0)
    arrays = {**roi_align_fixtures(random), **nms_fixtures(random)}
    np.savez_compressed(OUT_FILE, **arrays)
    print(f'{OUT_FILE}: {len(arrays)} arrays, '
          f'{osp.getsize(OUT_FILE) / 1000:.0f} kB')


if __name__ == '__main__':
    main()
