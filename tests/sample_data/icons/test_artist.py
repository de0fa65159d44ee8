import numpy as np
import pytest

from custom.classes import NAMES
from custom.sample_data.icons.artist import IconArtist
from custom.sample_data.icons.icon_catalog import read_catalog
from custom.sample_data.scene import OTHER, _any_layout, compose, make_drawing
from custom.sample_data.shapes import DRAWERS
from custom.sample_data.style import sample_style
from custom.utils.errors import InputError
from tests.helpers.icon_package import write_package

STYLE = sample_style(np.random.default_rng(0), (255, 255, 255))


@pytest.fixture(scope='module')
def catalog(tmp_path_factory):
    folder = write_package(tmp_path_factory.mktemp('icons') / 'tiny')
    return read_catalog((str(folder), ))


def artist(catalog, seed):
    return IconArtist(catalog, np.random.default_rng([seed, 1]))


def test_half_of_the_images_are_mostly_icons(catalog):
    shares = [artist(catalog, seed).share for seed in range(400)]
    assert 150 <= shares.count(1) <= 210
    assert 55 <= shares.count(.5) <= 105
    assert 110 <= shares.count(0) <= 170


def test_classes_without_an_icon_are_drawn(catalog):
    all_icons = next(
        a for a in map(lambda seed: artist(catalog, seed), range(99))
        if a.share == 1)
    assert all_icons.takes('sun') and all_icons.takes('building')
    assert not all_icons.takes('elephant')


def test_size(catalog):
    for seed in range(20):
        layer = artist(catalog, seed).render('building', 80, DRAWERS['sun'],
                                             STYLE)
        assert 60 <= max(layer.shape[:2]) <= 96


def test_damaged_icon_is_told_with_its_set(tmp_path):
    folder = write_package(
        tmp_path / 'tiny', icons=dict(sun=dict(body='<path')))
    damaged = read_catalog((str(folder), ))
    with pytest.raises(InputError, match='icon set tiny: .*not to be drawn'):
        artist(damaged, 0).render('sun', 80, DRAWERS['sun'], STYLE)


def test_image_without_icons_is_the_one_without_the_artist(catalog):
    same = 0
    for seed in range(12):
        painter = artist(catalog, seed)
        drawn = make_drawing(np.random.default_rng(seed))
        mixed = make_drawing(np.random.default_rng(seed), painter)
        assert {box.name for box in mixed.boxes} <= set(NAMES)
        if painter.share == 0:
            assert np.array_equal(drawn.image, mixed.image)
            assert drawn.boxes == mixed.boxes
            same += 1
    assert 1 <= same <= 11


def test_things_of_no_class_have_no_box(catalog):
    seen = 0
    for seed in range(40):
        _, _, items = compose(
            np.random.default_rng(seed), _any_layout, DRAWERS, 0,
            artist(catalog, seed))
        others = sum(item.name == OTHER for item in items)
        assert others < len(items)
        drawing = make_drawing(
            np.random.default_rng(seed), artist(catalog, seed))
        assert OTHER not in {box.name for box in drawing.boxes}
        seen += others > 0
    assert 1 <= seen <= 20
