import pytest

from custom.classes import NAMES
from custom.sample_data.icons.catalog import make_catalog
from custom.sample_data.icons.icon_set import read_icon_set
from custom.sample_data.icons.names import CLASS_ICONS, OTHER_ICONS, spelling
from custom.utils.errors import InputError
from tests.helpers.icon_package import ICONS, write_package


def test_no_sets_no_icons():
    assert make_catalog([]) == ((), {}, [])


def test_icons_by_class(tmp_path):
    one = read_icon_set(write_package(tmp_path / 'tiny'))
    catalog = make_catalog([one])
    assert {
        name: len(icons)
        for name, icons in catalog.icons.items()
    } == dict(
        sun=1, building=1, cat=1)
    assert catalog.icons['sun'][0] == ('tiny', one.icons['sun'])
    # The hammer, not the face.
    assert [icon.svg for icon in catalog.others] == [one.icons['hammer']]


def test_order_of_the_folders_does_not_matter(tmp_path):
    a = read_icon_set(write_package(tmp_path / 'a', 'a'))
    b = read_icon_set(write_package(tmp_path / 'b', 'b'))
    assert make_catalog([a, b]) == make_catalog([b, a])
    assert [icon.set_name
            for icon in make_catalog([b, a]).icons['sun']] == ['a', 'b']


def test_same_set_twice(tmp_path):
    one = read_icon_set(write_package(tmp_path / 'tiny'))
    with pytest.raises(InputError, match='tiny: is given twice'):
        make_catalog([one, one])


def test_set_of_none_of_the_classes(tmp_path):
    folder = write_package(
        tmp_path / 'tiny', icons=dict(hammer=ICONS['hammer']))
    with pytest.raises(InputError, match='none of its 2 icons'):
        make_catalog([read_icon_set(folder)])


def test_names_are_of_classes_and_no_two_share_one():
    assert set(CLASS_ICONS) <= set(NAMES)
    spelled = [
        name for names in (*CLASS_ICONS.values(), OTHER_ICONS)
        for name in {spelling(n)
                     for n in names}
    ]
    assert len(spelled) == len(set(spelled))


def test_spelling():
    assert spelling('baby-chick') == spelling('babychick')
    assert spelling('penguin-2') == spelling('penguin')
    assert spelling('t-rex') != spelling('rex')
