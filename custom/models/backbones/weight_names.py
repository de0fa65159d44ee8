"""Weight names of other libraries, renamed into MMDetection's."""
from typing import Iterable, Tuple


def rename_weights(state_dict: dict, prefix: str, theirs: Tuple[str, ...],
                   ours: Iterable[str]) -> None:
    """Renames weights in place where both list the same layers in order.

    Args:
        state_dict: With their names or already ours, which stay.
        prefix: What all names of the module begin with.
        theirs: Beginnings of their names, those of the classifier included.
        ours: Names of the weights in the module; what they have beyond is
            dropped.
    """
    beginnings = tuple(prefix + name for name in theirs)
    names = [name for name in state_dict if name.startswith(beginnings)]
    values = [state_dict.pop(name) for name in names]
    state_dict.update(zip((prefix + name for name in ours), values))
