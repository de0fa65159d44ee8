import numpy as np
import pytest

from custom.datasets.splitting.stratify import (assign_splits, box_count_bin,
                                                class_shares, mean_deviation,
                                                merge_groups, strata,
                                                stratified_split)
from custom.utils.errors import InputError

THIRDS = [0.7, 0.15, 0.15]


def split(counts, fractions=THIRDS, groups=None, seed=0):
    counts = np.array(counts)
    if groups is None:
        groups = np.arange(len(counts))
    return stratified_split(counts, np.array(groups), fractions, seed)


def sizes(splits, num=3):
    return np.bincount(splits, minlength=num).tolist()


def test_no_images():
    with pytest.raises(InputError, match='0 images .* too few for 3 splits'):
        split(np.zeros((0, 2), int))


def test_one_image():
    assert split([[1]], [1]).tolist() == [0]


def test_one_class():
    splits = split(np.ones((20, 1), int))
    assert sizes(splits) == [14, 3, 3]


def test_each_class_in_its_part():
    # 20 cats and 20 dogs, one to an image.
    counts = np.repeat(np.eye(2, dtype=int), 20, axis=0)
    splits = split(counts)
    assert sizes(splits[:20]) == [14, 3, 3]
    assert sizes(splits[20:]) == [14, 3, 3]
    shares = class_shares(counts, splits, 3)
    np.testing.assert_allclose(shares, [THIRDS, THIRDS])


def test_parts_of_an_image_go_to_one_side_or_the_other():
    # 1.5 of ten cats for val and as many for test: one gets one, one two.
    counts = np.repeat(np.eye(2, dtype=int), 10, axis=0)
    splits = split(counts)
    for half in (splits[:10], splits[10:]):
        assert sizes(half)[0] == 7
        assert sorted(sizes(half)[1:]) == [1, 2]
    assert sizes(splits) == [14, 3, 3]


def test_images_without_boxes_are_spread_too():
    counts = [[0]] * 20 + [[1]] * 20
    splits = split(counts)
    assert sizes(splits[:20]) == sizes(splits[20:]) == [14, 3, 3]


def test_full_images_are_spread_too():
    # The same number of boxes in all, by ones and by fives.
    splits = split([[1]] * 100 + [[5]] * 20)
    assert sizes(splits[:100]) == [70, 15, 15]
    assert sizes(splits[100:]) == [14, 3, 3]


@pytest.mark.parametrize('boxes, expected', [
    (1, [1, 0, 0]),
    (2, [2, 0, 0]),
    (3, [2, 0, 1]),
    (5, [3, 1, 1]),
])
def test_rare_class(boxes, expected):
    counts = np.ones((100, 2), int)
    counts[:, 1] = np.arange(100) < boxes
    splits = split(counts)
    in_splits = sizes(splits[:boxes])
    assert in_splits[0] == expected[0]
    assert sorted(in_splits[1:]) == expected[1:]


@pytest.mark.parametrize('num', [3, 4, 7])
def test_every_split_has_an_image(num):
    assert min(sizes(split(np.ones((num, 1), int), [0.98, 0.01, 0.01]))) == 1


def test_too_few_groups():
    with pytest.raises(
            InputError,
            match='2 images or groups of images that '
            'must stay together are too few for 3 splits'):
        split([[1]] * 6, groups=[0, 0, 0, 1, 1, 1])


def test_a_huge_group():
    # 60 of 100 images belong together: train, and the others by what is left.
    splits = split([[1]] * 100, groups=[0] * 60 + [*range(1, 41)])
    assert set(splits[:60]) == {0}
    assert sizes(splits) == [70, 15, 15]


@pytest.mark.parametrize('seed', range(20))
def test_groups_never_straddle(seed):
    rng = np.random.default_rng(seed)
    classes = rng.integers(1, 8)
    counts = rng.poisson(rng.exponential(1, classes), (90, classes))
    groups = np.unique(rng.integers(0, 40, 90), return_inverse=True)[1]
    fractions = rng.dirichlet(np.ones(rng.integers(1, 6)))
    splits = split(counts, fractions, groups, seed)
    assert all(len(set(splits[groups == g])) == 1 for g in set(groups))
    assert min(sizes(splits, len(fractions))) >= 1
    assert len(splits) == 90


def test_the_seed_alone_decides():
    counts = np.random.default_rng(0).poisson(1, (200, 4))
    first = split(counts)
    np.testing.assert_array_equal(first, split(counts))
    assert (first != split(counts, seed=1)).any()


def test_folds():
    counts = np.repeat(np.eye(2, dtype=int), 50, axis=0)
    splits = split(counts, [0.2] * 5)
    assert sizes(splits[:50], 5) == sizes(splits[50:], 5) == [10] * 5


@pytest.mark.parametrize('seed', range(5))
def test_nearer_than_a_shuffle(seed):
    rng = np.random.default_rng(seed)
    counts = rng.poisson(1 / np.arange(1, 23), (500, 22))
    shuffled = rng.permutation(np.repeat([0, 1, 2], [350, 75, 75]))
    ours = mean_deviation(counts, split(counts, seed=seed), THIRDS)
    assert ours < mean_deviation(counts, shuffled, THIRDS) / 3


def test_100_000_images():
    counts = np.random.default_rng(0).poisson(0.2, (100_000, 22))
    assert mean_deviation(counts, split(counts), THIRDS) < 0.01


def test_assign_splits_balances_every_column():
    # Groups of 1 image with 4 boxes, and of 4 images with 1 box.
    amounts = np.array([[1, 4]] * 10 + [[4, 1]] * 10)
    splits = assign_splits(amounts, [0.5, 0.5])
    assert sizes(splits[:10], 2) == sizes(splits[10:], 2) == [5, 5]


def test_strata():
    np.testing.assert_array_equal(
        strata(np.array([[0, 0], [2, 1], [0, 3]])),
        [[1, 0, 0, 1, 0], [1, 2, 1, 0, 1], [1, 0, 3, 0, 1]])


def test_fullness():
    boxes = np.array([0, 1, 2, 7, 8, 9, 16, 17, 32, 33])
    assert box_count_bin(boxes).tolist() == [0, 1, 2, 7, 8, 9, 9, 10, 10, 11]


def test_class_shares():
    counts = np.array([[1, 0], [3, 0]])
    np.testing.assert_array_equal(
        class_shares(counts, np.array([1, 0]), 2),
        [[0.75, 0.25], [np.nan, np.nan]])


def test_mean_deviation():
    splits = np.array([0, 1])
    assert mean_deviation(np.zeros((2, 1), int), splits, [0.5, 0.5]) == 0
    # 75 and 25% instead of 50 and 50.
    assert mean_deviation(np.array([[3], [1]]), splits, [0.5, 0.5]) == 25


def test_merge_groups():
    assert merge_groups(0, []).tolist() == []
    assert merge_groups(3, []).tolist() == [0, 1, 2]
    assert merge_groups(
        6, [[[0, 2], [3, 4]], [[4, 2]]]).tolist() == [0, 1, 0, 0, 0, 2]
