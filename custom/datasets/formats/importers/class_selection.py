"""Class selection and renaming of an import."""
from collections import Counter
from typing import Dict, Iterable, Optional, Sequence, Set, Tuple

from custom.classes import match_class
from custom.datasets.annotations.class_mapping import class_list, unknown_class
from custom.datasets.formats.disk_list import DiskList, LazyBoxes
from custom.datasets.formats.samples import (ImportResult, ImportWarnings,
                                             Sample, SampleBox)
from custom.utils.errors import InputError


def remap_classes(
    found: ImportResult,
    classes: Optional[Sequence[str]] = None,
    rename: Sequence[Tuple[str, str]] = (),
    drop: Sequence[str] = ()
) -> ImportResult:
    """Renames and drops classes, and settles their order.

    Args:
        found: What an importer returned.
        classes: The class names in the order of their labels; what is found,
            renamed and kept must be one of them. By default those found.
        rename: Names found, each with its new name, all at once: two may be
            swapped, and one renamed to another joins it.
        drop: Names found whose boxes are left out. An image that loses all
            of its boxes stays, as background.

    Returns:
        The import with ``classes`` given, and every box named by one of
        them.

    Raises:
        InputError: A name to rename or drop isn't found or stands there
            twice, a found one isn't among ``classes``, or none is left.
    """
    names = Counter(box.name for boxes in _all_boxes(found) for box in boxes)
    known = class_list([*(found.classes or ()), *sorted(names)])
    canonical = {name: match_class(name, known) for name in names}
    new: Dict[str, Optional[str]] = {name: name for name in known}
    renamed = set()
    for old in drop:
        new[_among(old, known, '--drop')] = None
    for old, name in rename:
        old = _among(old, known, '--rename')
        if new[old] is None:
            raise InputError(f'"{old}": both --drop and --rename. Give one.')
        if old in renamed:
            raise InputError(f'--rename: "{old}" stands there twice. Give it '
                             'one new name.')
        renamed.add(old)
        new[old] = name
    if all(name is None for name in new.values()):
        raise InputError('--drop: no class is left. Keep one.')
    kept = [new[name] for name in known if new[name] is not None]
    notes = ImportWarnings(found.notes)
    if classes is None:
        classes = class_list(kept)
        _note_unused(kept, {new[canonical[name]] for name in names}, notes)
    else:
        _require_classes(kept, classes)
        classes = tuple(classes)
    final = {
        name: new[cls] and match_class(new[cls], classes)
        for name, cls in canonical.items()
    }
    _note_joined(
        {
            name: count
            for name, count in names.items()
            if canonical[name] == new[canonical[name]]
        }, final, notes)
    counts = Counter()
    for name, count in names.items():
        counts[canonical[name]] += count
    for name, count in counts.items():
        if new[name] is None:
            notes[f'boxes of "{name}" dropped'] = count
        elif new[name] != name:
            notes[f'boxes of "{name}" renamed to "{new[name]}"'] = count
    spool = DiskList()
    splits = {
        split: [_renamed(record, final, spool, notes) for record in records]
        for split, records in found.splits.items()
    }
    return found._replace(splits=splits, classes=classes, notes=notes)


def _all_boxes(found: ImportResult) -> Iterable[Sequence[SampleBox]]:
    for records in found.splits.values():
        for record in records:
            yield record.boxes


def _among(name: str, known: Sequence[str], option: str) -> str:
    cls = match_class(name, known)
    if cls is None:
        raise InputError(f'{option}: {unknown_class(name, known)}')
    return cls


def _note_unused(kept: Iterable[str], used: Set[Optional[str]],
                 notes: ImportWarnings) -> None:
    unused = [name for name in dict.fromkeys(kept) if name not in used]
    notes['classes have no box, and --drop would leave them out: '
          f'{", ".join(unused)}'] = len(unused)


def _note_joined(counts: Dict[str, int], final: Dict[str, Optional[str]],
                 notes: ImportWarnings) -> None:
    """Counts boxes of names that became one, though nobody said so."""
    spellings = Counter(final[name] for name in counts)
    for name, count in counts.items():
        if spellings[final[name]] > 1 and final[name] != name:
            notes[f'boxes of "{name}" joined with "{final[name]}"'] = count


def _require_classes(kept: Iterable[str], classes: Sequence[str]) -> None:
    folded = Counter(name.casefold() for name in classes)
    for name in classes:
        if folded[name.casefold()] > 1:
            raise InputError(f'--classes: "{name}" stands there twice. Give '
                             'each class once.')
    strangers = [
        f'found {unknown_class(name, classes)}' for name in kept
        if match_class(name, classes) is None
    ]
    if strangers:
        raise InputError(f'--classes: {" ".join(strangers)} Add such a name '
                         'to --classes, or --rename or --drop it.')


def _renamed(record: Sample, final: Dict[str, Optional[str]], spool: DiskList,
             notes: ImportWarnings) -> Sample:
    names = [box.name for box in record.boxes]
    if all(name == final[name] for name in names):
        return record
    boxes = [
        box._replace(name=final[box.name]) for box in record.boxes
        if final[box.name]
    ]
    notes['images left without a box by dropping, kept as background'] += (
        not boxes)
    return record._replace(boxes=LazyBoxes(spool, boxes))
