import numpy as np

from custom.datasets.images.hamming import close_pairs
from custom.datasets.images.perceptual_hash import MIRROR_BITS


def pairs_of(hashes, aspects=None, room=20, radius=2):
    """All pairs, found in as many calls as the room asks for."""
    hashes = np.array(hashes, np.uint64)
    aspects = np.ones(len(hashes)) if aspects is None else np.array(aspects)
    pairs = np.empty((room, 2), np.int64)
    found, start = [], 0
    while start < len(hashes):
        count, start = close_pairs(hashes, aspects, start, radius, 1.1, pairs)
        found += map(tuple, pairs[:count].tolist())
    return found


def test_none():
    assert pairs_of([]) == pairs_of([5]) == []


def test_few_bits_may_differ():
    assert pairs_of([0b0000, 0b0011, 0b0111, 0b1111]) == [(0, 1), (1, 2),
                                                          (1, 3), (2, 3)]
    assert pairs_of([0, 2**63]) == [(0, 1)]
    assert pairs_of([0, 2**64 - 1], radius=63) == [(0, 1)]  # mirrored, 32


def test_mirrored():
    mirror = int(MIRROR_BITS)
    assert pairs_of([0, mirror, mirror ^ 0b11, mirror ^ 0b111]) == [(0, 1),
                                                                    (0, 2),
                                                                    (1, 2),
                                                                    (2, 3)]


def test_aspect_ratios_are_alike():
    assert pairs_of([0, 0, 0], [1., 1.09, 1.2]) == [(0, 1)]
    assert pairs_of([0, 0], [1.2, 1.]) == []


def test_room_for_one_row_at_a_time():
    every = [(i, j) for i in range(6) for j in range(i + 1, 6)]
    assert pairs_of([7] * 6, room=6) == every
