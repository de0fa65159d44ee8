import pytest
import resvg_py

from custom.classes import NAMES
from custom.sample_data.icons.clip_art import read_clip_art
from custom.sample_data.icons.icon_catalog import make_catalog, read_catalog
from custom.sample_data.icons.icon_set import read_icon_set
from custom.sample_data.icons.svg import icon_pixels
from custom.utils.errors import InputError
from tests.helpers.icon_package import write_clip_art, write_package

# Twice as wide as high, its size in points, as some old editors write it:
# resvg takes it for 1 x 1 point.
IN_POINTS = ('<svg xmlns="http://www.w3.org/2000/svg" height="100.00000pt" '
             'width="200.00000pt"><path d="M0 0H250V125H0z"/></svg>')


def test_drawings_and_their_classes(tmp_path):
    one = read_clip_art(write_clip_art(tmp_path))
    assert (one.name, one.package) == ('openclipart', 'openclipart-svg')
    assert one.classes['elephant'][0] == 'animals/mammals/contour_elephant'
    assert set(one.classes) <= {*NAMES, 'other'}
    assert sum(map(len, one.classes.values())) == len(one.icons)


def test_one_whose_size_is_in_points(tmp_path):
    """resvg alone refuses it where nothing else says how large it is."""
    with pytest.raises(ValueError, match='invalid size'):
        resvg_py.svg_to_bytes(svg_string=IN_POINTS)
    one = read_clip_art(write_clip_art(tmp_path, rocket=IN_POINTS))
    name, = one.classes['rocket']
    assert 'viewBox="0 0 250 125"' in one.icons[name]
    assert icon_pixels(one.icons[name], 100).shape == (50, 100, 4)


def test_a_view_box_stays(tmp_path):
    svg = IN_POINTS.replace('<svg ', '<svg viewBox="0 0 300 125" ')
    one = read_clip_art(write_clip_art(tmp_path, rocket=svg))
    name, = one.classes['rocket']
    assert one.icons[name].count('viewBox') == 1
    assert icon_pixels(one.icons[name], 100).shape == (50, 100, 4)


def test_a_catalog_knows_them_by_their_folder(tmp_path):
    catalog = read_catalog((str(write_clip_art(tmp_path)), ))
    assert {icon.set_name for icon in catalog.icons['cat']} == {'openclipart'}
    # All files of the package here are the same, and each image counts once.
    assert len(catalog.icons['cat']) == len(catalog.others) == 1


def test_twice_as_often_as_a_set_with_as_many_names(tmp_path):
    clip_art = read_clip_art(write_clip_art(tmp_path / 'c'))
    labeled = len(clip_art.icons) - len(clip_art.classes['other'])
    icons = read_icon_set(write_package(tmp_path / 'tiny'))  # of 4 names
    shares = make_catalog([clip_art, icons]).shares
    assert shares['openclipart'] / shares['tiny'] == pytest.approx(2 *
                                                                   labeled / 4)


@pytest.mark.parametrize('svg, what', [
    ('no picture', 'is not SVG'),
    (IN_POINTS.replace('200.00000pt', '100%'), 'has no size'),
    (IN_POINTS.replace('width="200.00000pt"', ''), 'has no size'),
])
def test_what_is_no_such_drawing(tmp_path, svg, what):
    write_clip_art(tmp_path, rocket=svg)
    with pytest.raises(InputError, match=rf'rocket\.svg: {what}. Name the'):
        read_clip_art(tmp_path)


def test_a_file_that_is_missing(tmp_path):
    write_clip_art(tmp_path)
    (path, ) = tmp_path.rglob('rocket.svg')
    path.unlink()
    with pytest.raises(InputError, match=r'rocket\.svg: cannot be read'):
        read_clip_art(tmp_path)
