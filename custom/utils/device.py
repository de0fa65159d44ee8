"""Device of a run: the one that was asked for, or an error."""
from mmengine.device import get_device

from custom.utils.errors import InputError


def require_device(name: str) -> None:
    """Refuses to go on where torch would compute on another device.

    Args:
        name: ``cpu``, ``cuda`` or ``cuda:N``, of the GPUs of the machine;
            what the process may see has been set by it before torch came.

    Raises:
        InputError: torch sees no such GPU, or computes on none that can be
            hidden, as those of a Mac.
    """
    device = get_device()
    if device != name.partition(':')[0]:
        raise InputError(f'--device {name}: torch would compute on {device}; '
                         'python tools/collect_env.py tells what it sees')
