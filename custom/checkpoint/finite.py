"""Finite check of checkpoints: no NaN and no inf is saved or resumed from."""
from typing import Any, Collection, Iterator, List, Tuple

import torch

from custom.utils.errors import InputError

_PARTS = ('state_dict', 'ema_state_dict', 'optimizer')


def require_finite(checkpoint: dict,
                   filename: str,
                   allowed: Collection[str] = ()) -> None:
    """Refuses a checkpoint whose weights, averages or optimizer state hold a
    value that is not finite.

    Args:
        checkpoint: As loaded, or about to be saved.
        filename: For the message.
        allowed: Names of buffers that are not finite by design.

    Raises:
        InputError: Names the first such tensors.
    """
    bad = [name for name in not_finite(checkpoint) if name not in allowed]
    if bad:
        more = f' and {len(bad) - 3} more' if len(bad) > 3 else ''
        raise InputError(
            f'{filename}: NaN or inf in {", ".join(bad[:3])}{more}; go on '
            'from a checkpoint before it, with a lower learning rate')


def not_finite(checkpoint: dict) -> List[str]:
    """Names of the tensors that hold NaN or inf, such as
    ``state_dict.backbone.bn1.running_var``."""
    return [
        name for part in _PARTS
        for name, tensor in _tensors(checkpoint.get(part), part)
        if tensor.is_floating_point() and not torch.isfinite(tensor).all()
    ]


def _tensors(node: Any, name: str) -> Iterator[Tuple[str, torch.Tensor]]:
    if isinstance(node, torch.Tensor):
        yield name, node
    items = node.items() if isinstance(
        node, dict) else enumerate(node) if isinstance(node,
                                                       (list, tuple)) else ()
    for key, child in items:
        yield from _tensors(child, f'{name}.{key}')
