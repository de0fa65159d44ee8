"""Images that are the same, or look so."""
from typing import Dict, Hashable, Iterable, Iterator, List, Sequence, Tuple

import numpy as np

from custom.datasets.fingerprint import MIRROR_BITS, THUMB_SIDE
from custom.datasets.scan import Scan

# Bits that may differ of 63. Of pictures cropped by 3 % on every side 99 %
# are within; of pairs of different drawings 0.01 %, which are looked at.
_RADIUS = 14
# Correlation of the thumbnails, aligned. Of pictures cropped by 3 % on every
# side 99 % are above.
_SAME = .95
# That of the first members of two groups, so that a chain of pairs, each
# nearly alike, doesn't join what looks different.
_SAME_GROUP = .85
_MAX_ASPECT_RATIO = 1.1
# Grey levels between the brightest and the darkest; below is blank paper.
_BLANK = 10

# A tile of hashes to compare fits the cache.
_TILE_ROWS, _TILE_COLUMNS = 16, 8192
# Pairs that are aligned before it is asked which are in one group already.
_BATCH = 1024

Pairs = Tuple[np.ndarray, np.ndarray]


def copies(scans: Sequence[Scan]) -> List[List[int]]:
    """Groups of rows of ``scans`` whose files have the same bytes.

    Each is in rising order, and they are in the order of their first row.
    """
    return equal_rows([scan.digest for scan in scans])


def equal_rows(keys: Iterable[Hashable]) -> List[List[int]]:
    """Groups of rows as :func:`copies`, of equal keys; empty ones are none."""
    groups: Dict[Hashable, List[int]] = {}
    for row, key in enumerate(keys):
        if key:
            groups.setdefault(key, []).append(row)
    return [group for group in groups.values() if len(group) > 1]


def near_duplicates(scans: Sequence[Scan]) -> List[List[int]]:
    """Groups of rows of ``scans`` whose pictures look the same.

    These are pictures saved again, at another quality or size, brighter or
    darker, cropped by some percent or mirrored. Files of the same bytes count
    as one, and join a group together; alone they are none. Blank pictures
    have nothing to compare.

    Pairs whose hashes differ in few bits are candidates; all hashes are
    compared, 100,000 in under a minute. Candidates are the same when their
    thumbnails, aligned for a crop, correlate.

    Returns:
        As :func:`copies`; no row is in two groups.
    """
    kinds: Dict[bytes, int] = {}
    others: Dict[int, List[int]] = {}
    for row, scan in enumerate(scans):
        if scan.phash is not None:
            first = kinds.setdefault(scan.digest, row)
            if first != row:
                others.setdefault(first, []).append(row)
    rows = [*kinds.values()]
    firsts = [scans[row] for row in rows]
    thumbs = np.frombuffer(bytearray().join(scan.thumb for scan in firsts),
                           np.uint8)
    thumbs = thumbs.reshape(-1, THUMB_SIDE, THUMB_SIDE)
    groups = _Groups(len(rows))
    for pairs in _batches(_candidates(firsts, thumbs)):
        _join(groups, pairs, thumbs)
    return sorted(
        sorted(
            row for member in members
            for row in (rows[member], *others.get(rows[member], ())))
        for members in groups.joined())


def _candidates(scans: Sequence[Scan], thumbs: np.ndarray) -> Iterator[Pairs]:
    """Pairs of rows (i < j) whose hashes or mirrored hashes and whose aspect
    ratios are close, some at a time."""
    rows = np.flatnonzero(np.ptp(thumbs, (1, 2)) >= _BLANK)
    hashes = np.array([scans[row].phash for row in rows], np.uint64)
    aspects = np.array([scans[row].width / scans[row].height for row in rows])
    tile = _TILE_ROWS, _TILE_COLUMNS
    apart, bits = np.empty(tile, np.uint64), np.empty(tile, np.uint8)
    for start in range(0, len(rows), _TILE_ROWS):
        for first in range(start, len(rows), _TILE_COLUMNS):
            ours = hashes[start:start + _TILE_ROWS, None]
            theirs = hashes[first:first + _TILE_COLUMNS]
            for mirror in (np.uint64(0), MIRROR_BITS):
                # Into the same memory again: to get new takes longer.
                part = np.s_[:len(ours), :len(theirs)]
                np.bitwise_xor(ours ^ mirror, theirs, out=apart[part])
                np.bitwise_count(apart[part], out=bits[part])
                # np.nonzero of two axes takes ten times as long.
                near = np.flatnonzero(bits[part] <= _RADIUS)
                i, j = start + near // len(theirs), first + near % len(theirs)
                ratio = aspects[i] / aspects[j]
                kept = (i < j) & (
                    np.maximum(ratio, 1 / ratio) < _MAX_ASPECT_RATIO)
                if kept.any():
                    yield rows[i[kept]], rows[j[kept]]


def _batches(found: Iterable[Pairs]) -> Iterator[Pairs]:
    """The same pairs, about as many at a time as are aligned at once."""
    held: List[Pairs] = []
    for pairs in found:
        held.append(pairs)
        if sum(len(i) for i, _ in held) >= _BATCH:
            yield from _cut(held)
            held = []
    yield from _cut(held)


def _cut(held: Sequence[Pairs]) -> Iterator[Pairs]:
    pairs = np.hstack(held) if held else np.empty((2, 0), int)
    for start in range(0, pairs.shape[1], _BATCH):
        yield pairs[0, start:start + _BATCH], pairs[1, start:start + _BATCH]


def _join(groups: '_Groups', pairs: Pairs, thumbs: np.ndarray) -> None:
    """Joins the groups of the pairs that look the same, either way round."""
    # Compiled when imported, and machine code takes 50 MB: only if needed.
    from custom.datasets.alignment import likeness
    i, j = _apart(groups, pairs)
    same = likeness(thumbs, i, j, _SAME) >= _SAME
    i, j = i[same], j[same]
    while len(i):
        a, b = np.sort(groups.leader[np.stack([i, j])], 0)
        alike = likeness(thumbs, a, b, _SAME_GROUP) >= _SAME_GROUP
        i, j, a, b = i[alike], j[alike], a[alike], b[alike]
        for pair in zip(a.tolist(), b.tolist()):
            groups.join(*pair)
        # Those whose leader has just joined another are looked at again.
        i, j = _apart(groups, (i, j))


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
