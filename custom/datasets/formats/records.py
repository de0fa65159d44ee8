"""What every importer makes, and how it becomes a data set folder."""
import hashlib
import json
import os
import random
import shutil
from pathlib import Path
from typing import Callable, Dict, Iterable, List, NamedTuple, Sequence

from custom.classes import match_class
from custom.datasets.folder import SPLITS, annotation_file, image_folder
from custom.errors import InputError


class Box(NamedTuple):
    """One object: its class name as found, xywh in float pixels of the image
    as decoded, and whether its annotator called it difficult."""
    name: str
    xywh: List[float]
    difficult: bool = False


class Record(NamedTuple):
    """One image file with its size as decoded, in pixels, and its boxes."""
    image: Path
    width: int
    height: int
    boxes: List[Box]


Splits = Dict[str, List[Record]]


def group_by_content(records: Iterable[Record]) -> List[List[Record]]:
    """Records whose image files hold the same bytes, together.

    Collections from the web repeat pictures under several names; one copy to
    train on and one to test on would flatter the scores.
    """
    groups: Dict[tuple, List[Record]] = {}
    for record in records:
        content = record.image.read_bytes()
        key = len(content), hashlib.blake2b(content).digest()
        groups.setdefault(key, []).append(record)
    return list(groups.values())


def split_randomly(groups: Sequence[List[Record]],
                   val_fraction: float,
                   test_fraction: float,
                   seed: int = 0) -> Splits:
    """Shuffles the records into splits; the same records, the same splits.

    A split with a fraction above 0 gets one record at least; one with
    fraction 0 isn't made.

    Args:
        groups: Lists of records that must stay in one split.
        val_fraction: Part of the records for val.
        test_fraction: Part of the records for test.
        seed: Of the shuffle.

    Raises:
        InputError: The fractions or the number of records leave nothing to
            train on.
    """
    fractions = dict(val=val_fraction, test=test_fraction)
    if min(fractions.values()) < 0 or sum(fractions.values()) >= 1:
        raise InputError(
            f'the fractions for val ({val_fraction}) and test '
            f'({test_fraction}) must be 0 or more and leave something to '
            'train on. Choose smaller ones.')
    total = sum(map(len, groups))
    rest = sorted(groups, key=lambda group: group[0].image.name)
    random.Random(seed).shuffle(rest)
    splits: Splits = {split: [] for split in SPLITS}
    for split, fraction in fractions.items():
        size = max(1, round(fraction * total)) if fraction else 0
        while rest and len(splits[split]) < size:
            splits[split] += rest.pop()
    splits['train'] = [record for group in rest for record in group]
    wanted = ['train', *(split for split in fractions if fractions[split])]
    if not all(splits[split] for split in wanted):
        raise InputError(
            f'{total} images are too few for {", ".join(wanted)}. Add some, '
            'or give the fraction 0 to one of them.')
    return {
        split: sorted(splits[split], key=lambda record: record.image.name)
        for split in wanted
    }


def write_folder(out: Path,
                 splits: Splits,
                 classes: Sequence[str],
                 track: Callable[[Sequence], Iterable] = iter) -> None:
    """Writes a data set folder, whole or not at all.

    Args:
        out: The folder to make; it must not exist or be empty.
        splits: The records of each split. Images are copied.
        classes: Class names that all boxes' names mean; categories get the
            ids 1, 2, … in this order.
        track: Passes the records on while it shows progress.

    Raises:
        InputError: ``out`` holds something, two images have one name, or the
            disk doesn't take it.
    """
    out = Path(out).resolve()
    require_free(out)
    _require_distinct_names(splits)
    part = out.with_name(f'.{out.name}.{os.getpid()}.part')
    try:
        image_folder(part).mkdir(parents=True)
        annotation_file(part, 'train').parent.mkdir()
        for record in track([r for split in splits.values() for r in split]):
            shutil.copyfile(record.image,
                            image_folder(part) / record.image.name)
        for split, records in splits.items():
            annotation_file(part, split).write_text(
                json.dumps(_as_coco(records, classes), ensure_ascii=False),
                encoding='utf-8')
        if out.exists():
            out.rmdir()
        os.replace(part, out)
    except OSError as error:
        raise InputError(f'{out}: cannot be written ({error.strerror}). Make '
                         'room or choose another folder.') from None
    finally:
        shutil.rmtree(part, ignore_errors=True)


def require_free(out: Path) -> None:
    """Raises InputError when ``out`` exists and isn't an empty folder."""
    if out.is_dir() and any(out.iterdir()) or out.is_file():
        raise InputError(f'{out}: exists and is not empty. Remove it or '
                         'choose another folder.')


def _require_distinct_names(splits: Splits) -> None:
    seen: Dict[str, Path] = {}
    for records in splits.values():
        for record in records:
            # Not every disk tells A.jpg from a.jpg.
            name = record.image.name.casefold()
            if name in seen:
                raise InputError(
                    f'{record.image}: annotated twice, or it has the name of '
                    f'{seen[name]}. Remove or rename one of them.')
            seen[name] = record.image


def _as_coco(records: Sequence[Record], classes: Sequence[str]) -> dict:
    images, annotations = [], []
    for image_id, record in enumerate(records, 1):
        images.append(
            dict(
                id=image_id,
                file_name=record.image.name,
                width=record.width,
                height=record.height))
        for box in record.boxes:
            name = match_class(box.name, classes)
            annotations.append(
                dict(
                    id=len(annotations) + 1,
                    image_id=image_id,
                    category_id=classes.index(name) + 1,
                    bbox=box.xywh,
                    area=box.xywh[2] * box.xywh[3],
                    iscrowd=0,
                    difficult=int(box.difficult)))
    categories = [dict(id=i, name=name) for i, name in enumerate(classes, 1)]
    return dict(images=images, annotations=annotations, categories=categories)
