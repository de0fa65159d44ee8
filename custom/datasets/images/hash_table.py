"""Columnar table of file digests, perceptual hashes and thumbnails."""
from array import array
from typing import Iterable

import numpy as np

from custom.datasets.images.perceptual_hash import THUMB_SIDE
from custom.datasets.images.scan import ImageScan

_DIGEST = 16


class ImageHashes:
    """Digests and perceptual hashes of scans, in the order in which they come.

    An image takes 440 bytes, half of what its scan does: a hundred thousand
    may have to be held to find two that are alike.

    Attributes:
        looks: int64 (M,), the rows whose pixels were decoded.
        hashes: uint64 (M,), ``phash`` of those.
        aspects: float64 (M,), their width divided by their height.
        thumbs: uint8 (M, S, S), ``thumb`` of those.
    """

    def __init__(self, scans: Iterable[ImageScan] = ()) -> None:
        self._digests, self._thumbs = bytearray(), bytearray()
        self._looks, self._hashes = array('q'), array('Q')
        self._aspects = array('d')
        for scan in scans:
            self.add(scan)

    def __len__(self) -> int:
        return len(self._digests) // _DIGEST

    def add(self, scan: ImageScan) -> None:
        if scan.phash is not None:
            self._looks.append(len(self))
            self._hashes.append(scan.phash)
            self._aspects.append(scan.width / scan.height)
            self._thumbs += scan.thumb
        self._digests += scan.digest.ljust(_DIGEST, b'\0')

    def digest(self, row: int) -> bytes:
        """SHA-256 of the file; ``b''`` where it was not read."""
        digest = bytes(self._digests[row * _DIGEST:(row + 1) * _DIGEST])
        return digest if any(digest) else b''

    @property
    def looks(self) -> np.ndarray:
        return np.frombuffer(self._looks, np.int64)

    @property
    def hashes(self) -> np.ndarray:
        return np.frombuffer(self._hashes, np.uint64)

    @property
    def aspects(self) -> np.ndarray:
        return np.frombuffer(self._aspects)

    @property
    def thumbs(self) -> np.ndarray:
        return np.frombuffer(self._thumbs,
                             np.uint8).reshape(-1, THUMB_SIDE, THUMB_SIDE)
