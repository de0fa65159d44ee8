import cv2
import numpy as np
import pytest

from custom.sample_data.pen import Pen
from custom.sample_data.shapes import DRAWERS
from custom.sample_data.shapes.faces import cute_face
from custom.sample_data.style import sample_style

WHITE = (255, 255, 255)
# How many of 60 drawings look like none of those before them, at least.
KINDS = dict(
    star=12,
    airplane=20,
    rocket=30,
    tree=30,
    person=40,
    fruit=20,
    flower=35,
    building=25,
    boat=25,
    car=15)


def _silhouette(name, seed):
    """What an object covers of 32 x 32 pixels, its outlines filled."""
    rng = np.random.default_rng(seed)
    style = sample_style(rng, WHITE)._replace(wobble=0)
    pen = Pen(rng, style)
    DRAWERS[name].draw(pen)
    points = np.concatenate([mark.points for mark in pen.marks])
    low, size = points.min(0), np.ptp(points, axis=0).max()
    mask = np.zeros((32, 32), np.uint8)
    for mark in pen.marks:
        path = np.round((mark.points - low) / size * 31).astype(np.int32)
        if mark.closed:
            cv2.fillPoly(mask, [path], 1)
        cv2.polylines(mask, [path], mark.closed, 1)
    return mask > 0


def _alike(one, other):
    return (one & other).sum() > .85 * (one | other).sum()


@pytest.mark.parametrize('name', KINDS)
def test_a_class_has_many_silhouettes(name):
    seen = []
    for seed in range(60):
        mask = _silhouette(name, seed)
        if not any(_alike(mask, other) for other in seen):
            seen.append(mask)
    assert len(seen) >= KINDS[name]


@pytest.mark.parametrize('name', KINDS)
def test_every_drawing_is_about_one_unit_large(name):
    for seed in range(60):
        rng = np.random.default_rng(seed)
        pen = Pen(rng, sample_style(rng, WHITE))
        DRAWERS[name].draw(pen)
        points = np.concatenate([mark.points for mark in pen.marks])
        assert np.isfinite(points).all()
        assert .5 < np.ptp(points, axis=0).max() < 1.6


def test_a_cute_face_stays_on_its_head():
    for seed in range(40):
        rng = np.random.default_rng(seed)
        pen = Pen(rng, sample_style(rng, WHITE)._replace(wobble=0))
        cute_face(pen, 2, 3, .5)
        points = np.concatenate([mark.points for mark in pen.marks])
        assert np.hypot(*(points - (2, 3)).T).max() < .5
