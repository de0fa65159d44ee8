"""Contact sheets of a data set: samples of each split and of each class."""
import functools
import re
from pathlib import Path
from typing import (Callable, Iterable, Iterator, List, NamedTuple, Optional,
                    Sequence, Tuple)

import cv2
import numpy as np

from custom.datasets.annotations.box_validation import has_area
from custom.datasets.browser.gallery import Gallery
from custom.utils.atomic_write import write_bytes
from custom.utils.errors import InputError
from custom.utils.image_io import read_image
from custom.utils.parallel import parallel_map
from custom.visualization.draw import (captioned, contact_sheet, draw_truth,
                                       shrink)

_IMAGES, _IMAGE_SIDE, _IMAGE_COLUMNS = 20, 320, 5
_CROPS, _CROP_SIDE, _CROP_COLUMNS = 32, 180, 8
# Of the longer side of a box, around it: enough to see what it stands in.
_CONTEXT = 0.3
_SEED = 0
_CLASSES = 100
_GRAY = (200, 200, 200)
FRAME = 24  # pixels: a line around the image, and the caption


class TruthBox(NamedTuple):
    """A box for drawing: ``box`` is (x1, y1, x2, y2) in pixels."""
    label: str
    box: Tuple[float, float, float, float]


class SheetJob(NamedTuple):
    """A sheet to be drawn of a split or class, ``which``."""
    path: Path
    draw: Callable[[Gallery, int], Optional[np.ndarray]]
    which: int


def sheet_jobs(folder: Path, gallery: Gallery) -> List[SheetJob]:
    """Jobs of all contact sheets: ``SPLIT.png`` and ``class-NN-NAME.png``.

    Of more than a hundred classes those with most boxes have one.
    """
    boxes = np.bincount(
        gallery.labels[gallery.labels >= 0], minlength=len(gallery.classes))
    common = np.sort(np.argsort(-boxes, kind='stable')[:_CLASSES])
    splits = [
        SheetJob(folder / f'{name}.png', split_sheet, split)
        for split, name in enumerate(gallery.splits)
    ]
    return splits + [
        SheetJob(folder / _class_file(label, gallery.classes[label]),
                 class_sheet, label) for label in common.tolist()
    ]


def write_sheets(gallery: Gallery,
                 jobs: Sequence[SheetJob]) -> Iterator[Optional[Path]]:
    """Draws the sheets over all cores and gives the path of each, or None
    where there is nothing to show.

    Raises:
        InputError: A file can't be written.
    """
    yield from parallel_map(
        functools.partial(_write_sheet, gallery), jobs,
        lambda job, reason: None)


def split_sheet(gallery: Gallery, split: int) -> Optional[np.ndarray]:
    """Twenty images of a split with their boxes, the same every time.

    Returns:
        uint8 (H, W, 3), BGR; None when no image can be shown.
    """
    images = np.flatnonzero(gallery.split_of == split)
    cells = _first(_IMAGES, (_image(gallery, i) for i in _shuffled(images)))
    return _sheet(
        cells, _IMAGE_COLUMNS, _IMAGE_SIDE,
        f'{gallery.splits[split]}: {len(cells)} of {len(images)} '
        'images')


def class_sheet(gallery: Gallery, label: int) -> Optional[np.ndarray]:
    """Boxes of a class with what is around them, the same every time.

    Returns:
        uint8 (H, W, 3), BGR; None when no box can be shown.
    """
    rows = np.flatnonzero(gallery.labels == label)
    cells = _first(_CROPS, (_crop(gallery, row) for row in _shuffled(rows)))
    return _sheet(
        cells, _CROP_COLUMNS, _CROP_SIDE,
        f'{gallery.classes[label]}: {len(cells)} of {len(rows)} '
        'boxes')


def truths(boxes: np.ndarray, labels: np.ndarray, classes: Tuple[str, ...],
           scale: float) -> List[TruthBox]:
    """xywh boxes (N, 4) and labels (N,) for drawing, scaled; those without
    a class left out."""
    corners = np.hstack([boxes[:, :2], boxes[:, :2] + boxes[:, 2:]]) * scale
    return [
        TruthBox(classes[label], tuple(box))
        for label, box in zip(labels.tolist(), corners.tolist()) if label >= 0
    ]


def framed(image: np.ndarray, caption: str) -> np.ndarray:
    """An image of at most ``side`` pixels for a cell of ``side + FRAME``:
    white paper ends somewhere, and its file is named."""
    line = cv2.copyMakeBorder(image, 1, 1, 1, 1, cv2.BORDER_CONSTANT, None,
                              _GRAY)
    return captioned(line, caption)


def write_png(path: Path, image: np.ndarray) -> None:
    """Writes a uint8 (H, W, 3) BGR image, whole or not at all.

    Raises:
        InputError: As :func:`custom.utils.atomic_write.atomic_write`.
    """
    write_bytes(path, cv2.imencode('.png', image)[1].tobytes())


def _write_sheet(gallery: Gallery, job: SheetJob) -> Optional[Path]:
    sheet = job.draw(gallery, job.which)
    if sheet is None:
        return None
    write_png(job.path, sheet)
    return job.path


def _class_file(label: int, name: str) -> str:
    # A class may be called "a/b" or be too long for a file name; the number
    # keeps two such apart.
    plain = re.sub(r'[^\w-]+', '_', name)[:40]
    return f'class-{label:02d}-{plain}.png'


def _shuffled(values: np.ndarray) -> np.ndarray:
    return np.random.default_rng(_SEED).permutation(values)


def _first(count: int,
           cells: Iterable[Optional[np.ndarray]]) -> List[np.ndarray]:
    found: List[np.ndarray] = []
    for cell in cells:
        if cell is not None:
            found.append(cell)
        if len(found) == count:
            break
    return found


def _image(gallery: Gallery, image: int) -> Optional[np.ndarray]:
    pixels = _read(gallery, image)
    if pixels is None:
        return None
    small = shrink(pixels, _IMAGE_SIDE)
    rows = gallery.rows(image)
    found = truths(gallery.boxes[rows], gallery.labels[rows], gallery.classes,
                   small.shape[1] / pixels.shape[1])
    drawn = draw_truth(small, found, names=gallery.classes)
    return framed(drawn, gallery.names[image])


def _crop(gallery: Gallery, row: int) -> Optional[np.ndarray]:
    image = int(np.searchsorted(gallery.first, row, side='right')) - 1
    pixels = _read(gallery, image)
    if pixels is None:
        return None
    box = gallery.boxes[row]
    margin = max(_CONTEXT * box[2:].max(), 8)
    height, width = pixels.shape[:2]
    left, top = np.clip(box[:2] - margin, 0, (width, height)).astype(int)
    right, bottom = np.clip(box[:2] + box[2:] + margin, 0,
                            (width, height)).astype(int)
    if min(right - left, bottom - top) < 1 or not has_area(box[None])[0]:
        return None
    crop = pixels[top:bottom, left:right]
    scale = _CROP_SIDE / max(crop.shape[:2])
    # Rounded up: the short side of a long crop must not vanish.
    size = [int(np.ceil(side * scale)) for side in crop.shape[1::-1]]
    crop = cv2.resize(
        crop,
        size,
        interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC)
    moved = (box - (left, top, 0, 0))[None]
    found = truths(moved, gallery.labels[row:row + 1], gallery.classes, scale)
    drawn = draw_truth(crop, found, names=gallery.classes)
    return framed(drawn, gallery.names[image])


def _read(gallery: Gallery, image: int) -> Optional[np.ndarray]:
    try:
        return read_image(str(gallery.path(image)))
    except InputError:
        return None


def _sheet(cells: List[np.ndarray], columns: int, side: int,
           caption: str) -> Optional[np.ndarray]:
    if not cells:
        return None
    return captioned(contact_sheet(cells, columns, side + FRAME), caption)
