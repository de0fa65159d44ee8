"""What every importer makes: records of images and boxes, in splits."""
import hashlib
from pathlib import Path
from types import MappingProxyType
from typing import (Any, Dict, Iterable, List, Mapping, NamedTuple, Optional,
                    Sequence)

# Of the images, for val and for test each, unless the caller says otherwise.
FRACTION = 0.15
# What files and folders of other makers call the splits.
SPLIT_WORDS = dict(
    train='train',
    training='train',
    val='val',
    valid='val',
    validation='val',
    test='test',
    testing='test')

_NOTHING: Mapping[str, Any] = MappingProxyType({})


class Box(NamedTuple):
    """One object: its class name as found, xywh in float pixels of the image
    as decoded, whether it is a crowd (a region that is neither object nor
    background), and further keys for its COCO annotation, such as
    ``difficult`` or ``segmentation``. An ``area`` there is the object's own,
    else the box's is written."""
    name: str
    xywh: List[float]
    crowd: bool = False
    extra: Mapping[str, Any] = _NOTHING


class Record(NamedTuple):
    """One image file with its size as decoded, in pixels, and its boxes.

    ``file_name`` is what the image is called in the data set, with ``/``
    before sub-folders; '' for the name of the file, without its folder.
    ``extra`` has further keys for its COCO record, such as ``license``.
    """
    image: Path
    width: int
    height: int
    boxes: List[Box]
    file_name: str = ''
    extra: Mapping[str, Any] = _NOTHING

    @property
    def name(self) -> str:
        """What the image is called in the data set."""
        return self.file_name or self.image.name


Splits = Dict[str, List[Record]]


class Import(NamedTuple):
    """What an importer found.

    ``classes`` are the class names in the order of the source, also those
    without a box; None where a source has no such list. ``notes`` counts what
    an owner of the data should know, by a sentence that follows the number,
    such as "boxes clipped to their image".
    """
    splits: Splits
    classes: Optional[Sequence[str]]
    notes: Dict[str, int]


def group_by_content(records: Iterable[Record]) -> List[List[Record]]:
    """Records whose image files hold the same bytes, together.

    Collections from the web repeat pictures under several names; one copy to
    train on and one to test on would flatter the scores.
    """
    by_size: Dict[int, List[Record]] = {}
    for record in records:
        by_size.setdefault(record.image.stat().st_size, []).append(record)
    groups: Dict[tuple, List[Record]] = {}
    for size, same in by_size.items():
        for record in same:
            # Few files have another's size: most need not be read.
            key = (size, _digest(record.image) if same[1:] else b'')
            groups.setdefault(key, []).append(record)
    return list(groups.values())


def _digest(path: Path) -> bytes:
    return hashlib.blake2b(path.read_bytes()).digest()
