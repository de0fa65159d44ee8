import cv2
import numpy as np
import pytest

from custom.datasets.images.hash_table import ImageHashes
from custom.datasets.images.near_duplicates import (close_pairs, copies,
                                                    looks_like_any,
                                                    near_duplicates)
from custom.datasets.images.perceptual_hash import MIRROR_BITS, hash_image
from custom.datasets.images.scan import ImageScan
from tests.helpers.image_files import blots


def random_image(seed):
    return blots(seed, 240, 180)


def scan(image, name='a.jpg', digest=None):
    phash, thumb = hash_image(cv2.cvtColor(image, cv2.COLOR_BGR2GRAY))
    height, width = image.shape[:2]
    return ImageScan(
        name,
        width,
        height,
        digest=digest or np.random.default_rng(image.size).bytes(16),
        phash=phash,
        thumb=thumb)


def crop(image, left, top, right, bottom):
    height, width = image.shape[:2]
    return image[round(height * top):round(height * (1 - bottom)),
                 round(width * left):round(width * (1 - right))]


def jpeg(image, quality):
    return cv2.imdecode(
        cv2.imencode('.jpg', image, [cv2.IMWRITE_JPEG_QUALITY, quality])[1],
        cv2.IMREAD_COLOR)


def pairs_of(hashes, aspects=None, radius=2):
    hashes = np.array(hashes, np.uint64)
    aspects = np.ones(len(hashes)) if aspects is None else np.array(aspects)
    batches = [*close_pairs(hashes, aspects, radius, 1.1)]
    assert all(batch.shape[1] <= 1024 for batch in batches)
    return [tuple(pair) for batch in batches for pair in batch.T.tolist()]


def test_no_close_pairs():
    assert pairs_of([]) == pairs_of([5]) == []


def test_few_bits_of_a_pair_may_differ():
    assert pairs_of([0b0000, 0b0011, 0b0111, 0b1111]) == [(0, 1), (1, 2),
                                                          (1, 3), (2, 3)]
    assert pairs_of([0, 2**63]) == [(0, 1)]
    assert pairs_of([0, 2**64 - 1], radius=63) == [(0, 1)]  # mirrored, 32


def test_mirrored_pairs():
    mirror = int(MIRROR_BITS)
    assert pairs_of([0, mirror, mirror ^ 0b11, mirror ^ 0b111]) == [(0, 1),
                                                                    (0, 2),
                                                                    (1, 2),
                                                                    (2, 3)]


def test_aspect_ratios_of_a_pair_are_alike():
    assert pairs_of([0, 0, 0], [1., 1.09, 1.2]) == [(0, 1)]
    assert pairs_of([0, 0], [1.2, 1.]) == []


def test_pairs_of_many_in_order():
    # More than are compared, and more than are given, at a time.
    every = [(i, j) for i in range(60) for j in range(i + 1, 60)]
    assert pairs_of([7] * 60) == every
    found = pairs_of(np.arange(3000, dtype=np.uint64) << 8, radius=1)
    assert found == sorted(found)
    assert len(found) == sum(
        (i ^ (1 << bit)) < i for i in range(3000) for bit in range(12))


def test_none():
    assert copies(ImageHashes()) == near_duplicates(ImageHashes()) == []


def test_one():
    assert near_duplicates(ImageHashes([scan(random_image(0))])) == []


def test_copies():
    a, b = b'a' * 16, b'b' * 16
    scans = [
        ImageScan(str(i), digest=d) for i, d in enumerate([b, a, b'', b, a, a])
    ]
    assert copies(ImageHashes(scans)) == [[0, 3], [1, 4, 5]]


def test_unread_files_are_no_copies():
    assert copies(ImageHashes([ImageScan('a'), ImageScan('b')])) == []
    assert near_duplicates(ImageHashes([ImageScan('a'), ImageScan('b')])) == []


@pytest.mark.parametrize('change', [
    lambda i: jpeg(i, 30),
    lambda i: cv2.resize(i, None, fx=.4, fy=.4, interpolation=cv2.INTER_AREA),
    lambda i: cv2.resize(i, None, fx=2, fy=2),
    lambda i: cv2.convertScaleAbs(i, alpha=1, beta=15),
    lambda i: cv2.convertScaleAbs(i, alpha=1.2, beta=-20),
    lambda i: crop(i, .03, .03, .03, .03),
    lambda i: crop(i, .05, 0, 0, 0),
    lambda i: i[:, ::-1].copy(),
    lambda i: jpeg(crop(i[:, ::-1], .02, .01, .02, .01), 60),
], ids=[
    'quality', 'smaller', 'larger', 'brighter', 'contrast', 'cropped',
    'cropped left', 'mirrored', 'mirrored, cropped, quality'
])  # yapf: disable
def test_looks_the_same(change):
    scans = [
        scan(image, digest=bytes([row]) * 16) for row, image in enumerate([
            random_image(1),
            random_image(0),
            random_image(2),
            change(random_image(0)),
        ])
    ]
    assert near_duplicates(ImageHashes(scans)) == [[1, 3]]


def test_different_images():
    scans = [
        scan(random_image(seed), digest=bytes([seed]) * 16)
        for seed in range(200)
    ]
    assert near_duplicates(ImageHashes(scans)) == []


def test_another_shape_is_another_image():
    image = random_image(0)
    wide = cv2.resize(image, None, fx=1.3, fy=1)
    assert near_duplicates(
        ImageHashes([scan(image, digest=b'a'),
                     scan(wide, digest=b'b')])) == []


def test_blank_paper_is_like_nothing():
    pages = [
        scan(np.full((180, 240, 3), gray, np.uint8), digest=bytes([gray]))
        for gray in (0, 200, 255, 254)
    ]
    assert near_duplicates(ImageHashes(pages)) == []


def test_copies_join_the_group_of_what_looks_like_them():
    image = random_image(0)
    one, two = scan(image, digest=b'a'), scan(jpeg(image, 50), digest=b'b')
    assert near_duplicates(ImageHashes([one, one])) == []
    assert near_duplicates(ImageHashes([one, two, one])) == [[0, 1, 2]]


def test_many_alike_are_one_group():
    image = random_image(0)
    scans = [
        scan(jpeg(image, quality), digest=bytes([quality]))
        for quality in range(40, 90)
    ]
    assert near_duplicates(ImageHashes(scans)) == [[*range(50)]]


def test_a_chain_is_not_followed_to_what_looks_different():
    """Ten frames of an image that slowly becomes another."""
    first, last = random_image(0).astype(float), random_image(1).astype(float)
    scans = []
    for step in range(11):
        frame = first + (last - first) * step / 10
        scans.append(scan(frame.astype(np.uint8), digest=bytes([step])))
    groups = near_duplicates(ImageHashes(scans))
    assert len(groups) > 1
    assert all(0 not in group or 10 not in group for group in groups)


def test_one_is_compared_with_many():
    assert not looks_like_any(scan(random_image(1)), ImageHashes())

    table = ImageHashes([scan(random_image(seed)) for seed in range(20)])

    assert looks_like_any(scan(random_image(7)), table)
    assert looks_like_any(scan(jpeg(random_image(7), 50)), table)
    assert looks_like_any(
        scan(crop(random_image(7), .03, .03, .03, .03)), table)
    assert looks_like_any(scan(random_image(7)[:, ::-1]), table)
    assert not looks_like_any(scan(random_image(20)), table)
    # Squeezed to another shape it is another image.
    assert not looks_like_any(
        scan(cv2.resize(random_image(7), (180, 240))), table)


def test_one_that_is_blank_looks_like_those_of_its_gray():
    table = ImageHashes([scan(np.full((9, 9, 3), 100, np.uint8))])
    assert looks_like_any(scan(np.full((9, 9, 3), 105, np.uint8)), table)
    assert not looks_like_any(scan(np.full((9, 9, 3), 120, np.uint8)), table)
    assert not looks_like_any(scan(random_image(1)), table)
