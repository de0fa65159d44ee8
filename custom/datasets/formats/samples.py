"""Samples, import results, their warnings and errors: what importers make."""
from collections import Counter
from pathlib import Path
from types import MappingProxyType
from typing import Any, Dict, List, Mapping, NamedTuple, Optional, Sequence

_NOTHING: Mapping[str, Any] = MappingProxyType({})


class SampleBox(NamedTuple):
    """Box of a sample: its class name as found, xywh in float pixels of the
    image as decoded, whether it is a crowd (a region that is neither object
    nor background), and further keys for its COCO annotation, such as
    ``difficult`` or ``segmentation``. An ``area`` there is the object's own,
    else the box's is written."""
    name: str
    xywh: List[float]
    crowd: bool = False
    extra: Mapping[str, Any] = _NOTHING


class Sample(NamedTuple):
    """Sample: an image file with its size as decoded, in pixels, and its
    boxes.

    ``file_name`` is what the image is called in the data set, with ``/``
    before sub-folders; '' for the name of the file, without its folder.
    ``extra`` has further keys for its COCO record, such as ``license``.
    """
    image: Path
    width: int
    height: int
    boxes: Sequence[SampleBox]
    file_name: str = ''
    extra: Mapping[str, Any] = _NOTHING

    @property
    def name(self) -> str:
        """Name of the image in the data set."""
        return self.file_name or self.image.name


Splits = Dict[str, List[Sample]]


class ImportResult(NamedTuple):
    """Result of an import: what an importer found.

    ``classes`` are the class names in the order of the source, also those
    without a box; None where a source has no such list. ``notes`` counts what
    an owner of the data should know, by a sentence that follows the number,
    such as "boxes clipped to their image". ``problems`` are those of single
    records, left out or mended; a list of messages.
    """
    splits: Splits
    classes: Optional[Sequence[str]]
    notes: Dict[str, int]
    problems: Sequence[str] = ()


class ImportWarnings(Counter):
    """Counts by a sentence that follows the number, such as "boxes clipped
    to their image". One that counts nothing isn't there."""

    def __setitem__(self, sentence: str, count: int) -> None:
        if count:
            super().__setitem__(sentence, count)
        else:
            self.pop(sentence, None)
