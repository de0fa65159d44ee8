import pytest

from custom.classes import NAMES
from custom.sample_data.icons.icon_catalog import make_catalog
from custom.sample_data.icons.icon_set import read_icon_set
from custom.sample_data.icons.names import (CLASS_ICONS, OTHER_ICONS,
                                            OTHERWISE, spelling)
from custom.utils.errors import InputError
from tests.helpers.icon_package import ICONS, write_package


def test_no_sets_no_icons():
    assert make_catalog([]) == ((), {}, [], {})


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


def test_lines_and_fills_of_one_name_count_once(tmp_path):
    """Else a set of one drawing in six weights would be six times as frequent
    as one of six drawings."""
    sun, cat = ICONS['sun'], ICONS['cat-1']
    a = read_icon_set(
        write_package(
            tmp_path / 'a',
            'a',
            icons={
                'sun': sun,
                'sun-fill': cat,
                'sun-bold': ICONS['hammer']
            }))
    b = read_icon_set(
        write_package(tmp_path / 'b', 'b', icons=dict(sun=sun, cat=cat)))
    catalog = make_catalog([a, b])

    assert catalog.shares == dict(a=1 / 3, b=2 / 3)
    assert len(catalog.icons['sun']) == 4


def test_name_that_shows_another_thing_in_one_set(tmp_path):
    """A mouse is an animal; in Material Design Icons it has buttons."""
    icons = {'mouse': ICONS['sun'], 'sun': ICONS['cat-1']}
    shown = {
        name:
        make_catalog(
            [read_icon_set(write_package(tmp_path / name, name,
                                         icons=icons))]).icons.keys()
        for name in ('tiny', 'mdi')
    }
    assert shown['tiny'] == {'animal', 'sun'}
    assert shown['mdi'] == {'sun'}
    assert all({*names} <= {
        name
        for names in (*CLASS_ICONS.values(), OTHER_ICONS)
        for name in names
    } for names in OTHERWISE.values())


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
    assert spelling('cat-fill') == spelling('cat-2-line') == spelling('cat')
    assert spelling('star-half') != spelling('star')
    assert spelling('t-rex') != spelling('rex')
