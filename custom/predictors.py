"""One way to load whatever finds objects."""
from typing import TYPE_CHECKING, Optional

if TYPE_CHECKING:
    from custom.apis import Predictor


def load_predictor(path: str,
                   device: Optional[str] = None,
                   precision: str = 'auto',
                   threads: Optional[int] = None) -> 'Predictor':
    """What finds objects by a file that training has written.

    Args:
        path: A checkpoint.
        device, precision: As for :class:`custom.apis.Predictor`.
        threads: Of the CPU; by default all cores.

    Raises:
        InputError: The file is missing or bad.
    """
    import torch

    from custom.apis import Predictor
    if threads:
        torch.set_num_threads(threads)
    return Predictor(path, device, precision)
