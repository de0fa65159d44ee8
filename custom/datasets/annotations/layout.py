"""Data set layout: ``images/`` and ``annotations/{train,val,test}.json``.

Boxes are xywh in float pixels of the image as decoded, EXIF applied.
"""
from os import PathLike
from pathlib import Path
from typing import Iterable, Iterator, NamedTuple, Sequence, Tuple, Union

from custom.classes import match_class, nearest_class
from custom.datasets.annotations.class_mapping import class_list, unknown_class
from custom.datasets.annotations.issues import raise_first_error
from custom.datasets.annotations.reader import open_coco
from custom.utils.errors import InputError

# Of the files in which a check remembers what it found.
CHECK_PREFIX = '.check-'
# The folder of what tools/make_proposals.py finds in the images.
PROPOSALS = 'proposals'
SPLITS = ('train', 'val', 'test')


class SplitSummary(NamedTuple):
    """Counts of a split. ``images`` counts all, ``empty`` those of them
    without a box, ``ignored`` the boxes that are neither trained on nor
    scored (``iscrowd`` or ``ignore``)."""
    split: str
    images: int
    empty: int
    boxes: int
    ignored: int


def annotation_file(folder: Union[str, PathLike], split: str) -> Path:
    """Path of the annotation file of a split."""
    return Path(folder) / 'annotations' / f'{split}.json'


def image_folder(folder: Union[str, PathLike]) -> Path:
    """Image folder: what the file names in the annotations are relative to."""
    return Path(folder) / 'images'


def escapes_folder(file_name: str) -> bool:
    """Whether a record's file name leads out of the folder of the images, as
    ``../../a.jpg`` and ``/home/a.jpg`` do."""
    # Not by pathlib, which in Python 3.11 remembers every name it has seen.
    parts = file_name.replace('\\', '/').split('/')
    return '..' in parts or file_name[:1] in ('/', '\\')


def class_names(folder: Union[str, PathLike]) -> Tuple[str, ...]:
    """The classes of a data set folder; the position is the label.

    They are the categories of train.json in order of their ids, spelled as
    there. When they are the 22 drawing classes in any order and spelling,
    they are :data:`custom.classes.NAMES`.

    Raises:
        InputError: No such folder, a bad annotation file, or one of the other
            splits has a class more or less.
    """
    require_folder(folder)
    classes = _own_classes(annotation_file(folder, 'train'))
    for split in SPLITS[1:]:
        path = annotation_file(folder, split)
        if path.exists():
            raise_first_error(path, _differences(path, classes))
    return classes


def classes_by_id(
        named: Iterable[Tuple[Union[int, str], str]]) -> Tuple[str, ...]:
    """The classes of pairs of category id and name, in order of the ids:
    numbers, then text."""
    in_order = sorted(
        named, key=lambda pair: (isinstance(pair[0], str), pair[0]))
    return class_list(name for _, name in in_order)


def require_folder(folder: Union[str, PathLike]) -> None:
    """Raises InputError where the folder lacks one of its parts."""
    for part in (Path(folder), image_folder(folder),
                 annotation_file(folder, 'train').parent):
        if not part.is_dir():
            raise InputError(
                f'{part}: no such folder. A data set is a folder with images/ '
                'and annotations/train.json, val.json, test.json; make one '
                'with tools/make_sample_dataset.py or '
                'tools/convert_dataset.py.')
        if not any(part.iterdir()):
            raise InputError(f'{part}: the folder is empty. Fill it with '
                             'tools/make_sample_dataset.py or '
                             'tools/convert_dataset.py.')


def _own_classes(path: Path) -> Tuple[str, ...]:
    return classes_by_id(
        (c['id'], c['name']) for c in open_coco(path).categories())


def _differences(path: Path, classes: Sequence[str]) -> Iterator[str]:
    names = [c['name'] for c in open_coco(path).categories()]
    for name in names:
        if match_class(name, classes) is None:
            yield (f'category {unknown_class(name, classes)} Its classes must '
                   'be those of train.json; rename the category.')
    met = {match_class(name, classes) for name in names}
    for name in classes:
        if name not in met:
            nearest = nearest_class(name, names)
            hint = f' (did you mean it by "{nearest}"?)' if nearest else ''
            yield (f'train.json has the class "{name}", this file has no such '
                   f'category{hint}. Add it to "categories"; it may have no '
                   'boxes.')
