"""Transform that loads proposals, or runs selective search without them."""
from typing import Optional

import numpy as np
from mmdet.datasets.transforms import LoadProposals
from mmdet.registry import TRANSFORMS


@TRANSFORMS.register_module()
class LoadOrSearchProposals(LoadProposals):
    """MMDetection's ``LoadProposals``, and a selective search for an image
    that comes without proposals, as at inference.

    Required Keys:

    - img (np.uint8): as decoded, before any resizing
    - proposals (dict, optional): ``bboxes`` and ``scores``

    Added Keys:

    - proposals (np.float32): shape (N, 4), xyxy in pixels of ``img``
    - proposals_scores (np.float32): shape (N, )

    Args:
        scale: As for
            :class:`custom.datasets.proposals.selective_search.SelectiveSearchSettings`,
            like the next two; use those that the proposals of the training
            were made with.
        min_size: Likewise.
        min_share: Likewise.
        num_max_proposals: The first so many alone; all when None.
    """

    def __init__(self,
                 scale: float = 200,
                 min_size: int = 100,
                 min_share: float = 0.05,
                 num_max_proposals: Optional[int] = None) -> None:
        super().__init__(num_max_proposals)
        self.settings = (scale, min_size, min_share)

    def transform(self, results: dict) -> dict:
        """LoadProposals.transform, after the search if there must be one."""
        if results.get('proposals') is None:
            # Imported where it is used: scikit-image takes a second.
            from custom.datasets.proposals.selective_search import (
                SelectiveSearchSettings, selective_search)
            boxes = selective_search(results['img'],
                                     SelectiveSearchSettings(*self.settings))
            scores = np.linspace(1, 0, len(boxes), False, dtype=np.float32)
            results['proposals'] = dict(bboxes=boxes, scores=scores)
        return super().transform(results)
