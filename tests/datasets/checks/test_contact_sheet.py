import cv2
import numpy as np
import pytest

from custom.datasets.annotations.issues import Issue
from custom.datasets.checks.contact_sheet import issue_sheet
from tests.helpers.image_files import write_image

WHITE, GRAY, RED = (255, 255, 255), (190, 190, 190), (40, 40, 230)


@pytest.fixture
def image_root(tmp_path):
    """A folder with a blue 200 x 100 and a green 100 x 200 image."""
    folder = tmp_path / 'images'
    folder.mkdir()
    cv2.imwrite(
        str(folder / 'blue.png'), np.full((100, 200, 3), (255, 0, 0),
                                          np.uint8))
    cv2.imwrite(
        str(folder / 'green.png'), np.full((200, 100, 3), (0, 255, 0),
                                           np.uint8))
    return tmp_path


def problem(*images, code='box-outside', boxes=()):
    return Issue(code, 'train', 'annotation 1', 'wrong', images, boxes)


def count(sheet, color):
    return int((sheet == color).all(axis=2).sum())


def test_nothing_to_show(tmp_path):
    assert issue_sheet(tmp_path, []) is None
    assert issue_sheet(tmp_path, [problem(code='class-few')]) is None


def test_box_on_its_image(image_root):
    sheet = issue_sheet(image_root,
                        [problem('blue.png', boxes=[[50, 50, 40, 20]])])
    assert count(sheet, GRAY) == 0
    assert 240 < count(sheet, RED) < 400  # an outline, not a filled box
    assert count(sheet, RED) + count(sheet, (255, 0, 0)) == 200 * 100


@pytest.mark.parametrize('size', [(2000, 2), (2, 2000)])
def test_strip(image_root, size):
    write_image(image_root / 'images/strip.png', *size, (255, 0, 0))
    sheet = issue_sheet(image_root, [problem('strip.png')])
    assert count(sheet, (255, 0, 0)) == 400  # of 400 x 1 pixels


def test_margin_shows_a_box_outside(image_root):
    sheet = issue_sheet(image_root,
                        [problem('blue.png', boxes=[[210, 10, 20, 20]])])
    gray = count(sheet, GRAY) + count(sheet, RED)
    assert gray == 30 * 100  # from x = 200 to 230


def test_margin_is_half_a_side_at_most(image_root):
    sheet = issue_sheet(image_root,
                        [problem('blue.png', boxes=[[9000, 10, 20, 20]])])
    assert count(sheet, GRAY) + count(sheet, RED) == 100 * 100


def test_two_images_side_by_side(image_root):
    sheet = issue_sheet(
        image_root, [problem('blue.png', 'green.png', code='copy-in-split')])
    assert count(sheet, (255, 0, 0)) == 200 * 100
    assert count(sheet, (0, 255, 0)) == 100 * 200


def test_image_that_is_not_there(image_root):
    sheet = issue_sheet(
        image_root,
        [problem('none.png', code='image-missing', boxes=[[0, 0, 9, 9]])])
    assert count(sheet, GRAY) == pytest.approx(400 * 400, abs=50)


def test_three_examples_of_a_code(image_root):
    blue = problem('blue.png')
    green = problem('green.png', code='box-tiny')
    sheet = issue_sheet(image_root, [blue] * 5 + [green])
    assert count(sheet, (255, 0, 0)) == 3 * 200 * 100
    assert count(sheet, (0, 255, 0)) == 100 * 200


def test_box_that_is_not_a_number(image_root):
    nan = float('nan')
    sheet = issue_sheet(
        image_root,
        [problem('blue.png', code='box-not-finite', boxes=[[nan] * 4])])
    assert count(sheet, (255, 0, 0)) >= 200 * 100 - 9
