"""YOLO importer.

Format: https://docs.ultralytics.com/datasets/detect/
"""
import math
import re
from collections import Counter, defaultdict
from pathlib import Path
from typing import (Dict, Iterable, Iterator, List, Optional, Sequence, Set,
                    Union)

from custom.datasets.annotations.box_validation import in_range
from custom.datasets.formats.importers.error_collector import ErrorCollector
from custom.datasets.formats.importers.image_finder import without_upload
from custom.datasets.formats.importers.raw_samples import (RawBox, RawImage,
                                                           RawSamples)
from custom.datasets.formats.importers.yolo_layout import (is_class_file,
                                                           read_layout)
from custom.utils.errors import InputError
from custom.utils.media import is_image
from custom.utils.paths import Spellings, composed, find_files, read_lines

# In the names of folders that hold labels.
_LABEL_FOLDER = re.compile('label|annot|txt|yolo|obj_.*_data')

# So many lines are a habit, and such a part of them. Keypoints may be outside
# their box by so much of the image.
_ENOUGH, _HABIT, _SLACK = 10, 0.9, 0.02


def parse_yolo(src: Path, raw: RawSamples) -> Sequence[str]:
    """Reads a YOLO folder: images, a text file for each, and the classes.

    A line of ``labels/a.txt`` is ``class x y w h``: the position of the class
    in the list of classes, the center and the size of the box as fractions of
    the image ``images/a.jpg``; a sixth value is a confidence. An image
    without such a file, or with an empty one, is background. A line with a
    polygon, ``class x y x y x y …``, becomes the box around it and keeps the
    polygon as COCO ``segmentation``.

    The classes and the splits are those of ``data.yaml``. Without it, the
    classes are those of ``classes.txt`` or ``obj.names``, and the splits
    those of ``obj.data``, or of folders called train, val or test.

    Args:
        src: The folder, or its YAML file.
        raw: Gets images, boxes, notes and problems.

    Returns:
        The classes in the order of their numbers.

    Raises:
        InputError: There are no classes, images or labels.
    """
    layout = read_layout(src, raw)
    root = src if src.is_dir() else src.parent
    labels = _Labels(root, _is_elsewhere(raw.options.images, root))
    listed = [(image, split) for split, paths in layout.images.items()
              for image in paths]
    images = [*dict.fromkeys(listed)]
    raw.notes['images listed twice'] = len(listed) - len(images)
    label_of = {image: labels.find(image) for image, _ in images}
    if images and not any(label_of.values()):
        raise InputError(
            f'{layout.path}: no image has a label file; '
            f'{_labels_folder(images[0][0]) / images[0][0].stem}.txt is '
            f'where that of {images[0][0]} would be. Put them there.')
    owners: Dict[Path, Path] = {}
    polygons: Counter = Counter()
    for image, split in images:
        label = label_of[image]
        if label and owners.setdefault(label, image) != image:
            raw.problems.add(
                'image_unclear',
                f'{label}: is it of {owners[label]} or of {image}? The boxes '
                'of one would be on the other; rename or remove one image.')
            continue
        try:
            lines = read_lines(label) if label else []
        except InputError as error:  # its boxes would be background
            raw.problems.add('file', f'{error}')
            continue
        row = raw.add_image(RawImage(f'{label or image}', image, split))
        raw.notes['images without a label file'] += label is None
        if row is not None:
            for box in _rows(label, lines, layout.classes, raw.problems):
                raw.add_box(row, box)
                for points in box.points.get('segmentation', ()):
                    polygons[len(points), _are_keypoints(points)] += 1
    _require_polygons(layout.path, polygons)
    raw.notes['label files without an image, left out'] = labels.strays(owners)
    return layout.classes


def _is_elsewhere(images: Optional[Union[str, Path]], root: Path) -> bool:
    """Whether the images are said to be in another folder than the labels."""
    if images is None:
        return False
    folder = Path(images).resolve()
    return root.resolve() not in (folder, *folder.parents)


def _labels_folder(image: Path) -> Path:
    """``…/labels`` of the images in ``…/images``."""
    return _other_folder(image, 'images', 'labels')


def _images_folder(label: Path) -> Path:
    """``…/images`` of the labels in ``…/labels``."""
    return _other_folder(label, 'labels', 'images')


def _other_folder(path: Path, name: str, other: str) -> Path:
    """The folder of a file, the last of that name in it called otherwise."""
    parts = list(path.parent.parts)
    if name in parts:
        parts[len(parts) - 1 - parts[::-1].index(name)] = other
    return Path(*parts)


class _Labels:
    """The text files below a folder, by what image they may be of."""

    def __init__(self, root: Path, images_apart: bool) -> None:
        self._images_apart = images_apart
        self._disk = Spellings()
        self._files = find_files(root, ('.txt', ))
        self._by_stem: Dict[str, List[Path]] = defaultdict(list)
        self._stems: Dict[Path, Set[str]] = {}
        self._root = root
        for path in self._files:
            if self._is_label(path):
                stem = composed(path.stem).casefold()
                for name in {stem, without_upload(stem)}:
                    self._by_stem[name].append(path)

    def find(self, image: Path) -> Optional[Path]:
        """The labels of an image: in ``labels``, beside it, or the only ones
        of its name in a folder of labels."""
        for name in (image.stem, image.name):
            for folder in (_labels_folder(image), image.parent):
                found = self._disk.on_disk(folder / f'{name}.txt')
                if found.is_file():
                    return found
        named = self._by_stem.get(composed(image.stem).casefold(), [])
        # For good: a frame number may be that of a thousand videos.
        named[:] = [one for one in named if not self._has_own_image(one)]
        return named[0] if len(named) == 1 else None

    def strays(self, used: Iterable[Path]) -> int:
        """Number of stray files among the labels, those of no image."""
        used = {*used}
        folders = {path.parent for path in used}
        return sum(
            path not in used and path.parent in folders
            and self._is_label(path) and not is_class_file(path)
            for path in self._files)

    def _has_own_image(self, label: Path) -> bool:
        """Whether an image is where :meth:`find` looks for its labels here:
        ``images/val/1.jpg`` of ``labels/val/1.txt``."""
        folders = {_images_folder(label), label.parent}
        return any(
            composed(label.stem) in self._images(folder) for folder in folders)

    def _images(self, folder: Path) -> Set[str]:
        """The stems of the images in a folder."""
        if folder not in self._stems:
            self._stems[folder] = {
                composed(path.stem)
                for path in folder.glob('*') if is_image(path)
            }
        return self._stems[folder]

    def _is_label(self, path: Path) -> bool:
        if self._images_apart:  # then here is nothing but labels
            return True
        folders = path.relative_to(self._root).parts[:-1]
        return any(_LABEL_FOLDER.search(name.lower()) for name in folders)


def _rows(path: Optional[Path], lines: List[str], classes: List[str],
          problems: ErrorCollector) -> Iterator[RawBox]:
    for number, line in enumerate(lines, 1):
        if line:
            where = f'{path}:{number}'
            try:
                yield _row(_words(line), classes, where)
            except ValueError as error:
                problems.add('record',
                             f'{where}: {error} Correct or delete the line.')


def _words(line: str) -> List[str]:
    """The values of a line, with spaces or commas between; "0,5" is one."""
    words = [word.strip() for word in line.split(',')]
    return words if all(len(w.split()) == 1 for w in words) else line.split()


def _row(words: List[str], classes: List[str], where: str) -> RawBox:
    if len(words) not in (5, 6) and (len(words) < 7 or len(words) % 2 == 0):
        raise ValueError(
            f'has {len(words)} values. A box has 5, class x y w h, and a '
            'confidence perhaps; a polygon the class and 3 or more points.')
    label, *values = map(_number, words)
    extra, points = {}, {}
    if _is_track(words, values):
        extra = dict(track_id=int(values.pop()))
    if label not in range(len(classes)):
        raise ValueError(f'class {words[0]} is none of the {len(classes)} '
                         f'classes, 0 to {len(classes) - 1}.')
    if len(values) == 5:
        extra['score'] = values.pop()
    elif len(values) > 5:
        points = dict(segmentation=[values])
        xs, ys = values[::2], values[1::2]
        values = [(min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2,
                  max(xs) - min(xs),
                  max(ys) - min(ys)]
    return RawBox(
        where, classes[int(label)], values, extra=extra, points=points)


def _is_track(words: Sequence[str], values: Sequence[float]) -> bool:
    """Whether a line ends with the number of a track, as Ultralytics writes
    it behind a box, or its confidence. With both it has as many values as a
    triangle, of which none ends with a whole number in such a place."""
    is_box = len(values) in (5, 6) and in_range(
        values[0] - values[2] / 2, values[1] - values[3] / 2,
        values[0] + values[2] / 2, values[1] + values[3] / 2)
    return is_box and words[-1].isdecimal() and (len(values) == 6
                                                 or values[-1] > 1)


def _require_polygons(path: Path, polygons: Counter) -> None:
    """Raises InputError where lines are boxes with keypoints: all of them are
    of one length, and read as a box its points lie in it.

    Args:
        polygons: How many are of a length, and may be keypoints or not.
    """
    count, lengths = polygons.total(), {length for length, _ in polygons}
    # Of four points it may be a rectangle.
    if count < _ENOUGH or len(lengths) > 1 or min(lengths) <= 8:
        return
    if polygons[min(lengths), True] >= _HABIT * count:
        raise InputError(
            f'{path}: the lines of the labels are boxes with keypoints, which '
            'would be taken for polygons. Export it for object detection.')


def _are_keypoints(values: List[float]) -> bool:
    x, y, w, h, *rest = values
    # Each point has perhaps a third number: whether it is seen.
    step = 3 if len(rest) % 3 == 0 and {*rest[2::3]} <= {0, 1, 2} else 2
    return in_range(x - w / 2, y - h / 2, x + w / 2, y + h / 2) and all(
        abs(px - x) <= w / 2 + _SLACK and abs(py - y) <= h / 2 + _SLACK
        for px, py in zip(rest[::step], rest[1::step]) if (px, py) != (0, 0))


def _number(word: str) -> float:
    try:
        value = float(word)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise ValueError(f'"{word:.40}" is not a number.')
    return value
