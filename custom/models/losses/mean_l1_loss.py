"""L1 loss as the mean over the positive samples."""
from typing import Any, Optional

from mmdet.models import L1Loss
from mmdet.registry import MODELS
from torch import Tensor


@MODELS.register_module()
class MeanL1Loss(L1Loss):
    """L1 loss of box coordinates, averaged over positive samples alone.

    A box head of MMDetection divides their sum by the number of all samples,
    so that few positives weigh little; here they are divided by their own.
    """

    def forward(self,
                pred: Tensor,
                target: Tensor,
                weight: Optional[Tensor] = None,
                avg_factor: Optional[int] = None,
                **kwargs: Any) -> Tensor:
        """The loss, a scalar.

        Args:
            pred: (N, 4).
            target: Likewise.
            weight: Likewise, or None for 1.
            avg_factor: Not used: the number of values divides the sum.
        """
        return super().forward(pred, target, weight, **kwargs)
