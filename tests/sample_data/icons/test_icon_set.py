import json

import pytest

from custom.sample_data.icons.icon_set import read_icon_set
from custom.utils.errors import InputError
from tests.helpers.icon_package import ICONS, write_package


def test_set_is_read_with_its_license(tmp_path):
    one = read_icon_set(write_package(tmp_path / 'tiny'))
    assert one.name == 'tiny'
    assert one.title == 'Tiny Icons'
    assert one.author == 'Ada, https://ada.example'
    assert one.version == '1.2.3'
    assert one.license == 'MIT'
    assert len(one.digest) == 64


def test_svg_has_the_size_of_the_icon_or_of_the_set(tmp_path):
    icons = read_icon_set(write_package(tmp_path / 'tiny')).icons
    assert 'viewBox="0 0 16 16"' in icons['sun']
    assert 'viewBox="0 0 20 20"' in icons['house']
    assert ICONS['sun']['body'] in icons['sun']


def test_aliases_are_icons_and_hidden_ones_are_none(tmp_path):
    hidden = dict(ICONS['sun'], hidden=True)
    photo = dict(body='<image href="/etc/photo.png"/>')
    folder = write_package(
        tmp_path / 'tiny', icons=dict(ICONS, moon=hidden, star=photo))
    icons = read_icon_set(folder).icons
    assert icons['home'] == icons['house']
    assert 'moon' not in icons and 'star' not in icons


def test_folder_without_icons(tmp_path):
    with pytest.raises(
            InputError, match=r'package\.json: cannot be read.*unpacked'):
        read_icon_set(tmp_path)


@pytest.mark.parametrize('text, told', [
    ('{', 'is not JSON'),
    ('[]', 'is not a JSON object'),
    ('{}', "name no 'prefix'"),
    ('{"prefix": "a", "icons": {"sun": 3}}', 'are not an icon set'),
    ('{"prefix": "a", "icons": {"sun": {"body": "", "width": "x"}}}',
     'are not an icon set'),
])
def test_damaged_icons(tmp_path, text, told):
    folder = write_package(tmp_path / 'tiny')
    (folder / 'icons.json').write_text(text)
    with pytest.raises(InputError, match=told):
        read_icon_set(folder)


def test_set_without_a_license_is_refused(tmp_path):
    folder = write_package(tmp_path / 'tiny')
    info = json.loads((folder / 'info.json').read_text())
    del info['license']
    (folder / 'info.json').write_text(json.dumps(info))
    with pytest.raises(InputError, match="name no 'license'"):
        read_icon_set(folder)
