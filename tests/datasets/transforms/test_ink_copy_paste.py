import random

import cv2
import numpy as np
import pytest
import torch
from mmdet.structures.bbox import HorizontalBoxes

from custom.datasets.transforms.ink_copy_paste import InkCopyPaste, cut_out

RED = (0, 0, 255)  # BGR


def drawn(shade=255):
    """A red disc of 30 pixels on paper that grows darker downwards, its box
    and its label."""
    image = np.full((200, 300, 3), shade, np.uint8)
    image -= np.linspace(0, 40, 200, dtype=np.uint8)[:, None, None]
    cv2.circle(image, (100, 80), 30, RED, -1)
    return image, np.array([70, 50, 131, 111], np.float32), 7


def results_of(image, boxes, labels, ignored=None):
    return dict(
        img=image,
        gt_bboxes=HorizontalBoxes(
            torch.tensor(np.array(boxes, np.float32)).view(-1, 4)),
        gt_bboxes_labels=np.array(labels, np.int64),
        gt_ignore_flags=np.array(ignored or [False] * len(labels)))


@pytest.fixture(autouse=True)
def seeded():
    random.seed(0)


def test_a_disc_is_cut_out_of_its_paper():
    one = cut_out(*drawn())

    assert one.label == 7
    assert one.ink.sum() == pytest.approx(np.pi * 30**2, rel=.1)
    assert np.abs(np.array(one.ink.shape) - 61).max() <= 2
    assert (one.pixels[30, 30] == RED).all()
    assert one.ink[0, 0] == 0


def test_nothing_is_cut_out_of_noise_and_of_small_things():
    image, box, label = drawn()
    noise = np.random.default_rng(0).integers(0, 256, image.shape, np.uint8)

    assert cut_out(noise, box, label) is None
    assert cut_out(np.full_like(image, 200), box, label) is None
    assert cut_out(image, np.float32([90, 70, 105, 85]), label) is None


def test_pasted_objects_lie_in_their_boxes():
    image, box, label = drawn()
    paste = InkCopyPaste(prob=1, most=3)
    first = paste(results_of(image, [box], [label]))
    assert len(first['gt_bboxes']) == 1  # nothing is remembered yet
    blank = np.full((200, 300, 3), 255, np.uint8)

    seen = 0
    for _ in range(20):
        found = paste(results_of(blank, [], []))
        image = found['img']
        red = ((image[..., 2] > 150) & (image[..., 1] < 100)).astype(np.uint8)
        boxes = found['gt_bboxes'].tensor.numpy().astype(int)
        inside = np.zeros_like(red)
        for x1, y1, x2, y2 in boxes:
            part = red[y1:y2, x1:x2]
            inside[y1:y2, x1:x2] = 1
            # A disc fills pi / 4 of its box, to all four sides of it.
            assert .65 < part.mean() < .95
            assert part.any(0).mean() > .9 and part.any(1).mean() > .9
        assert not (red & ~inside & 1).any()
        assert found['gt_bboxes_labels'].tolist() == [7] * len(boxes)
        assert found['gt_ignore_flags'].tolist() == [False] * len(boxes)
        seen += len(boxes)

    assert (blank == 255).all()  # the image itself may be in a cache
    assert 20 <= seen <= 60


def test_objects_are_as_large_as_in_their_own_images():
    """From 300 pixels to 1200: 61 of them become 4 times 30 to 92."""
    image, box, label = drawn()
    paste = InkCopyPaste(prob=1, most=1)
    paste(results_of(image, [box], [label]))
    large = np.full((1200, 800, 3), 255, np.uint8)

    sides = torch.cat([
        paste(results_of(large, [], []))['gt_bboxes'].tensor for _ in range(20)
    ])
    sides = (sides[:, 2:] - sides[:, :2]).amax(1)

    assert 4 * 30 <= sides.min() < 4 * 50
    assert 4 * 70 < sides.max() <= 4 * 95


def test_large_objects_are_remembered_smaller():
    image, box, label = drawn()
    image = cv2.resize(image, None, fx=20, fy=20)

    one = cut_out(image, 20 * box, label)

    assert one.ink.shape == (512, 512)
    assert one.share == pytest.approx(61 / 300, abs=.01)


def test_specks_are_not_pasted():
    """What was 61 of 5000 pixels is at most 4.7 of 256."""
    paste = InkCopyPaste(prob=1)
    paste.results_cache = [cut_out(*drawn())._replace(share=61 / 5000)]
    blank = np.full((256, 256, 3), 255, np.uint8)

    for _ in range(20):
        found = paste(results_of(blank, [], []))
        assert len(found['gt_bboxes']) == 0
        assert (found['img'] == 255).all()


def test_an_empty_box_is_no_obstacle():
    image, box, label = drawn()
    paste = InkCopyPaste(prob=1, most=1)
    paste(results_of(image, [box], [label]))

    found = paste(results_of(image, [[5, 5, 5, 5]], [label]))

    assert len(found['gt_bboxes']) == 2


def test_what_others_touch_and_what_is_ignored_stays_where_it_is():
    image, box, label = drawn()
    paste = InkCopyPaste(prob=1)

    paste(results_of(image, [box, box + 20], [label, 3]))
    paste(results_of(image, [box], [label], [True]))

    assert paste.results_cache == []


def test_little_of_an_object_is_covered():
    image, box, label = drawn()
    paste = InkCopyPaste(prob=1, most=6)
    paste(results_of(image, [box], [label]))

    for _ in range(20):
        found = paste(results_of(image, [box], [label]))['gt_bboxes'].tensor
        sides = (
            torch.minimum(found[:, None, 2:], found[None, :, 2:]) -
            torch.maximum(found[:, None, :2], found[None, :, :2])).clamp(0)
        areas = (found[:, 2:] - found[:, :2]).prod(1)
        shared = sides.prod(2) / torch.minimum(areas[:, None], areas[None])
        assert (shared.fill_diagonal_(0) < .3).all()


def test_so_many_are_remembered():
    image, box, label = drawn()
    paste = InkCopyPaste(prob=0, max_cached=2)

    for number in range(5):
        paste(results_of(image, [box], [number]))

    assert len(paste.results_cache) == 2
