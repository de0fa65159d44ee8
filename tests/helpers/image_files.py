"""Image files of every kind, for the tests of scans and checks."""
import cv2
import numpy as np
from PIL import Image

ORIENTATION = 0x0112


def blots(seed=0, width=60, height=40):
    """uint8 (height, width, 3): soft spots of color, others for each seed."""
    rng = np.random.default_rng(seed)
    colors = rng.integers(0, 256, (4, 6, 3), dtype=np.uint8)
    return cv2.resize(colors, (width, height), interpolation=cv2.INTER_CUBIC)


def save(path, mode='RGB', pixels=None, **options):
    """Writes a 60 x 40 image in a mode of Pillow, and returns its path."""
    image = Image.fromarray(blots() if pixels is None else pixels)
    if mode != image.mode:
        image = image.convert(mode)
    image.save(path, **options)
    return path


def write_image(path, width, height, bgr):
    """A PNG of one color, in folders that are made."""
    path.parent.mkdir(parents=True, exist_ok=True)
    image = np.full((height, width, 3), bgr, np.uint8)
    path.write_bytes(cv2.imencode('.png', image)[1].tobytes())


def save_turned(path, orientation):
    """A JPEG whose stored pixels are 60 x 40, turned by EXIF."""
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    return save(path, exif=exif)


def save_cut(path, share=.5, **options):
    """An image file of which only the first part is there."""
    data = save(path, **options).read_bytes()
    path.write_bytes(data[:int(len(data) * share)])
    return path
