"""Linear layer with tanh, whose outputs are between -1 and 1."""
from mmdet.registry import MODELS
from torch import Tensor, nn


@MODELS.register_module()
class TanhLinear(nn.Linear):
    """A fully connected layer with a tanh behind it.

    For ``reg_predictor_cfg`` of a box head, with a coder whose targets are
    within -1 and 1. Takes what ``nn.Linear`` takes.
    """

    def forward(self, inputs: Tensor) -> Tensor:
        """(..., in_features) into (..., out_features), each in -1..1."""
        return super().forward(inputs).tanh()
