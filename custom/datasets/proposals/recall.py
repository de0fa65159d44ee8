"""Recall of proposals: share of objects found, over their number."""
from typing import Dict, List, NamedTuple, Sequence, Union

import numpy as np
from mmdet.evaluation.functional import bbox_overlaps

IOUS = (0.5, 0.7)
ROUND_COUNTS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000)


class ProposalRecall(NamedTuple):
    """The recall of a set of images.

    Attributes:
        counts: int64 (M, ), 1 to M, the proposals taken of each image.
        by_iou: By IoU threshold, float64 (M, ): what share of the objects
            overlap one of the first 1 to M proposals of their image by that
            much; NaN without objects.
        objects: How many there are.
        mean_count: Proposals of an image, on average.
    """
    counts: np.ndarray
    by_iou: Dict[float, np.ndarray]
    objects: int
    mean_count: float


def proposal_recall(proposals: Sequence[np.ndarray],
                    objects: Sequence[np.ndarray]) -> ProposalRecall:
    """Measures proposals against the objects of the same images.

    Two objects may share a proposal, as in the paper.

    Args:
        proposals: One per image, float (N, 4), xyxy, best first.
        objects: One per image, float (K, 4), xyxy.
    """
    sizes = [len(p) for p in proposals]
    counts = np.arange(1, max(sizes, default=0) + 1)
    total = sum(len(o) for o in objects)
    by_iou = {}
    for threshold in IOUS:
        ranks: List[float] = []
        for found, wanted in zip(proposals, objects):
            ranks += _first_hits(found, wanted, threshold).tolist()
        hits = np.searchsorted(np.sort(ranks), counts)
        by_iou[threshold] = hits / total if total else hits * np.nan
    return ProposalRecall(counts, by_iou, total, float(np.mean(sizes or [0])))


def recall_rows(result: ProposalRecall) -> List[Dict[str, Union[str, float]]]:
    """The recall at round numbers of proposals and at all, as table rows with
    ``proposals``, ``IoU 0.5`` and ``IoU 0.7``."""
    last = len(result.counts)
    wanted = [n for n in ROUND_COUNTS if n < last] + [last] * bool(last)
    return [{
        'proposals': str(n),
        **{
            f'IoU {iou}': values[n - 1]
            for iou, values in result.by_iou.items()
        }
    } for n in wanted]


def _first_hits(proposals: np.ndarray, objects: np.ndarray,
                threshold: float) -> np.ndarray:
    """The rank, from 0, of the first proposal that overlaps each object by
    the threshold; infinity where none does."""
    if not len(proposals):
        return np.full(len(objects), np.inf)
    hit = bbox_overlaps(objects, proposals) >= threshold
    return np.where(hit.any(1), hit.argmax(1), np.inf)
