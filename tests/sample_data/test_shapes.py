import numpy as np
import pytest

from custom.classes import NAMES
from custom.sample_data.pen import Pen
from custom.sample_data.raster import rasterize
from custom.sample_data.shapes import DRAWERS
from custom.sample_data.style import sample_style

PAPERS = [(255, 255, 255), (20, 20, 60), (250, 220, 60)]


def test_every_class_has_one_drawing_function():
    assert sorted(DRAWERS) == sorted(NAMES)
    functions = {drawer.draw for drawer in DRAWERS.values()}
    assert len(functions) == len(NAMES)


@pytest.mark.parametrize('name', NAMES)
def test_drawings_fill_their_size(name):
    for seed in range(30):
        rng = np.random.default_rng(seed)
        style = sample_style(rng, PAPERS[seed % 3])
        pen = Pen(rng, style)
        DRAWERS[name].draw(pen)
        layer = rasterize(pen.marks, style, 100, 2, rng)
        assert layer.shape[2] == 4
        # Lines are 2 pixels wide, fills may slip 3 pixels off; marks of
        # a tablet pen may also leave a side out (an eye at the edge).
        assert 80 <= max(layer.shape[:2]) <= 112
        # Premultiplied: no color is above its alpha.
        assert (layer[..., :3].max(2) <= layer[..., 3]).all()


@pytest.mark.parametrize('name', NAMES)
def test_no_two_drawings_are_alike(name):
    points = []
    for seed in range(5):
        rng = np.random.default_rng(seed)
        pen = Pen(rng, sample_style(rng, PAPERS[0]))
        DRAWERS[name].draw(pen)
        points.append(np.concatenate([mark.points for mark in pen.marks]))
    shapes = {p.tobytes() for p in points}
    assert len(shapes) == 5
