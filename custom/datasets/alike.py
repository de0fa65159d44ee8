"""Images that must not be in two splits."""
from typing import List, NamedTuple, Sequence

from custom.datasets.prints import Prints
from custom.datasets.scan import Scan
from custom.datasets.similar import copies, near_duplicates

# A larger group is no picture saved several times but one view of a fixed
# camera. To keep all of it together would leave nothing to test on.
_LARGEST, _LARGEST_SHARE = 10, .1


class Alike(NamedTuple):
    """Groups of rows: files of the same bytes, and pictures that look the
    same. ``views`` counts the images that look the same in groups too large
    to be kept together: more than ten, and a tenth of all."""
    copies: List[List[int]]
    similar: List[List[int]]
    views: int


def find_alike(scans: Sequence[Scan]) -> Alike:
    """Finds what must stay together when images are split."""
    largest = max(_LARGEST, _LARGEST_SHARE * len(scans))
    prints = Prints(scans)
    similar = near_duplicates(prints)
    return Alike(
        copies(prints), [group for group in similar if len(group) <= largest],
        sum(len(group) for group in similar if len(group) > largest))
