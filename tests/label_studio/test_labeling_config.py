import xml.etree.ElementTree as ET

import pytest

from custom.classes import CLASSES, NAMES
from custom.label_studio.labeling_config import (parse_labeling_config,
                                                 write_labeling_config)
from custom.utils.errors import InputError


def config(labels, control='RectangleLabels', image='$image'):
    return (f'<View><Image name="img" value="{image}"/><{control} name="what" '
            f'toName="img">{labels}</{control}></View>')


@pytest.mark.parametrize('text, reason', [
    ('', 'no XML'),
    ('<View>', 'no XML'),
    ('<View/>', 'no <RectangleLabels>'),
    (config(''), 'no <RectangleLabels>'),
    (config('<Label value="sun"/>', 'PolygonLabels'), 'no <RectangleLabels>'),
    (config('<Label value="sun"/>', image='a.png'), 'no <RectangleLabels>'),
    ('<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>' +
     config('<Label value="&b;"/>'), 'has a <!DOCTYPE>'),
])
def test_what_is_none(text, reason):
    with pytest.raises(InputError, match=reason):
        parse_labeling_config(text)


def test_names_and_labels():
    found = parse_labeling_config(
        config('<Label value="해" alias="sun"/><Label value="cat"/>'))

    assert found[:3] == ('what', 'img', 'image')
    assert [label.name for label in found.labels] == ['sun', 'cat']


@pytest.mark.parametrize('label, name', [
    ('value="sun"', 'sun'),
    ('value=" Sun "', ' Sun '),
    ('value="해"', '해'),
    ('value="태양"', '태양'),
    ('value="The sun" alias="sun"', 'sun'),
    ('value="Gestirn" predicted_values="moon, sun"', 'Gestirn'),
    ('value="Gestirn" predicted_values="해"', 'Gestirn'),
])
def test_a_class_by_every_name_of_its_label(label, name):
    found = parse_labeling_config(config(f'<Label {label}/>'))

    assert found.label_names(['cat', 'sun']) == {'sun': name}


def test_predicted_values_go_before_names():
    found = parse_labeling_config(
        config('<Label value="sun"/>'
               '<Label value="star" predicted_values="moon,star,sun"/>'))

    assert found.label_names(['sun', 'star', 'moon', 'cat']) == dict(
        sun='star', star='star', moon='star')


def test_other_classes_than_the_22():
    found = parse_labeling_config(config('<Label value="Raccoon"/>'))

    assert found.label_names(['raccoon', 'sun']) == {'raccoon': 'Raccoon'}


def test_what_is_written_is_read():
    text = write_labeling_config({one.name: one.color for one in CLASSES})

    assert parse_labeling_config(text).label_names(NAMES) == dict(
        zip(NAMES, NAMES))
    sun, = (
        label for label in ET.fromstring(text).iter('Label')
        if label.get('value') == 'sun')
    assert sun.get('background') == '#f05a00'  # (240, 90, 0)


def test_names_with_markup_are_written_as_text():
    text = write_labeling_config({'a "b" <c> & d': (0, 0, 0)})

    label, = parse_labeling_config(text).labels
    assert label.name == 'a "b" <c> & d'
