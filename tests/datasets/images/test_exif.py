import cv2
import numpy as np
import pytest
from PIL import Image

from custom.datasets.images.exif import (exif_transpose_box,
                                         exif_transpose_points)
from custom.utils.image_io import read_image


@pytest.mark.parametrize('orientation', range(1, 9))
def test_turning_follows_the_pixels(tmp_path, orientation):
    # A white box of 20 x 10 at (5, 2) of stored pixels 60 wide, 40 high.
    stored = np.zeros((40, 60, 3), np.uint8)
    stored[2:12, 5:25] = 255
    exif = Image.Exif()
    exif[0x0112] = orientation
    path = tmp_path / 'a.jpg'
    Image.fromarray(stored).save(path, exif=exif, quality=100)
    shown = read_image(str(path))
    assert shown.shape[:2] == ((60, 40) if orientation >= 5 else (40, 60))
    x, y, w, h = cv2.boundingRect((shown[..., 0] > 127).astype(np.uint8))
    assert exif_transpose_box((5, 2, 20, 10), 60, 40,
                              orientation) == [x, y, w, h]
    points = exif_transpose_points([5, 2, 25, 12], 60, 40, orientation)
    assert sorted(points[::2]) == [x, x + w]
    assert sorted(points[1::2]) == [y, y + h]
