"""SHA-256 digest of a file, which tells models of one name apart."""
import hashlib
import os

from custom.utils.errors import InputError

_BLOCK = 2**20


def file_sha256(path: str) -> str:
    """SHA-256 of a file, in hex.

    Raises:
        InputError: It can't be read.
    """
    digest = hashlib.sha256()
    try:
        with open(path, 'rb') as file:
            while block := file.read(_BLOCK):
                digest.update(block)
    except OSError as error:
        raise InputError(f'{path}: cannot be read ({error.strerror}); give a '
                         '.pth or .onnx file') from None
    return digest.hexdigest()


def model_title(path: str, digest: str) -> str:
    """Name of a model file for people, with what tells it from others of
    that name: ``best.onnx 1a2b3c4d``."""
    return f'{os.path.basename(path)} {digest[:8]}'
