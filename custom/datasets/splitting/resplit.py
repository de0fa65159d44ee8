"""Resplit a data set folder, its records as they were."""
import json
from pathlib import Path
from typing import (Any, Callable, Dict, Iterable, Iterator, List, Mapping,
                    NamedTuple, Sequence)

import numpy as np

from custom.datasets.annotations.class_mapping import match_categories
from custom.datasets.annotations.issues import raise_first_error
from custom.datasets.annotations.layout import (SPLITS, annotation_file,
                                                class_names, escapes_folder,
                                                image_folder)
from custom.datasets.annotations.reader import CocoFile, open_coco
from custom.datasets.annotations.strict_reader import (valid_annotations,
                                                       valid_table)
from custom.utils.atomic_folder import require_free, write_tree
from custom.utils.errors import InputError

Track = Callable[[Iterable], Iterable]


class PooledImage(NamedTuple):
    """Pooled image: its COCO record, those of its annotations, and the labels
    of those that are learned and scored (no ``iscrowd``)."""
    image: dict
    annotations: List[dict]
    labels: List[int]


class SamplePool(NamedTuple):
    """All splits of a data set folder together.

    Attributes:
        folder: The data set folder.
        classes: Class names; the position is the label.
        entries: The images of all splits, ordered by file name.
        others: The further top-level keys, ``categories`` among them.
    """
    folder: Path
    classes: Sequence[str]
    entries: List[PooledImage]
    others: Dict[str, Any]

    @property
    def file_names(self) -> List[str]:
        return [entry.image['file_name'] for entry in self.entries]


def require_place(out: Path, folder: Path) -> None:
    """Raises InputError when ``out`` can't be made: it holds something, or is
    within the data set ``folder``, which is to stay as it is."""
    require_free(out)
    if folder.resolve() in out.resolve().parents:
        raise InputError(f'{out}: is within the data set to split, which '
                         'stays as it is. Choose another folder.')


def load_all_splits(folder: Path) -> SamplePool:
    """Reads all splits of a data set folder, every record checked.

    Categories are those of train.json; the other splits' annotations are
    given its ids, by class name. All of it is held in memory: about 1.4 GB for
    a million boxes.

    Raises:
        InputError: A record is bad, or an image stands in two records.
    """
    folder = Path(folder)
    try:
        classes = class_names(folder)
        files = [
            open_coco(path) for path in (annotation_file(folder, split)
                                         for split in SPLITS) if path.exists()
        ]
        for file in files:
            valid_table(file)
        raise_first_error(folder, _bad_names(files))
    except InputError as error:
        raise with_pointer(error, folder) from None
    pool = SamplePool(folder, classes, [], {})
    for file in files:
        # Train's come first, and stay.
        categories = [*file.records('categories')]
        for key, value in dict(file.others(), categories=categories).items():
            pool.others.setdefault(key, value)
        pool.entries.extend(_entries(pool, file, categories))
    # In any order of the splits there are now, the same new ones.
    pool.entries.sort(key=lambda entry: entry.image['file_name'])
    return pool


def renumber(pool: SamplePool) -> List[str]:
    """Gives new ids, from 1, where two records have the same.

    Returns:
        What was renumbered: ``'images'``, ``'annotations'``, both or none.
    """
    renumbered = []
    if _repeats(entry.image['id'] for entry in pool.entries):
        renumbered.append('images')
        for image_id, entry in enumerate(pool.entries, 1):
            entry.image['id'] = image_id
            for ann in entry.annotations:
                ann['image_id'] = image_id
    annotations = [ann for e in pool.entries for ann in e.annotations]
    if _repeats(ann['id'] for ann in annotations):
        renumbered.append('annotations')
        for annotation_id, ann in enumerate(annotations, 1):
            ann['id'] = annotation_id
    return renumbered


def box_counts(pool: SamplePool) -> np.ndarray:
    """Boxes of each class in each image, int (images, classes)."""
    counts = np.zeros((len(pool.entries), len(pool.classes)), int)
    for row, entry in enumerate(pool.entries):
        np.add.at(counts[row], entry.labels, 1)
    return counts


def write_parts(out: Path,
                pool: SamplePool,
                parts: Sequence[str],
                chosen: np.ndarray,
                track: Track = iter) -> None:
    """Writes the parts as one data set folder, or as one for each fold.

    In ``out/fold1`` the first fold is val and the others are train; a part
    ``test`` is in all of them.

    Args:
        out: As for :func:`write_folders`.
        pool: The records to write.
        parts: Splits, or ``fold1``, ``fold2``, … and perhaps ``test``.
        chosen: The position in ``parts`` for each image, int (images,).
        track: As for :func:`write_folders`.

    Raises:
        InputError: As :func:`write_folders`.
    """
    folders = {
        folder: {
            split: np.flatnonzero(np.isin(chosen, members))
            for split, members in splits.items()
        }
        for folder, splits in _folders(parts).items()
    }
    write_folders(out, pool, folders, track)


def write_folders(out: Path,
                  pool: SamplePool,
                  folders: Mapping[str, Mapping[str, np.ndarray]],
                  track: Track = iter,
                  finish: Callable[[Path], None] = lambda part: None) -> None:
    """Writes data set folders, each with all images and splits of its own.

    Images are hard links, which take no room; symbolic ones where ``out`` is
    on another disk.

    Args:
        out: The folder to make, whole or not at all; it must not exist or be
            empty.
        pool: The records to write.
        folders: For each folder in ``out`` (``''`` is itself) the rows of
            each split, int (images of it,).
        track: Passes the images of all folders on while it shows progress.
        finish: Writes what else there is to be into the folder it is given.

    Raises:
        InputError: As :func:`custom.utils.atomic_folder.write_tree`.
    """
    require_place(out, pool.folder)

    def write_annotations(part: Path) -> None:
        for folder, splits in folders.items():
            for split, rows in splits.items():
                path = annotation_file(part / folder, split)
                path.parent.mkdir(exist_ok=True)
                path.write_text(
                    json.dumps(_as_coco(pool, rows), ensure_ascii=False),
                    encoding='utf-8')
        finish(part)

    source = image_folder(pool.folder)
    images = {
        str(image_folder(folder) / name): source / name
        for folder in folders
        for name in pool.file_names
    }
    write_tree(out, images, write_annotations, track, link=True)


def with_pointer(error: InputError, folder: Path) -> InputError:
    """The error with a word on where to see all others."""
    if not annotation_file(folder, 'train').exists():
        return error  # not a data set at all
    return InputError(f'{error} To see all there is to mend: '
                      f'tools/check_dataset.py {folder}')


def _bad_names(files: Sequence[CocoFile]) -> Iterator[str]:
    seen: Dict[str, Path] = {}
    for file in files:
        path = file.path
        for name in file.table.file_names:
            if escapes_folder(name):
                yield (f'{path.name}: the file name "{name}" leads out of '
                       'images/. Put the image there and name it so.')
            elif name in seen:
                yield (f'"{name}" has a record in {seen[name].name} and '
                       f'another in {path.name}. Delete one of the two.')
            seen[name] = path


def _repeats(ids: Iterable) -> bool:
    listed = list(ids)
    return len(set(listed)) < len(listed)


def _entries(pool: SamplePool, file: CocoFile,
             categories: List[dict]) -> List[PooledImage]:
    """The records of one split, with train's category ids."""
    label_of = match_categories(categories, pool.classes, file.path)
    own_id = _ids_by_label(pool)
    same = {(c['id'], c['name']) for c in pool.others['categories']}
    category_of = {}
    for category in categories:
        key, name = category['id'], category['name']
        category_of[key] = (
            key if (key, name) in same else own_id[label_of[key]])
    entries = [PooledImage(image, [], []) for image in file.records('images')]
    for row, ann in zip(file.table.image_of, valid_annotations(file)):
        entries[row].annotations.append(ann)
        if not ann['iscrowd']:
            entries[row].labels.append(label_of[ann['category_id']])
        ann['category_id'] = category_of[ann['category_id']]
    return entries


def _ids_by_label(pool: SamplePool) -> Dict[int, Any]:
    """Train's category id of each label; the first where it has several."""
    label_of = match_categories(pool.others['categories'], pool.classes,
                                annotation_file(pool.folder, 'train'))
    ids: Dict[int, Any] = {}
    for category_id, label in label_of.items():
        ids.setdefault(label, category_id)
    return ids


def _folders(parts: Sequence[str]) -> Dict[str, Dict[str, List[int]]]:
    """The folders to make, each with the positions in ``parts`` that make up
    its splits."""
    folds = [i for i, part in enumerate(parts) if part not in SPLITS]
    kept = {part: [i] for i, part in enumerate(parts) if part in SPLITS}
    if not folds:
        return {'': kept}
    return {
        parts[val]:
        dict(train=[i for i in folds if i != val], val=[val], **kept)
        for val in folds
    }


def _as_coco(pool: SamplePool, rows: Iterable[int]) -> dict:
    entries = [pool.entries[row] for row in rows]
    return dict(
        pool.others,
        images=[entry.image for entry in entries],
        annotations=[ann for entry in entries for ann in entry.annotations])
