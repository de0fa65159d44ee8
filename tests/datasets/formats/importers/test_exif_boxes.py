from collections import Counter

import cv2
import numpy as np
import pytest
from PIL import Image

from custom.datasets.formats.importers.exif_boxes import (clip_to_image,
                                                          needs_exif_transpose)
from custom.datasets.images.exif import (exif_transpose_box,
                                         exif_transpose_points)
from custom.datasets.images.headers import ImageInfo
from custom.utils.image_io import read_image


@pytest.mark.parametrize('orientation', [5, 6, 7, 8])
def test_turning_follows_the_pixels(tmp_path, orientation):
    # A white box of 20 x 10 at (5, 2) of stored pixels 60 wide, 40 high.
    stored = np.zeros((40, 60, 3), np.uint8)
    stored[2:12, 5:25] = 255
    exif = Image.Exif()
    exif[0x0112] = orientation
    path = tmp_path / 'a.jpg'
    Image.fromarray(stored).save(path, exif=exif, quality=100)
    shown = read_image(str(path))
    assert shown.shape == (60, 40, 3)
    x, y, w, h = cv2.boundingRect((shown[..., 0] > 127).astype(np.uint8))
    assert exif_transpose_box((5, 2, 20, 10), 60, 40,
                              orientation) == [x, y, w, h]
    points = exif_transpose_points([5, 2, 25, 12], 60, 40, orientation)
    assert sorted(points[::2]) == [x, x + w]
    assert sorted(points[1::2]) == [y, y + h]


@pytest.mark.parametrize('size, photo, turn, noted', [
    ((60, 40), ImageInfo(60, 40, 1), False, 0),
    ((60, 40), ImageInfo(60, 40, 3), False, 1),
    ((60, 40), ImageInfo(40, 60, 6), True, 1),
    ((40, 60), ImageInfo(40, 60, 6), False, 0),
    ((40, 40), ImageInfo(40, 40, 6), False, 1),
    ((40, 60), ImageInfo(60, 40, 1), None, 0),
    ((40, 60), ImageInfo(60, 40, 3), None, 0),
])
def test_must_turn(size, photo, turn, noted):
    notes = Counter()
    assert needs_exif_transpose(size, photo, notes) is turn
    assert sum(notes.values()) == noted


@pytest.mark.parametrize('xywh, expected, clipped', [
    ([10, 10, 20, 20], [10, 10, 20, 20], 0),
    ([-1, -1, 62, 42], [0, 0, 60, 40], 0),
    ([50, 30, 20, 20], [50, 30, 10, 10], 1),
    ([60, 0, 5, 5], None, 0),
])
def test_fit(xywh, expected, clipped):
    notes = Counter()
    assert clip_to_image([xywh], ImageInfo(60, 40, 1), notes) == [expected]
    assert notes['boxes clipped to their image'] == clipped
