"""From rows of coordinates to records and splits: what importers share whose
boxes are fractions of the image."""
import os
from collections import Counter
from pathlib import Path
from typing import Callable, Dict, List, NamedTuple, Optional, Sequence, Tuple

from custom.datasets.folder import SPLITS
from custom.datasets.formats.place import fit
from custom.datasets.formats.records import FRACTION, Box, Record, Splits
from custom.datasets.formats.split import group_alike, split_records
from custom.datasets.photos import Photo, probe_all
from custom.errors import InputError

# A pixel of an image of 1,000: tools round outwards.
SLACK = 1e-3


class Row(NamedTuple):
    """One box as its file tells it.

    ``where`` names the file and the line. ``edges`` are x1, y1, x2, y2 as
    fractions of the image, x1 < x2 and y1 < y2. ``points`` has lists of
    [x, y, …] as fractions; they end up in pixels beside ``extra``.
    """
    where: str
    name: str
    edges: Tuple[float, float, float, float]
    crowd: bool = False
    extra: Dict[str, object] = {}
    points: Dict[str, List[List[float]]] = {}


class Problems:
    """Counts what is wrong, and keeps the first of it."""

    def __init__(self) -> None:
        self.first = ''
        self.others = 0

    def add(self, message: str) -> None:
        if self.first:
            self.others += 1
        else:
            self.first = message

    def stop(self) -> None:
        """Raises InputError where there was a problem."""
        if self.first:
            more = (f' ({self.others} more problems like this)'
                    if self.others else '')
            raise InputError(f'{self.first}{more}')


def find_files(folder: Path, suffixes: Tuple[str, ...]) -> List[Path]:
    """The files in a folder and its sub-folders that end so, sorted."""
    found, seen = [], set()
    # Links are followed, for data sets live on other disks; once, for a link
    # may lead back up.
    for parent, folders, names in os.walk(folder, followlinks=True):
        real = os.path.realpath(parent)
        if real in seen:
            folders.clear()
            continue
        seen.add(real)
        found += (
            Path(parent, name) for name in names
            if name.lower().endswith(suffixes))
    return sorted(found)


def make_records(rows: Dict[Path, Sequence[Row]], notes: Counter,
                 problems: Problems) -> Dict[Path, Record]:
    """Measures the images and puts the boxes on them.

    Fractions can't tell whether they are of a photo as shown or as stored;
    they are taken as of the photo as shown.

    Args:
        rows: The boxes of each image, also of those that have none.
        notes: Counts boxes that were clipped and photos that EXIF turns.
        problems: Gets images that can't be read and boxes outside theirs.

    Returns:
        The record of each image without a problem.
    """
    records = {}
    names = _names_in_data_set(list(rows))
    for image, photo in zip(rows, probe_all(rows)):
        if isinstance(photo, InputError):
            problems.add(f'{photo}.')
            continue
        notes['photos turned by EXIF, boxes taken as of the photo as shown: '
              'look whether they fit'] += photo.orientation > 1
        boxes = [_box(row, photo, notes, problems) for row in rows[image]]
        records[image] = Record(image, photo.width, photo.height,
                                [box for box in boxes if box], names[image])
        notes['images without a box, kept as background'] += not boxes
    return records


def in_range(*fractions: float) -> bool:
    """Whether all are fractions of an image, give or take a rounding."""
    return all(-SLACK <= value <= 1 + SLACK for value in fractions)


def complete_splits(found: Dict[str, List[Record]],
                    val_fraction: Optional[float],
                    test_fraction: Optional[float],
                    notes: Counter,
                    track: Optional[Callable] = None) -> Splits:
    """The splits as found, or made as :func:`split_records` does.

    With both fractions None and train and val found, they stay as they are.
    With no val, val is taken from the rest, and so is test if it isn't there.
    A given fraction splits all anew. ``track`` is that of
    :func:`group_alike`.

    Raises:
        InputError: There are too few images.
    """
    anew = val_fraction is not None or test_fraction is not None
    if not anew and found.get('train') and found.get('val'):
        return {split: found[split] for split in SPLITS if found.get(split)}
    val, test = (
        FRACTION if given is None else given
        for given in (val_fraction, test_fraction))
    kept: Splits = {}
    if found.get('test') and not anew:
        kept, test = dict(test=found['test']), 0
    rest = [
        record for split, records in found.items() if split not in kept
        for record in records
    ]
    groups = group_alike(rest, track)
    notes['images look like another, and are in its split'] += (
        len(rest) - len(groups))
    return {**split_records(groups, val, test), **kept}


def _names_in_data_set(images: List[Path]) -> Dict[Path, str]:
    """The files' own names, with their folders where two have one name."""
    if len({path.name.casefold() for path in images}) == len(images):
        return {path: path.name for path in images}
    root = os.path.commonpath([path.parent for path in images])
    return {path: path.relative_to(root).as_posix() for path in images}


def _box(row: Row, photo: Photo, notes: Counter,
         problems: Problems) -> Optional[Box]:
    x1, y1, x2, y2 = _in_pixels(row.edges, photo)
    xywh = fit([x1, y1, x2 - x1, y2 - y1], photo, notes)
    if xywh is None:
        problems.add(f'{row.where}: the box of "{row.name}" is outside the '
                     'image. Draw it again or delete it.')
        return None
    points = {
        key: [_in_pixels(point, photo) for point in value]
        for key, value in row.points.items()
    }
    return Box(row.name, xywh, row.crowd, {**row.extra, **points})


def _in_pixels(points: Sequence[float], photo: Photo) -> List[float]:
    sides = (photo.width, photo.height)
    return [value * sides[i % 2] for i, value in enumerate(points)]
