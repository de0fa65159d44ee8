"""COCO JSON writer: samples into a data set folder, whole or not at all."""
import json
from pathlib import Path, PurePosixPath
from typing import Any, Callable, Dict, Iterable, Iterator, Sequence, TextIO

from custom.classes import match_class
from custom.datasets.annotations.layout import annotation_file, image_folder
from custom.datasets.formats.samples import Sample, Splits
from custom.utils.atomic_folder import require_free, write_tree
from custom.utils.errors import InputError
from custom.utils.paths import is_utf8


def write_folder(out: Path,
                 splits: Splits,
                 classes: Sequence[str],
                 track: Callable[[Iterable], Iterable] = iter,
                 link: bool = False) -> int:
    """Writes a data set folder, whole or not at all.

    Args:
        out: The folder to make; it must not exist or be empty.
        splits: The records of each split.
        classes: Class names that all boxes' names mean; categories get the
            ids 1, 2, … in this order.
        track: As :func:`write_tree`, and so is the rest.

    Raises:
        InputError: As :func:`write_tree`, or two images have one name.
    """

    def write_annotations(part: Path) -> None:
        image_folder(part).mkdir(parents=True, exist_ok=True)
        for split, records in splits.items():
            path = annotation_file(part, split)
            path.parent.mkdir(exist_ok=True)
            _write_coco(path, records, classes)

    require_free(out)
    images = {
        str(image_folder('') / name): source
        for name, source in _images_by_name(splits).items()
    }
    return write_tree(out, images, write_annotations, track, link)


def _images_by_name(splits: Splits) -> Dict[str, Path]:
    images: Dict[str, Path] = {}
    seen: Dict[str, str] = {}
    for record in (r for records in splits.values() for r in records):
        if not is_utf8(record.name):
            shown = record.name.encode(errors='backslashreplace').decode()
            raise InputError(
                f'{shown}: its name is not UTF-8, as of an old archive, and '
                'JSON holds no other. Rename it, e.g. by convmv.')
        parts = PurePosixPath(record.name).parts
        # A name such as ../../.bashrc in a file from the web.
        if not parts or {'..', '/'}.intersection(parts) or '\\' in record.name:
            raise InputError(
                f'{record.image}: its name, "{record.name}", leads out of the '
                'data set. Name it relative to the folder of the images.')
        # Not every disk tells A.jpg from a.jpg.
        name = '/'.join(parts)
        other = seen.setdefault(name.casefold(), name)
        if name in images:
            raise InputError(
                f'{record.image}: annotated twice, or it has the name of '
                f'{images[name]}. Remove or rename one of them.')
        if other != name:
            raise InputError(
                f'{record.image}: its name differs from that of '
                f'{images[other]} in case alone, and not every disk can hold '
                'both. Rename one of them.')
        images[name] = record.image
    return images


def _write_coco(path: Path, records: Sequence[Sample],
                classes: Sequence[str]) -> None:
    """Streams COCO JSON: a million boxes as one dict would be a gigabyte."""
    with open(path, 'w', encoding='utf-8') as file:
        file.write('{"images": [')
        _write_items(file, _coco_images(records))
        file.write('],\n"annotations": [')
        _write_items(file, _coco_annotations(records, classes))
        file.write('],\n"categories": [')
        _write_items(file, (dict(id=i, name=name)
                            for i, name in enumerate(classes, 1)))
        file.write(']}\n')


def _write_items(file: TextIO, items: Iterable[Dict[str, Any]]) -> None:
    for position, item in enumerate(items):
        file.write(',\n' if position else '\n')
        try:
            file.write(json.dumps(item, ensure_ascii=False, allow_nan=False))
        except ValueError as error:  # NaN, or half of a surrogate pair
            raise InputError(
                f'{item!r:.300}: cannot be written as JSON ({error}). Correct '
                'that record where it came from.') from None


def _coco_images(records: Sequence[Sample]) -> Iterator[Dict[str, Any]]:
    for image_id, record in enumerate(records, 1):
        yield {
            'id': image_id,
            'file_name': record.name,
            'width': record.width,
            'height': record.height,
            **record.extra
        }


def _coco_annotations(records: Sequence[Sample],
                      classes: Sequence[str]) -> Iterator[Dict[str, Any]]:
    ids = {name: i for i, name in enumerate(classes, 1)}
    boxes = ((image_id, box) for image_id, record in enumerate(records, 1)
             for box in record.boxes)
    for annotation_id, (image_id, box) in enumerate(boxes, 1):
        if box.name not in ids:
            ids[box.name] = ids[match_class(box.name, classes)]
        yield {
            'id': annotation_id,
            'image_id': image_id,
            'category_id': ids[box.name],
            'bbox': box.xywh,
            'area': box.xywh[2] * box.xywh[3],
            'iscrowd': int(box.crowd),
            **box.extra
        }
