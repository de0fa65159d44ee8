"""Every kind, breed and pose of the animals is drawn whole."""
import numpy as np
import pytest

from custom.sample_data.pen import Pen
from custom.sample_data.raster import rasterize
from custom.sample_data.shapes import (DRAWERS, animals, beasts, birds, bodies,
                                       dogs, fishes, hoofed)
from custom.sample_data.shapes.outline import fused, unite
from custom.sample_data.style import sample_style

WHITE = (255, 255, 255)
GRAY = (130, 130, 130)
POSES = [
    bodies.walking, bodies.leaping, bodies.sitting, bodies.sitting_sideways,
    bodies.lying, bodies.upright, bodies.tiny
]


def make_pen(seed=0):
    rng = np.random.default_rng(seed)
    return Pen(rng, sample_style(rng, WHITE))


def extent(marks):
    points = np.concatenate([mark.points for mark in marks])
    assert np.isfinite(points).all()
    return np.ptp(points, axis=0)


def square(x, y):
    return np.array([(x, y), (x + 1, y), (x + 1, y + 1), (x, y + 1)], float)


def test_parts_that_overlap_become_one_outline():
    outline, = unite([square(0, 0), square(.5, 0)])
    assert outline.min(0) == pytest.approx([0, 0], abs=.01)
    assert outline.max(0) == pytest.approx([1.5, 1], abs=.01)


def test_parts_that_lie_apart_stay_apart():
    assert len(unite([square(0, 0), square(3, 0)])) == 2


def test_a_fused_shape_leaves_one_mark_without_inner_lines():
    pen = make_pen()

    def draw(part):
        part.box(0, 0, 1, 1, fill=GRAY)
        part.ellipse(1, .5, .5, fill=GRAY)

    fused(pen, GRAY, draw)
    assert len(pen.marks) == 1
    assert extent(pen.marks) == pytest.approx([1.5, 1], abs=.2)


@pytest.mark.parametrize('pose', POSES, ids=lambda pose: pose.__name__)
def test_heads_sit_on_the_bodies(pose):
    for seed in range(20):
        pen = make_pen(seed)
        x, y, radius, *_ = pose(pen, GRAY, lambda part, coat: None)
        points = np.concatenate([mark.points for mark in pen.marks])
        nearest = np.hypot(*(points - (x, y)).T).min()
        # Or the head would float in the air.
        assert nearest < radius


def assert_one_unit_large(draw):
    for seed in range(8):
        pen = make_pen(seed)
        draw(pen)
        assert .5 < extent(pen.marks).max() < 1.8


@pytest.mark.parametrize(
    'draw', [*birds.SHARES, *fishes.SHARES, *animals.SHARES],
    ids=lambda draw: draw.__name__)
def test_every_kind_is_about_one_unit_large(draw):
    assert_one_unit_large(draw)


@pytest.mark.parametrize('name', beasts.KINDS)
def test_every_beast_is_about_one_unit_large(name):
    assert_one_unit_large(
        lambda pen: beasts.draw_kind(pen, beasts.KINDS[name]))


@pytest.mark.parametrize('kind', hoofed.KINDS)
def test_every_hoofed_animal_is_about_one_unit_large(kind):
    assert_one_unit_large(lambda pen: hoofed.from_side(pen, kind))


@pytest.mark.parametrize('breed', dogs.BREEDS)
def test_every_breed_is_about_one_unit_large(breed):
    assert_one_unit_large(lambda pen: dogs.draw_breed(pen, breed))


@pytest.mark.parametrize('name', ['cat', 'dog', 'elephant', 'bird', 'animal'])
def test_poses_are_tall_and_wide(name):
    shapes = []
    for seed in range(60):
        rng = np.random.default_rng(seed)
        style = sample_style(rng, WHITE)
        pen = Pen(rng, style)
        DRAWERS[name].draw(pen)
        height, width = rasterize(pen.marks, style, 100, 2, rng).shape[:2]
        shapes.append(width / height)
    assert min(shapes) < .85
    assert max(shapes) > 1.3
