import itertools

import numpy as np
import pytest

from custom.classes import NAMES
from custom.datasets.checks.categories import check_classes, is_typo, labels
from tests.helpers.annotation_tables import found, make_table

COCO = (
    'person bicycle car motorcycle airplane bus train truck boat '
    'traffic_light fire_hydrant stop_sign parking_meter bench bird cat dog '
    'horse sheep cow elephant bear zebra giraffe backpack umbrella handbag '
    'tie suitcase frisbee skis snowboard sports_ball kite baseball_bat '
    'baseball_glove skateboard surfboard tennis_racket bottle wine_glass cup '
    'fork knife spoon bowl banana apple sandwich orange broccoli carrot '
    'hot_dog pizza donut cake chair couch potted_plant bed dining_table '
    'toilet tv laptop mouse remote keyboard cell_phone microwave oven toaster '
    'sink refrigerator book clock vase scissors teddy_bear hair_drier '
    'toothbrush').split()
VOC = ('aeroplane bicycle bird boat bottle bus car cat chair cow diningtable '
       'dog horse motorbike person pottedplant sheep sofa train '
       'tvmonitor').split()
ALIKE = (
    'cat car bat goat boat horse house mouse stable table with_mask '
    'without_mask ripe_apple unripe_apple limit_30 limit_50 limit_5 player_1 '
    'player_2 player_12 player_21 male female + - ♠ ♥ C C++ C# A+ A- '
    'defect_type_a defect_type_b defect_type keypoint_l keypoint-r '
    'level_ii level_iii level_i').split()


@pytest.mark.parametrize('names', [NAMES, COCO, VOC, ALIKE])
def test_names_that_are_alike_and_right(names):
    assert [(a, b) for a, b in itertools.combinations(names, 2)
            if is_typo(a, b)] == []


@pytest.mark.parametrize('one, other', [
    ('racoon', 'raccoon'),
    ('airplane', 'airplnae'),
    ('elephant', 'elefhant'),
    ('traffic light', 'traffic_light'),
    ('T-shirt', 'tshirt'),
    ('flower', 'flowers'),
    ('flowr', 'flower'),
    ('Racoon ', 'raccoon'),
    ('trafic light', 'traffic_light'),
    ('teddybear', 'tedy bear'),
    ('A.', 'A'),
])
def test_slips(one, other):
    assert is_typo(one, other) and is_typo(other, one)


def check(tables, classes=('cat', 'dog', 'sun'), own=True):
    return list(check_classes(tables, classes, own))


def table(counts, split='train', **changes):
    """As many boxes of each category as told."""
    category_of = np.repeat(np.arange(len(counts)), counts).tolist()
    return make_table(
        [[1, 2, 3, 4]] * sum(counts),
        category_of=category_of,
        split=split,
        **changes)


def test_enough_of_all():
    assert check([table([10, 11, 12]), table([10, 10, 10], 'val')]) == []


def test_labels():
    assert labels(make_table(), ['cat']).shape == (0, )
    found = labels(
        make_table(
            [[1, 2, 3, 4]] * 4,
            category_of=[0, 1, 2, -1],
            names=['roket', 'hat', ' Cat']), ['cat', 'rocket'])
    assert found.tolist() == [1, -1, 0, -1]


def test_unused_absent_and_few():
    problems = check([table([10, 9, 0]), table([10, 0, 0], 'val')])
    assert [(p.code, p.split, p.record) for p in problems] == [
        ('class-few', 'train', 'class dog'),
        ('class-absent', 'val', 'class dog'),
        ('class-unused', '', 'class sun'),
    ]
    assert problems[0].detail == 'has 9 boxes here'


def test_crowd_is_no_example():
    problem, = check([table([10, 10, 10], crowd=np.arange(30) == 0)])
    assert problem.code == 'class-few'


def test_unknown_to_the_config():
    problem, = check(
        [table([10, 10, 11, 10], names=['cat', 'dog', 'sin', 'sun'])],
        own=False)
    assert problem.code == 'class-unknown'
    assert problem.record == 'category 3'
    assert 'the nearest is "sun"' in problem.detail
    assert 'It has 11 boxes' in problem.detail
    assert problem.annotations == [*range(20, 31)]
    assert problem.images == ['1.png']


def test_missing_category_is_fine_for_a_config():
    problems = check([table([10, 10], names=['cat', 'dog'])], own=False)
    assert found(problems) == [('class-unused', 'class sun')]


def test_splits_differ():
    val = table([10, 10, 10], 'val', names=['cat', 'dog', 'sin'])
    problems = check([table([10, 10, 10]), val])
    assert found(problems) == [
        ('class-differs', 'category 3'),
        ('class-differs', 'class sun'),
        ('class-absent', 'class sun'),
    ]
    assert {p.split for p in problems} == {'val'}


@pytest.mark.parametrize('names, ids, there', [
    (['dog', 'cat', 'sun'], [1, 2, 3], 2),
    (['cat', 'dog', 'sun'], [0, 1, 2], 1),
    (['dog', 'cat', 'sun'], [2, 1, 3], 2),
])
def test_other_order(names, ids, there):
    val = table([10, 10, 10], 'val', names=names, category_ids=ids)
    problem, = check([table([10, 10, 10]), val])
    assert problem.code == 'class-order'
    assert problem.split == 'val'
    assert problem.record == f'category {ids[0]}'
    assert f'"{names[0]}" is {there}' in problem.detail


def test_two_spellings_of_a_class_in_one_split():
    one = table([10, 10, 10])
    two = table([10, 10, 10, 10], 'val', names=['cat', 'dog', 'sun', 'Cat'])
    problem, = check([one, two])
    assert problem.code == 'class-order'
    assert problem.record == 'category 4'
    assert problem.detail == 'is "cat" here; in train "cat" is 1'
    # The categories that are here are the same there.
    assert check([two, one]) == []


def test_other_spelling_is_no_other_order():
    val = table([10, 10, 10], 'val', names=['Cat', 'DOG', ' sun'])
    assert check([table([10, 10, 10]), val]) == []


def test_misspelled():
    names = ['raccoon', 'racoon']
    problem, = check([table([10, 10], names=names)], names)
    assert problem.code == 'class-misspelled'
    assert problem.record == 'classes raccoon, racoon'


def check_names(*names):
    tables = [table([10] * len(names), names=names)]
    return [(p.code, p.record, p.detail) for p in check(tables, names)]


def test_nearly_a_drawing_class():
    most = ('cat', 'dog', 'sun', 'tree', 'moon')
    found = ('class-misspelled', 'class elefant',
             '"elefant" may be "elephant" of the drawing classes')
    assert check_names(*most, 'elefant') == [found]
    assert check_names(*most, 'elefant', 'wheelbarrow') == [found]
    # Someone's own classes: too few drawing classes, or too few of all.
    assert check_names(*most[:4], 'elefant') == []
    assert check_names(*most, 'elefant', 'wok', 'rug', 'gnu') == []


def test_a_class_like_one_that_is_there_is_another():
    assert check_names('cat', 'dog', 'sun', 'tree', 'heart', 'bear') == []


def test_drawing_classes_of_a_config():
    names = ('cat', 'dog', 'sun', 'tree', 'moon', 'elefant')
    assert check([table([10] * 6, names=names)], names, own=False) == []
