"""Image selection with an encoder that knows a few images by heart."""
from pathlib import Path

import numpy as np

from custom.inference.selection.image_selection import select_for_labeling
from custom.inference.selection.view_encoder import EncodedImage


def untracked(items, label, total):
    return items


def select(known, count, labeled=()):
    """Names, best first, of images by (bits, place on a line).

    Each image has as many tags of probability 0.5 as it has bits.
    """
    encoded = {
        Path(name):
        EncodedImage(
            np.array([[.5] * bits + [1] * (9 - bits)]), np.array([place, 0.]))
        for name, (bits, place) in known.items()
    }
    pool = [path for path in encoded if path.name not in labeled]
    return select_for_labeling(encoded.get, pool, count, [*map(Path, labeled)],
                               untracked)


def test_without_labels_the_most_uncertain_comes_first():
    known = dict(a=(1, 0), b=(3, 0), c=(2, 0))
    assert select(known, 1) == [(Path('b'), 3, np.inf)]


def test_of_four_times_as_many_those_that_differ():
    # Of two the eight most uncertain are candidates, and i is not.
    known = dict(
        a=(9, 0),
        b=(8, 1),
        c=(7, 0),
        d=(6, 0),
        e=(5, 0),
        f=(4, 0),
        g=(3, 2),
        h=(2, 0),
        i=(1, 9))
    assert select(known, 2) == [(Path('a'), 9, np.inf), (Path('g'), 3, 2)]


def test_what_differs_from_the_labeled_ones_comes_first():
    known = dict(a=(3, 1), b=(2, 5), labeled=(9, 0))
    assert select(known, 5, ['labeled']) == [(Path('b'), 2, 5),
                                             (Path('a'), 3, 1)]
