"""Image records of a data set: dicts that are made from columns when asked."""
import copy
from array import array
from collections.abc import Sequence
from pathlib import Path
from typing import Any, List, Union

import numpy as np

from custom.datasets.annotations.columns import AnnotationTable


class ImageRecords(Sequence):
    """Sequence of what MMDetection's data sets hold, one new dict per image.

    The dicts of all images, 2.3 KB for one with five boxes, are what a start
    would take most of its memory for, before MMEngine keeps 0.4 KB of each in
    a pickle. The columns are there in any case, for the reader of the file
    keeps them; a process that only reads arrays and bytes shares them with
    the one it was forked from.

    Args:
        table: Images and annotations, without issues.
        labels: Position of the class of each category.
        folder: The file names are relative to it.
    """

    def __init__(self, table: AnnotationTable, labels: List[int],
                 folder: Path) -> None:
        self._table = table._replace(
            image_ids=_compact(table.image_ids), file_names=[])
        self._labels = labels
        self._folder = folder
        names = [*map(_encoded, table.file_names)]
        self._names = b''.join(names)
        self._name_ends = np.cumsum([0, *map(len, names)])
        # Annotations of an image in the order of the file.
        self._order = np.argsort(table.image_of, kind='stable')
        self._ends = np.searchsorted(
            table.image_of, np.arange(len(names) + 1), sorter=self._order)
        self._rows = np.arange(len(names))

    def __len__(self) -> int:
        return len(self._rows)

    def __getitem__(self, index: Union[int, slice]) -> Any:
        """A dict with ``img_path``, ``img_id``, ``height``, ``width`` and
        ``instances``, each with ``bbox`` (xyxy, float pixels), ``bbox_label``
        and ``ignore_flag``; of a slice the records of those images."""
        if isinstance(index, slice):
            return self.of_images(self._rows[index])
        row = int(self._rows[index])
        table = self._table
        width, height = table.image_size(row)
        begin, end = self._name_ends[row:row + 2]
        annotations = self.annotations(row)
        return dict(
            img_path=str(self._folder / _decoded(self._names[begin:end])),
            img_id=table.image_ids[row],
            height=height,
            width=width,
            instances=[
                dict(
                    bbox=[x, y, x + w, y + h],
                    bbox_label=self._labels[category],
                    ignore_flag=int(crowd))
                for (x, y, w, h), category, crowd in zip(
                    *(column[annotations].tolist()
                      for column in (table.boxes, table.category_of,
                                     table.crowd)))
            ])

    def __deepcopy__(self, memo: dict) -> 'ImageRecords':
        return self.of_images(self._rows)  # nobody writes to the columns

    def annotations(self, row: int) -> np.ndarray:
        """int64 (N,): rows of the annotations of an image of the table."""
        return self._order[self._ends[row]:self._ends[row + 1]]

    def of_images(self, rows: np.ndarray) -> 'ImageRecords':
        """The records of some images of the table, which they share."""
        some = copy.copy(self)
        some._rows = rows
        return some

    def filtered(self, filter_empty_gt: bool,
                 min_size: float) -> 'ImageRecords':
        """The records that ``filter_cfg`` of MMDetection's data sets keeps.

        Args:
            filter_empty_gt: Leave out images without an annotation.
            min_size: Leave out what is narrower or lower, in pixels.
        """
        keep = self._table.sizes.min(1) >= min_size
        if filter_empty_gt:
            keep &= np.diff(self._ends) > 0
        return self.of_images(self._rows[keep[self._rows]])


def _compact(ids: list) -> Union[array, list]:
    try:
        return array('q', ids)
    except (TypeError, OverflowError):  # text, or beyond 64 bits
        return ids


# JSON has names with halves of UTF-16 pairs.
def _encoded(name: str) -> bytes:
    return name.encode('utf-8', 'surrogatepass')


def _decoded(name: bytes) -> str:
    return name.decode('utf-8', 'surrogatepass')
