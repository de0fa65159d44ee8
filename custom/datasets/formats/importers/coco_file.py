"""Annotations of a COCO file on disk, by image."""
from typing import Iterable

from custom.datasets.annotations.reader import CocoFile
from custom.datasets.formats.disk_list import DiskGroups


def group_by_image(file: CocoFile, annotations: Iterable[dict]) -> DiskGroups:
    """Puts annotations on disk, each under the row of its image.

    Args:
        file: Their file, each of whose ids is good.
        annotations: All of its annotations, in the order of the file.
    """
    groups = DiskGroups()
    for row, annotation in zip(file.table.image_of.tolist(), annotations):
        groups.append(row, annotation)
    return groups
