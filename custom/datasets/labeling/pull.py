"""Pull: what people drew in Label Studio, as samples of a data set."""
import json
import os
from pathlib import Path
from typing import Callable, Dict, Iterable, List, Sequence, Tuple

from custom.classes import match_class
from custom.datasets.annotations.class_mapping import class_list
from custom.datasets.formats.importers.auto_split import add_to_splits
from custom.datasets.formats.importers.class_selection import remap_classes
from custom.datasets.formats.importers.importer import read_samples
from custom.datasets.formats.importers.raw_samples import ImportOptions
from custom.datasets.formats.samples import (ImportResult, ImportWarnings,
                                             Sample, SampleBox)
from custom.datasets.labeling.labeling_images import is_data_set
from custom.datasets.labeling.task_files import TaskFiles
from custom.utils.atomic_write import write_text
from custom.utils.errors import InputError

# Of an edge, in pixels: percent and back is exact to far less.
_SAME = 0.01


def pull_samples(tasks: Sequence[dict],
                 files: TaskFiles,
                 labels: Sequence[str],
                 folder: Path,
                 cache: Path,
                 track: Callable,
                 known: Sequence[str] = ()) -> ImportResult:
    """Samples of the tasks that have an annotation, joined with those of a
    data set.

    An image of the data set stays in its split, with the boxes that a person
    left there; crowds stay, too. Others are split as
    :func:`custom.datasets.formats.importers.auto_split.add_to_splits` does.

    Args:
        tasks: As Label Studio exports them.
        files: Gets their images.
        labels: Names of the labels, in order.
        folder: The data set; of any other folder nothing is read.
        cache: Folder for what is on the way.
        track: As :func:`custom.utils.progress.track`.
        known: Classes of a model: a label that means one of them, and none of
            the data set, has its name.

    Raises:
        InputError: An image can't be had, or an annotation isn't whole.
    """
    base = read_samples('coco', folder, ImportOptions(
        flags=False)) if is_data_set(folder) else ImportResult({}, None, {})
    labeled = _labeled(tasks, files, cache, track)
    notes = ImportWarnings(labeled.notes)
    found = {one.name: one for part in labeled.splits.values() for one in part}
    kept = {
        split: [
            _corrected(old, found.pop(old.name), notes)
            if old.name in found else old for old in records
        ]
        for split, records in base.splits.items()
    }
    notes['new images'] = len(found)
    splits = add_to_splits(kept, [*found.values()], notes, track)
    names = {
        box.name
        for records in splits.values()
        for record in records
        for box in record.boxes
    }
    joined = ImportResult(splits, None, notes)
    return remap_classes(joined,
                         _classes(base, [*labels, *sorted(names)], known))


def _labeled(tasks: Sequence[dict], files: TaskFiles, cache: Path,
             track: Callable) -> ImportResult:
    """The samples of tasks, by the importer of Label Studio's exports."""
    if not tasks:
        raise InputError('no task of the project has an annotation. Look at '
                         'the pictures, and submit what is right.')
    named: Dict[Path, str] = {}
    written = []
    for task in track(tasks, 'getting pictures', len(tasks)):
        name = files.name(task)
        path = files.file(task, name)
        named[path] = name
        written.append(dict(task, data=dict(image=os.fspath(path))))
    export = cache / 'tasks.json'
    write_text(export, json.dumps(written))
    # Of Label Studio itself: that boxes are in percent is no question.
    options = ImportOptions(
        boxes='xywh', unit='percent', images=cache, flags=False)
    try:
        found = read_samples('labelstudio', export, options)
    except InputError as error:
        told = f'{error}'.replace(f'{os.path.abspath(export)}: ', '')
        raise InputError(
            f'{told} Correct it in Label Studio, and pull again.') from None
    return found._replace(
        splits={
            split:
            [one._replace(file_name=named[one.image]) for one in records]
            for split, records in found.splits.items()
        })


def _corrected(old: Sample, new: Sample, notes: ImportWarnings) -> Sample:
    """The image with the boxes of a person; those that are as they were keep
    what Label Studio has no place for."""
    left = [box for box in old.boxes if not box.crowd]
    boxes: List[SampleBox] = [box for box in old.boxes if box.crowd]
    changes = 0
    for box in new.boxes:
        same = next((one for one in left if _are_same(one, box)), None)
        changes += same is None
        if same is not None:
            left.remove(same)
        boxes.append(same or box)
    changes = max(changes, len(left))
    notes['boxes corrected, drawn or deleted'] += changes
    notes['images corrected'] += changes > 0
    return old._replace(boxes=boxes) if changes else old


def _are_same(one: SampleBox, other: SampleBox) -> bool:
    return one.name == other.name and all(
        abs(a - b) < _SAME for a, b in zip(one.xywh, other.xywh))


def _classes(base: ImportResult, names: Iterable[str],
             known: Sequence[str]) -> Tuple[str, ...]:
    """The classes of the data set, then those that were added to labels."""
    classes = [*(base.classes or ())]
    for name in names:
        if match_class(name, classes) is None:
            classes.append(match_class(name, known) or name)
    return class_list(classes)
