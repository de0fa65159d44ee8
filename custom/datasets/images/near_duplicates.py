"""Duplicate and near-duplicate images: perceptual hashes, then alignment."""
from concurrent.futures import ThreadPoolExecutor
from typing import Dict, Iterator, List, NamedTuple, Sequence, Tuple

import numpy as np

from custom.datasets.images.exact_duplicates import group_duplicates
from custom.datasets.images.hash_table import ImageHashes
from custom.datasets.images.perceptual_hash import MIRROR_BITS
from custom.datasets.images.scan import ImageScan
from custom.utils.cpu import core_count

# Bits that may differ of 63. Of images cropped by 3 % on every side 99 %
# are within; of pairs of different drawings 0.01 %, which are looked at.
_RADIUS = 14
# Correlation of the thumbnails, aligned. Of images cropped by 3 % on every
# side 99 % are above.
_SAME = .95
# That of the first members of two groups, so that a chain of pairs, each
# nearly alike, doesn't join what looks different.
_SAME_GROUP = .85
_MAX_ASPECT_RATIO = 1.1
# Gray levels between the brightest and the darkest; below is blank paper.
_BLANK = 10

# Pairs that are aligned before it is asked which are in one group already.
_BATCH = 1024
# Pairs that a thread compares at a time: of fewer, NumPy's calls take longer
# than what they do, and of more the memory.
_BLOCK = 2**19

# A larger group is no image saved several times but one view of a fixed
# camera. To keep all of it together would leave nothing to test on.
_LARGEST, _LARGEST_SHARE = 10, .1

Pairs = Tuple[np.ndarray, np.ndarray]


class DuplicateGroups(NamedTuple):
    """Groups of rows: files of the same bytes, and images that look the
    same. ``views`` counts the images that look the same in groups too large
    to be kept together: more than ten, and a tenth of all."""
    copies: List[List[int]]
    similar: List[List[int]]
    views: int


def find_duplicate_groups(scans: Sequence[ImageScan]) -> DuplicateGroups:
    """Finds what must stay together when images are split."""
    largest = max(_LARGEST, _LARGEST_SHARE * len(scans))
    table = ImageHashes(scans)
    similar = near_duplicates(table)
    return DuplicateGroups(
        copies(table), [group for group in similar if len(group) <= largest],
        sum(len(group) for group in similar if len(group) > largest))


def copies(table: ImageHashes) -> List[List[int]]:
    """Groups of rows of ``table`` whose files have the same bytes.

    Each is in rising order, and they are in the order of their first row.
    """
    return group_duplicates(range(len(table)), table.digest)


def near_duplicates(table: ImageHashes) -> List[List[int]]:
    """Groups of rows of ``table`` whose images look the same.

    These are images saved again, at another quality or size, brighter or
    darker, cropped by some percent or mirrored. Files of the same bytes count
    as one, and join a group together; alone they are none. Blank images
    have nothing to compare.

    Pairs whose hashes differ in few bits are candidates; all hashes are
    compared, 100,000 in some seconds. Candidates are the same when their
    thumbnails, aligned for a crop, correlate.

    Returns:
        As :func:`copies`; no row is in two groups.
    """
    looks, thumbs = table.looks, table.thumbs
    # Places among those that were decoded.
    same = group_duplicates(looks, table.digest)
    others = {first: again for first, *again in same}
    is_first = np.ones(len(looks), bool)
    is_first[[place for again in others.values() for place in again]] = False
    drawn = np.ptp(thumbs, (1, 2)) >= _BLANK
    groups = _Groups(len(looks))
    places = np.flatnonzero(is_first & drawn)
    for i, j in close_pairs(table.hashes[places], table.aspects[places],
                            _RADIUS, _MAX_ASPECT_RATIO):
        _join(groups, (places[i], places[j]), thumbs)
    return sorted(
        sorted(looks[[
            place for first in members
            for place in (first, *others.get(first, ()))
        ]].tolist()) for members in groups.joined())


def looks_like_any(scan: ImageScan, table: ImageHashes) -> bool:
    """Whether an image looks the same as one of a table, as
    :func:`near_duplicates` judges pairs.

    Blank images are the same as others of their gray.

    Args:
        scan: Of the image; its pixels were decoded.
        table: Of images whose pixels all were decoded.
    """
    thumbs = table.thumbs
    thumb = np.frombuffer(scan.thumb, np.uint8).reshape(thumbs.shape[1:])
    if np.ptp(thumb) < _BLANK:
        apart = np.abs(thumbs.astype(np.int16) - thumb)
        return bool((apart.max((1, 2), initial=0) < _BLANK).any())
    bits = _bits_apart(np.uint64(scan.phash), table.hashes)
    ratios = _aspect_ratio(table.aspects, scan.width / scan.height)
    near = thumbs[(bits <= _RADIUS) & (ratios < _MAX_ASPECT_RATIO)]
    # The image itself is the last one.
    ones = np.arange(len(near))
    both = np.concatenate([near, thumb[None]])
    others = np.full(len(near), len(near))
    return bool((_similarity(both, ones, others, _SAME) >= _SAME).any())


def close_pairs(hashes: np.ndarray, aspects: np.ndarray, radius: int,
                max_ratio: float) -> Iterator[np.ndarray]:
    """Pairs of rows i < j of which the hashes, or one and the mirror image of
    the other, differ in few bits and the aspect ratios by a small factor.

    They come row by row of i, a thousand at a time. All pairs of 10,000 take
    a tenth of a second of one core, all cores work on them.

    Args:
        hashes: uint64 (N,), of :mod:`custom.datasets.images.perceptual_hash`.
        aspects: float64 (N,).
        radius: Bits that may differ.
        max_ratio: The factor is below.

    Returns:
        int64 (2, P), the i and the j, P from 1 to 1024.
    """

    def close(start: int) -> np.ndarray:
        bits = _bits_apart(hashes[start:start + step, None], hashes[start:])
        # Of two dimensions it would take several times as long.
        i, j = np.divmod(np.flatnonzero(bits <= radius), bits.shape[1])
        i, j = i[i < j] + start, j[i < j] + start
        alike = _aspect_ratio(aspects[i], aspects[j]) < max_ratio
        return np.stack([i, j])[:, alike]

    cores = core_count()
    step = max(1, _BLOCK // max(1, len(hashes)))
    found = np.empty((2, 0), np.int64)
    with ThreadPoolExecutor(cores) as pool:
        for start in range(0, len(hashes), cores * step):
            stop = min(start + cores * step, len(hashes))
            blocks = pool.map(close, range(start, stop, step))
            found = np.concatenate([found, *blocks], 1)
            while found.shape[1] >= _BATCH:
                yield found[:, :_BATCH]
                found = found[:, _BATCH:]
    if found.size:
        yield found


def _bits_apart(hashes: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Bits in which hashes differ, as they are or one of them mirrored."""
    apart = hashes ^ others
    bits = np.bitwise_count(apart)
    apart ^= MIRROR_BITS
    return np.minimum(bits, np.bitwise_count(apart), out=bits)


def _aspect_ratio(aspects: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Factor from 1 between aspect ratios."""
    ratios = aspects / others
    return np.maximum(ratios, 1 / ratios)


def _join(groups: '_Groups', pairs: Pairs, thumbs: np.ndarray) -> None:
    """Joins the groups of the pairs that look the same, either way round."""
    i, j = _apart(groups, pairs)
    same = _similarity(thumbs, i, j, _SAME) >= _SAME
    i, j = i[same], j[same]
    while len(i):
        a, b = np.sort(groups.leader[np.stack([i, j])], 0)
        alike = _similarity(thumbs, a, b, _SAME_GROUP) >= _SAME_GROUP
        i, j, a, b = i[alike], j[alike], a[alike], b[alike]
        for pair in zip(a.tolist(), b.tolist()):
            groups.join(*pair)
        # Those whose leader has just joined another are looked at again.
        i, j = _apart(groups, (i, j))


def _similarity(thumbs: np.ndarray, i: np.ndarray, j: np.ndarray,
                enough: float) -> np.ndarray:
    """:func:`custom.datasets.images.ecc.ecc_similarity` on all cores."""
    # Compiled when imported, and machine code takes 50 MB: only if needed.
    from custom.datasets.images.ecc import ecc_similarity
    cores = core_count()
    with ThreadPoolExecutor(cores) as pool:
        parts = pool.map(
            lambda ones, others: ecc_similarity(thumbs, ones, others, enough),
            np.array_split(i, cores), np.array_split(j, cores))
        return np.concatenate([*parts])


def _apart(groups: '_Groups', pairs: Pairs) -> Pairs:
    """The pairs of two groups: of a hundred alike not all 4950 pairs need to
    be aligned."""
    i, j = pairs
    apart = groups.leader[i] != groups.leader[j]
    return i[apart], j[apart]


class _Groups:
    """Disjoint groups of 0 to count - 1, each led by its first member."""

    def __init__(self, count: int) -> None:
        self.leader = np.arange(count)
        self._members: Dict[int, List[int]] = {}

    def join(self, a: int, b: int) -> None:
        """Puts b's group under a; nothing if either leads none any more."""
        if self.leader[a] == a and self.leader[b] == b:
            members = self._members.pop(b, [b])
            self._members.setdefault(a, [a]).extend(members)
            self.leader[members] = a

    def joined(self) -> List[List[int]]:
        """The groups of more than one."""
        return [*self._members.values()]
