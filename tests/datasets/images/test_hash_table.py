import numpy as np

from custom.datasets.images.hash_table import ImageHashes
from custom.datasets.images.scan import ImageScan


def test_none():
    prints = ImageHashes()
    assert len(prints) == 0
    assert prints.looks.shape == prints.hashes.shape == (0, )
    assert prints.thumbs.shape == (0, 20, 20)


def test_columns():
    thumb = np.arange(400, dtype=np.uint16).astype(np.uint8)
    prints = ImageHashes([
        ImageScan('unread'),
        ImageScan('header', 60, 40, digest=b'1' * 16),
        ImageScan('a', 60, 40, phash=2**64 - 1, thumb=thumb.tobytes()),
    ])
    assert len(prints) == 3
    assert [prints.digest(row) for row in range(3)] == [b'', b'1' * 16, b'']
    assert prints.looks.tolist() == [2]
    assert prints.hashes.tolist() == [2**64 - 1]
    assert prints.aspects.tolist() == [1.5]
    assert (prints.thumbs == thumb.reshape(20, 20)).all()
