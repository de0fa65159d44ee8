"""Gallery: columnar images and boxes of a data set to browse."""
from pathlib import Path
from typing import Dict, List, NamedTuple, Sequence, Tuple

import numpy as np

from custom.classes import match_class
from custom.datasets.annotations.box_validation import are_finite
from custom.datasets.annotations.class_mapping import class_list
from custom.datasets.annotations.columns import AnnotationTable
from custom.datasets.annotations.issues import Issue
from custom.datasets.annotations.layout import escapes_folder, image_folder


class Gallery(NamedTuple):
    """The images of all splits, one after the other, and their boxes.

    Attributes:
        folder: The data set folder.
        splits: Those that are there, in order.
        classes: Every class that a category means; the position is the label.
        names: File name of each image, relative to ``images/``.
        split_of: int64 (I,), position in ``splits``.
        sizes: float64 (I, 2), width and height as recorded, NaN for none.
        first: int64 (I + 1,), the boxes of image i are the rows ``first[i]``
            to ``first[i + 1] - 1``.
        boxes: float64 (N, 4), xywh in pixels, finite, not clipped.
        labels: int64 (N,), -1 for a category that is not there.
        crowd: bool (N,), neither object nor background.
    """
    folder: Path
    splits: List[str]
    classes: Tuple[str, ...]
    names: List[str]
    split_of: np.ndarray
    sizes: np.ndarray
    first: np.ndarray
    boxes: np.ndarray
    labels: np.ndarray
    crowd: np.ndarray

    def path(self, image: int) -> Path:
        """Path of the file of an image.

        A file outside the folder of the images is none of the data set, and
        must not get into a page that is handed on: there is nothing at the
        path then.
        """
        name = self.names[image]
        return image_folder(
            self.folder) / ('.outside' if escapes_folder(name) else name)

    def rows(self, image: int) -> range:
        """The boxes of an image."""
        return range(self.first[image], self.first[image + 1])


def make_gallery(folder: Path, tables: Sequence[AnnotationTable],
                 known: Sequence[str]) -> Gallery:
    """Joins the tables of a data set; at least one.

    A box whose image is not there, or with a side that is no number, is left
    out: it can't be drawn. The checks tell of it.

    Args:
        folder: The data set folder.
        tables: One per split.
        known: The classes of the data set; any others found come after them,
            so that those keep the labels and colors they have elsewhere.
    """
    found = [name for table in tables for name in table.category_names if name]
    others = [name for name in found if match_class(name, known) is None]
    classes = class_list([*known, *others])
    counts = [len(table.file_names) for table in tables]
    image_of, labels, boxes, crowd = [], [], [], []
    for table, offset in zip(tables, np.cumsum([0, *counts])):
        drawn = (table.image_of >= 0) & are_finite(table.boxes)
        # One more label at the end, for category_of = -1.
        of_category = np.array(
            [_label(name, classes) for name in table.category_names] + [-1])
        image_of.append(table.image_of[drawn] + offset)
        labels.append(of_category[table.category_of[drawn]])
        boxes.append(table.boxes[drawn])
        crowd.append(table.crowd[drawn])
    files = [name for table in tables for name in table.file_names]
    owners = np.concatenate(image_of)
    order = owners.argsort(kind='stable')
    return Gallery(
        folder=Path(folder),
        splits=[table.split for table in tables],
        classes=classes,
        names=files,
        split_of=np.repeat(np.arange(len(tables)), counts),
        sizes=np.concatenate([table.sizes for table in tables]),
        first=np.searchsorted(owners[order], np.arange(len(files) + 1)),
        boxes=np.concatenate(boxes)[order],
        labels=np.concatenate(labels)[order],
        crowd=np.concatenate(crowd)[order])


class Finder:
    """Finds the images of a gallery that a problem names."""

    def __init__(self, gallery: Gallery) -> None:
        self._gallery = gallery
        self._images: Dict[str, List[int]] = {}
        for image, name in enumerate(gallery.names):
            self._images.setdefault(name, []).append(image)

    def images(self, problem: Issue) -> List[int]:
        """Positions of its images, in its order; unknown ones left out.

        A name that stands in several splits means the one in the problem's
        split, or all of them when the problem is of no split.
        """
        found: List[int] = []
        for name in problem.images:
            images = self._images.get(name, [])
            found += [i for i in images if self._split(i) == problem.split
                      ] or images
        return list(dict.fromkeys(found))

    def _split(self, image: int) -> str:
        return self._gallery.splits[self._gallery.split_of[image]]


def _label(name: str, classes: Sequence[str]) -> int:
    return classes.index(match_class(name, classes)) if name else -1
