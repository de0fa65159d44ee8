import numpy as np
import pytest

from custom.datasets.transforms import LoadOrSearchProposals


def a_square():
    """80 x 60 pixels, white, with a red square of 30."""
    image = np.full((60, 80, 3), 255, np.uint8)
    image[20:50, 10:40] = (0, 0, 255)
    return image


def test_proposals_that_are_there_are_taken():
    given = dict(
        bboxes=np.array([[1., 2, 3, 4], [0, 0, 9, 9]]),
        scores=np.array([1, 0.5]))

    found = LoadOrSearchProposals(num_max_proposals=1)(
        dict(img=None, proposals=given))

    assert found['proposals'].tolist() == [[1, 2, 3, 4]]
    assert found['proposals_scores'].tolist() == [1]


def test_an_image_without_proposals_is_searched():
    found = LoadOrSearchProposals(scale=100)(dict(img=a_square()))

    boxes = found['proposals']
    assert boxes.dtype == np.float32
    assert boxes[0].tolist() == [0, 0, 80, 60]
    # A blur comes first, so the border is where it was to a pixel or two.
    assert min(np.abs(boxes - [10, 20, 40, 50]).max(1)) <= 2
    assert found['proposals_scores'][0] == 1
    assert len(found['proposals_scores']) == len(boxes)


@pytest.mark.parametrize('share, count', [(0, 2), (0.5, 2), (1, 1)])
def test_small_regions_are_left_out(share, count):
    # The square has 900 of 4800 pixels: 0.19.
    found = LoadOrSearchProposals(
        scale=100, min_share=share)(
            dict(img=a_square()))

    squares = np.abs(found['proposals'] - [10, 20, 40, 50]).max(1) <= 2
    assert squares.any() == (share < 0.19)
