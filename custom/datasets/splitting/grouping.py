"""Leakage groups: images that must stay in one split."""
import re
from typing import Dict, Iterator, List, NamedTuple, Sequence

import numpy as np

from custom.datasets.annotations.issues import raise_first_error
from custom.datasets.annotations.layout import image_folder
from custom.datasets.images.near_duplicates import find_duplicate_groups
from custom.datasets.images.scan import ImageScan, scan_images
from custom.datasets.splitting.resplit import (PooledImage, SamplePool, Track,
                                               with_pointer)
from custom.datasets.splitting.stratify import merge_groups
from custom.utils.errors import InputError


class ImageGroups(NamedTuple):
    """Groups of images that must stay in one split.

    ``of_image`` is the group of each image, int (images,). ``found`` tells
    how many groups of more than one image each reason made, by the reason in
    words. ``views`` is that of
    :class:`custom.datasets.images.near_duplicates.DuplicateGroups`.
    """
    of_image: np.ndarray
    found: Dict[str, int]
    views: int


def group_images(pool: SamplePool,
                 pattern: str = '',
                 track: Track = iter) -> ImageGroups:
    """Finds what must stay together: copies, near-duplicates, one key.

    Args:
        pool: The images, each of which is decoded.
        pattern: Regular expression that is looked for in the file name. Its
            first group, or all that it matches where that is empty, is the
            key, and images with one key stay together. '' for no keys.
        track: Passes the images on while it shows progress.

    Raises:
        InputError: The pattern is none, or isn't found in some name; an image
            can't be decoded.
    """
    names = pool.file_names
    by_key = _by_key(names, pattern) if pattern else []
    scans = [*track(scan_images(image_folder(pool.folder), names))]
    try:
        raise_first_error(pool.folder, _bad_scans(pool.entries, scans))
    except InputError as error:
        raise with_pointer(error, pool.folder) from None
    alike = find_duplicate_groups(scans)
    found = {
        'exact copies': alike.copies,
        'near-duplicates': alike.similar,
        f'the same "{pattern}"': by_key,
    }
    return ImageGroups(
        merge_groups(len(names), found.values()), {
            reason: len(groups)
            for reason, groups in found.items() if groups
        }, alike.views)


def _bad_scans(entries: Sequence[PooledImage],
               scans: Sequence[ImageScan]) -> Iterator[str]:
    for (image, *_), scan in zip(entries, scans):
        where = f'image id {image["id"]!r}, "{image["file_name"]}"'
        if scan.error:
            yield f'{where}: {scan.error}.'
        elif (scan.width, scan.height) != (image['width'], image['height']):
            yield (f'{where}: it is {scan.width} x {scan.height} pixels as '
                   f'shown, the record says {image["width"]} x '
                   f'{image["height"]}.')


def _by_key(names: Sequence[str], pattern: str) -> List[List[int]]:
    try:
        compiled = re.compile(pattern)
    except re.error as error:
        raise InputError(f'--group-by: "{pattern}" is no regular expression '
                         f'({error}).') from None
    groups: Dict[str, List[int]] = {}
    unmatched = []
    for row, name in enumerate(names):
        match = compiled.search(name)
        # An optional first group may be None, or empty.
        key = match and (compiled.groups and match[1] or match[0])
        if key:
            groups.setdefault(key, []).append(row)
        else:
            unmatched.append(name)
    if unmatched:
        raise InputError(
            f'--group-by: "{pattern}" is not found in {len(unmatched)} of '
            f'{len(names)} file names; the first is "{unmatched[0]}". Change '
            f'it, or give "{pattern}|.+" to let such images stand alone.')
    return [group for group in groups.values() if len(group) > 1]
