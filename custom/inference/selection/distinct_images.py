"""Distinct images: without damaged ones, copies and near-duplicates."""
from pathlib import Path
from typing import Callable, Dict, List, NamedTuple, Sequence

from custom.datasets.images.hash_table import ImageHashes
from custom.datasets.images.near_duplicates import copies, near_duplicates
from custom.datasets.images.scan import ImageScan, scan_images


class DistinctImages(NamedTuple):
    """``paths`` that look like no other; how many were ``left_out`` since
    they look like one of those or like one that is labeled; and why some of
    all can't be decoded, by their path in ``damaged``."""
    paths: List[Path]
    left_out: int
    damaged: Dict[Path, str]


def distinct_images(paths: Sequence[Path], labeled: Sequence[Path],
                    track: Callable) -> DistinctImages:
    """Finds the images of which a label would tell something new.

    Of images that look the same, as
    :func:`custom.datasets.images.near_duplicates.near_duplicates` judges, the
    first stays.

    Args:
        paths: Of images without labels.
        labeled: Of images that have some.
        track: As :func:`custom.utils.progress.track`.
    """
    both = [*labeled, *paths]
    names = [str(path.absolute()) for path in both]
    scans: List[ImageScan] = [
        *track(scan_images(Path('/'), names), 'comparing', len(names))
    ]
    again = _repeated(ImageHashes(scans))
    new = range(len(labeled), len(both))
    damaged = {
        path: scan.error
        for path, scan in zip(both, scans) if scan.error
    }
    whole = [row for row in new if both[row] not in damaged]
    kept = [both[row] for row in whole if row not in again]
    return DistinctImages(kept, len(whole) - len(kept), damaged)


def _repeated(table: ImageHashes) -> set:
    """Duplicates and near-duplicates: rows that look like an earlier one."""
    groups = [*copies(table), *near_duplicates(table)]
    return {row for _, *rows in groups for row in rows}
