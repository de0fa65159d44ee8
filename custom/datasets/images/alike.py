"""Images that must not be in two splits."""
from typing import List, NamedTuple, Sequence

from custom.datasets.images.hash_table import ImageHashes
from custom.datasets.images.near_duplicates import copies, near_duplicates
from custom.datasets.images.scan import ImageScan

# A larger group is no picture saved several times but one view of a fixed
# camera. To keep all of it together would leave nothing to test on.
_LARGEST, _LARGEST_SHARE = 10, .1


class DuplicateGroups(NamedTuple):
    """Groups of rows: files of the same bytes, and pictures that look the
    same. ``views`` counts the images that look the same in groups too large
    to be kept together: more than ten, and a tenth of all."""
    copies: List[List[int]]
    similar: List[List[int]]
    views: int


def find_duplicate_groups(scans: Sequence[ImageScan]) -> DuplicateGroups:
    """Finds what must stay together when images are split."""
    largest = max(_LARGEST, _LARGEST_SHARE * len(scans))
    prints = ImageHashes(scans)
    similar = near_duplicates(prints)
    return DuplicateGroups(
        copies(prints), [group for group in similar if len(group) <= largest],
        sum(len(group) for group in similar if len(group) > largest))
