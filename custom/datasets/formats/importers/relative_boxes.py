"""Relative boxes to samples: shared by importers whose boxes are fractions of
the image."""
import os
from pathlib import Path
from typing import Dict, Iterable, Iterator, List, NamedTuple, Sequence, Tuple

from custom.datasets.formats.disk_list import DiskGroups, DiskList, LazyBoxes
from custom.datasets.formats.importers.exif_boxes import (clip_to_image,
                                                          is_outside)
from custom.datasets.formats.samples import (ErrorCollector, ImportWarnings,
                                             Sample, SampleBox)
from custom.datasets.images.headers import ImageInfo, read_image_infos
from custom.utils.errors import InputError


class RelativeBox(NamedTuple):
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


class RelativeBoxes:
    """The rows of images, on disk; images in the order of their first."""

    def __init__(self) -> None:
        self._images: Dict[Path, int] = {}
        self._rows = DiskGroups()

    def __iter__(self) -> Iterator[Path]:
        return iter(self._images)

    def __len__(self) -> int:
        return len(self._images)

    def __getitem__(self, image: Path) -> List[RelativeBox]:
        return [
            RelativeBox(*values) for values in self._rows[self._images[image]]
        ]

    def add(self, image: Path, rows: Iterable[RelativeBox] = ()) -> None:
        """Takes an image in, and its next rows."""
        position = self._images.setdefault(image, len(self._images))
        for row in rows:
            self._rows.append(position, tuple(row))


def make_samples(rows: RelativeBoxes, notes: ImportWarnings,
                 problems: ErrorCollector) -> Dict[Path, Sample]:
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
    records, spool = {}, DiskList()
    names = _names_in_data_set(list(rows))
    for image, photo in zip(rows, read_image_infos(rows)):
        if isinstance(photo, InputError):
            problems.add(f'{photo}.')
            continue
        notes['photos turned by EXIF, boxes taken as of the photo as shown: '
              'look whether they fit'] += photo.orientation > 1
        found = rows[image]
        boxes = _boxes(found, photo, notes, problems)
        records[image] = Sample(image, photo.width, photo.height,
                                LazyBoxes(spool, boxes), names[image])
        notes['images without a box, kept as background'] += not found
    return records


def _names_in_data_set(images: List[Path]) -> Dict[Path, str]:
    """The files' own names, with their folders where two have one name."""
    if len({path.name.casefold() for path in images}) == len(images):
        return {path: path.name for path in images}
    root = os.path.commonpath([path.parent for path in images])
    return {path: path.relative_to(root).as_posix() for path in images}


def _boxes(rows: Sequence[RelativeBox], photo: ImageInfo,
           notes: ImportWarnings, problems: ErrorCollector) -> List[SampleBox]:
    corners = [_in_pixels(row.edges, photo) for row in rows]
    xywh = [[x1, y1, x2 - x1, y2 - y1] for x1, y1, x2, y2 in corners]
    boxes = []
    for row, box, inside in zip(rows, xywh, clip_to_image(xywh, photo, notes)):
        if inside is None:
            problems.add(is_outside(row.where, row.name, box, photo))
            continue
        points = {
            key: [_in_pixels(point, photo) for point in value]
            for key, value in row.points.items()
        }
        boxes.append(
            SampleBox(row.name, inside, row.crowd, {
                **row.extra,
                **points
            }))
    return boxes


def _in_pixels(points: Sequence[float], photo: ImageInfo) -> List[float]:
    sides = (photo.width, photo.height)
    return [value * sides[i % 2] for i, value in enumerate(points)]
