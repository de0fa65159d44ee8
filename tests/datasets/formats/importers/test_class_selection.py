from pathlib import Path

import pytest

from custom.classes import NAMES
from custom.datasets.formats.importers.class_selection import remap_classes
from custom.datasets.formats.samples import ImportResult, Sample, SampleBox
from custom.utils.errors import InputError


def found(*images, classes=None):
    """An import of one image for each argument, the names of its boxes."""
    records = [
        Sample(
            Path(f'{number}.jpg'), 60, 40,
            [SampleBox(name, [0, 0, 9, 9]) for name in names.split()])
        for number, names in enumerate(images)
    ]
    return ImportResult(dict(train=records), classes, dict(known=1))


def names(chosen):
    return [' '.join(box.name for box in record.boxes)
            for record in chosen.splits['train']]  # yapf: disable


def message(*args, **options):
    with pytest.raises(InputError) as caught:
        remap_classes(*args, **options)
    return str(caught.value)


def test_nothing_to_choose():
    chosen = remap_classes(found('dog cat', ''))
    assert chosen == found('dog cat', '', classes=('cat', 'dog'))


def test_order_of_the_source_and_unused_classes():
    chosen = remap_classes(found('dog cat', classes=['dog', 'sun', 'cat']))
    assert chosen.classes == ('dog', 'sun', 'cat')
    assert chosen.notes == {
        'known': 1,
        'classes have no box, and --drop would leave them out: sun': 1
    }


def test_spellings_of_one_name_are_one_class():
    chosen = remap_classes(found('cat Cat CAT'))
    assert chosen.classes == ('CAT', )
    assert names(chosen) == ['CAT CAT CAT']
    assert chosen.notes == {
        'known': 1,
        'boxes of "Cat" joined with "CAT"': 1,
        'boxes of "cat" joined with "CAT"': 1
    }


@pytest.mark.parametrize('classes', [('boat', 'ship'), ('ship', 'boat')])
def test_aliases_are_classes_of_their_own(classes):
    chosen = remap_classes(found('ship boat', classes=classes))
    assert chosen.classes == classes
    assert names(chosen) == ['ship boat']
    assert chosen.notes == dict(known=1)
    chosen = remap_classes(found('ship boat'), ['boat', 'cat'])
    assert names(chosen) == ['boat boat']
    assert chosen.notes == {
        'known': 1,
        'boxes of "ship" joined with "boat"': 1
    }
    chosen = remap_classes(found('ship boat'), drop=['boat'])
    assert chosen.classes == ('ship', )
    assert names(chosen) == ['ship']


def test_drawing_classes_keep_their_order():
    chosen = remap_classes(found(' '.join(reversed(NAMES))))
    assert chosen.classes == NAMES


def test_classes_give_the_order():
    chosen = remap_classes(found('dog cat'), classes=['Dog', 'owl', 'cat'])
    assert chosen.classes == ('Dog', 'owl', 'cat')
    assert names(chosen) == ['Dog cat']


def test_found_name_that_is_not_among_the_classes():
    text = message(found('dog cta cow'), classes=['cat', 'dog'])
    assert text == (
        '--classes: found "cow" is none of the 2 classes; they are cat, dog. '
        'found "cta" is none of the 2 classes; the nearest is "cat". Add such '
        'a name to --classes, or --rename or --drop it.')


def test_class_given_twice():
    text = message(found('cat'), classes=['cat', 'Cat'])
    assert '--classes: "cat" stands there twice' in text


def test_rename():
    chosen = remap_classes(found('cat dog', 'cat'), rename=[('CAT', 'tiger')])
    assert chosen.classes == ('tiger', 'dog')
    assert names(chosen) == ['tiger dog', 'tiger']
    assert chosen.notes == {'known': 1, 'boxes of "cat" renamed to "tiger"': 2}


def test_rename_joins_and_swaps():
    chosen = remap_classes(found('cat dog sun'), rename=[('cat', 'sun')])
    assert chosen.classes == ('sun', 'dog')
    assert names(chosen) == ['sun dog sun']
    chosen = remap_classes(
        found('cat dog dog'), rename=[('cat', 'dog'), ('dog', 'cat')])
    assert names(chosen) == ['dog cat cat']


def test_rename_into_the_classes():
    chosen = remap_classes(
        found('kitty dog'), classes=['dog', 'cat'], rename=[('kitty', 'cat')])
    assert chosen.classes == ('dog', 'cat')
    assert names(chosen) == ['cat dog']


def test_drop():
    chosen = remap_classes(found('cat dog', 'cat', ''), drop=['cat'])
    assert chosen.classes == ('dog', )
    assert names(chosen) == ['dog', '', '']
    assert chosen.notes == {
        'known': 1,
        'boxes of "cat" dropped': 2,
        'images left without a box by dropping, kept as background': 1
    }


def test_drop_a_class_without_a_box():
    chosen = remap_classes(
        found('dog', classes=['animals', 'dog']), drop=['animals'])
    assert chosen.classes == ('dog', )


@pytest.mark.parametrize('options, words', [
    (dict(drop=['cta']), '--drop: "cta" is none of the 2 classes; the '
     'nearest is "cat".'),
    (dict(rename=[('cta', 'sun')]), '--rename: "cta" is none of the 2'),
    (dict(rename=[('cat', 'sun')], drop=['cat']), '"cat": both --drop and'),
    (dict(drop=['cat', 'dog']), '--drop: no class is left'),
    (dict(rename=[('cat', 'owl'), ('CAT', 'sun')]), '--rename: "cat" stands '
     'there twice'),
    (dict(rename=[('cat', 'owl'), ('cat', 'owl')]), '"cat" stands there'),
])
def test_names_that_do_not_occur(options, words):
    assert words in message(found('cat dog'), **options)
