import numpy as np
import pytest

from custom.sample_data.pen import Pen, oval
from custom.sample_data.style import legible, sample_style

WHITE = (255, 255, 255)


@pytest.fixture
def style():
    """A ruler's hand: no wobble, black ink, solid fills."""
    drawn = sample_style(np.random.default_rng(0), WHITE)
    return drawn._replace(
        fill='solid',
        ink=(0, 0, 0),
        outlined=True,
        wobble=0,
        gap=0,
        grain=0,
        slip=0,
        passes=1,
        colored=1,
        freedom=0,
        gray=False)


def corners(mark):
    return mark.points.min(0).tolist() + mark.points.max(0).tolist()


def test_fresh_pen_has_no_marks(style):
    assert Pen(np.random.default_rng(0), style).marks == []


def test_box_without_wobble_is_exact(style):
    pen = Pen(np.random.default_rng(0), style)
    pen.box(0, 1, 2, 4, fill=(9, 9, 9))
    assert corners(pen.marks[0]) == [0, 1, 2, 4]
    assert pen.marks[0].fill == (9, 9, 9)
    assert pen.marks[0].line == (0, 0, 0)


def test_flip_and_turn_move_points(style):
    rng = np.random.default_rng(0)
    flipped = Pen(rng, style, flip=True)
    flipped.line((1, 0), (3, 2))
    assert corners(flipped.marks[0]) == [-3, 0, -1, 2]
    turned = Pen(rng, style, turn=90)
    turned.line((1, 0), (3, 0))
    np.testing.assert_allclose(
        corners(turned.marks[0]), [0, 1, 0, 3], atol=1e-9)


def test_part_is_moved_scaled_and_on_the_same_object(style):
    pen = Pen(np.random.default_rng(0), style, flip=True)
    pen.at(10, 20, scale=2).line((0, 0), (1, 1))
    assert corners(pen.marks[0]) == [-12, 20, -10, 22]


def test_outline_drawing_has_no_fills_but_dots(style):
    pen = Pen(np.random.default_rng(0), style._replace(fill='none'))
    pen.box(0, 0, 1, 1, fill=(9, 9, 9))
    pen.dot(0, 0, .1)
    assert [mark.fill for mark in pen.marks] == [None, (0, 0, 0)]


def test_white_on_white_keeps_its_outline(style):
    pen = Pen(np.random.default_rng(0), style._replace(outlined=False))
    pen.box(0, 0, 1, 1, fill=WHITE)
    pen.box(0, 0, 1, 1, fill=(200, 0, 0))
    assert pen.marks[0].line is not None
    assert max(pen.marks[0].line) < 200
    assert pen.marks[1].line is None


def test_legible_moves_only_what_cannot_be_seen():
    assert legible((255, 0, 0), WHITE) == (255, 0, 0)
    assert max(legible((250, 250, 250), WHITE)) < 200
    assert min(legible((5, 5, 5), (0, 0, 0))) > 60


def test_quarter_oval_ends_below_its_middle():
    points = oval(0, 0, 2, 1, 0, 90)
    np.testing.assert_allclose(points[0], [2, 0], atol=1e-9)
    np.testing.assert_allclose(points[-1], [0, 1], atol=1e-9)
