"""Raw samples: images and boxes as a file tells them, not yet judged."""
from array import array
from pathlib import Path
from typing import (Any, Dict, Iterator, List, Mapping, NamedTuple, Optional,
                    Sequence, Set, Tuple, Union)

import numpy as np

from custom.datasets.formats.disk_list import DiskGroups
from custom.datasets.formats.importers.error_collector import ErrorCollector
from custom.datasets.formats.importers.image_finder import ImageFinder
from custom.datasets.formats.samples import ImportWarnings

# Boxes kept in memory to tell a habit of all.
_SAMPLE = 2**15


class ImportOptions(NamedTuple):
    """Import options: what a user may say about an import.

    Attributes:
        val_fraction: Split anew, this part for val; 0.15 if only the other
            fraction is given. With neither given, the splits of the source
            are followed, and what they lack is made with 0.15.
        test_fraction: Likewise for test.
        boxes: Key of :data:`custom.datasets.annotations.box_format.LAYOUTS`
            or ``'yx'``, the format's own with the axes exchanged; None for
            the format's own, if they fit.
        unit: Key of :data:`custom.datasets.annotations.box_format.UNITS`;
            likewise.
        exif: ``'stored'`` where boxes are of photos before EXIF turns them,
            ``'shown'`` where they are not; None to go by the size that the
            annotation tells.
        skip_bad: Leave bad records out, and go on.
        mend: Mend what can be, leave out the rest, and go on.
        crowd_as_objects: Take boxes marked ``iscrowd`` or ``ignore``, or
            group-of, for objects.
        images: The folder of the images, where it isn't found by itself.
        descriptions: Of Open Images, the file with the names of the classes.
        class_attribute: Of VIA, the attribute of a region that is its class.
        flags: Messages on records and boxes name flags of
            ``tools/convert_dataset.py``.
    """
    val_fraction: Optional[float] = None
    test_fraction: Optional[float] = None
    boxes: Optional[str] = None
    unit: Optional[str] = None
    exif: Optional[str] = None
    skip_bad: bool = False
    mend: bool = False
    crowd_as_objects: bool = False
    images: Optional[Union[str, Path]] = None
    descriptions: Optional[Union[str, Path]] = None
    class_attribute: Optional[str] = None
    flags: bool = True

    @property
    def splits_anew(self) -> bool:
        """Whether the splits of the source do not count."""
        return self.val_fraction is not None or self.test_fraction is not None


class RawBox(NamedTuple):
    """Raw box, as its file tells it.

    ``where`` names it in its file, ``numbers`` are four in the layout and
    unit of the format. ``points`` are lists of [x, y, …] in the same unit,
    which end up in pixels beside ``extra``.
    """
    where: str
    name: str
    numbers: Sequence[float]
    crowd: bool = False
    extra: Mapping[str, Any] = {}
    points: Mapping[str, List[List[float]]] = {}


class RawImage(NamedTuple):
    """Raw image, as its file tells it.

    ``where`` names it in its file; ``size`` is the width and height that the
    annotation tells, None where it doesn't. ``file_name`` is what it is to be
    called in the data set, '' for the file's own name.
    """
    where: str
    path: Path
    split: str = ''
    size: Optional[Tuple[float, float]] = None
    file_name: str = ''
    extra: Mapping[str, Any] = {}


class RawSamples:
    """Images in the order in which they were added, their boxes on disk.

    Args:
        options: Of the user.
        finder: The images that are there.

    Attributes:
        images: What was added.
        notes: What an owner of the data should know, counted.
        problems: What is wrong with single records.
    """

    def __init__(self, options: ImportOptions, finder: ImageFinder) -> None:
        self.options = options
        self.finder = finder
        self.images: List[RawImage] = []
        self.notes = ImportWarnings()
        self.problems = ErrorCollector(options.skip_bad, options.mend,
                                       options.flags)
        self._rows: Dict[Path, int] = {}
        self._joined: Set[int] = set()
        self._refused: Set[Tuple[Path, str]] = set()
        self._boxes = DiskGroups()
        self._sample = _BoxSample()

    def add_image(self, image: RawImage) -> Optional[int]:
        """Takes an image in.

        Returns:
            The row for its boxes; that of the first where an image comes
            twice and the two are joined; None where it is left out.
        """
        row = self._rows.setdefault(image.path, len(self.images))
        if row == len(self.images):
            self.images.append(image)
            return row
        if (image.path, image.where) in self._refused:
            return None
        if self._joins(self.images[row], image):
            if self.images[row].where != image.where:
                self._joined.add(row)
            return row
        self._refused.add((image.path, image.where))
        return None

    def row_of(self, path: Path) -> Optional[int]:
        """The row of an image that was added."""
        return self._rows.get(path)

    def add_box(self, row: int, box: RawBox) -> None:
        """Takes in a box of the image of a row."""
        self._boxes.append(row, tuple(box))
        self._sample.add(row, box.numbers)

    def boxes(self, row: int) -> List[RawBox]:
        """The boxes of an image, in the order in which they came; of those
        that two records of it have, one."""
        boxes = [RawBox(*values) for values in self._boxes[row]]
        if row not in self._joined:
            return boxes
        return [*{(box.name, *box.numbers): box for box in boxes}.values()]

    def sample(self) -> Tuple[np.ndarray, np.ndarray]:
        """Boxes evenly spaced over all: float64 (N, 4), as in the file, and
        int64 (N,), the rows of their images."""
        return self._sample.columns()

    def _joins(self, first: RawImage, image: RawImage) -> bool:
        """Whether what is said of an image again is added to the first."""
        if first.split == image.split:
            return first.where == image.where or self.problems.mend(
                'image_repeated',
                f'{image.where}: {image.path} is recorded at {first.where} '
                'already, so that each hides the boxes of the other. Join the '
                'two records.', 'they are joined')
        if self.options.splits_anew:
            self.notes['images of several splits, of which the first record '
                       'counts'] += 1
        else:
            self.problems.add(
                'image_repeated',
                f'{image.where}: {image.path} is in {image.split or "none"}, '
                f'and in {first.split or "none"} by {first.where}. An image '
                'in two splits makes the scores worthless: leave it in one, '
                'or split anew with --val-fraction 0.15.')
        return False

    def __iter__(self) -> Iterator[Tuple[RawImage, List[RawBox]]]:
        return ((image, self.boxes(row))
                for row, image in enumerate(self.images))


class _BoxSample:
    """Every n-th box, n doubled when there are too many."""

    def __init__(self) -> None:
        self._numbers, self._rows = array('d'), array('q')
        self._step, self._count = 1, 0

    def add(self, row: int, numbers: Sequence[float]) -> None:
        if self._count % self._step == 0:
            self._numbers.extend(numbers)
            self._rows.append(row)
            if len(self._rows) > _SAMPLE:
                numbers, rows = self.columns()
                self._numbers = array('d', numbers[::2].tobytes())
                self._rows = array('q', rows[::2].tobytes())
                self._step *= 2
        self._count += 1

    def columns(self) -> Tuple[np.ndarray, np.ndarray]:
        return (np.array(self._numbers).reshape(-1, 4),
                np.array(self._rows, np.int64))
