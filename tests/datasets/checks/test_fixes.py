import pytest

from custom.datasets.annotations.box_format import LAYOUTS
from custom.datasets.annotations.issues import CODES, Issue
from custom.datasets.checks.fixes import (FIXES, DraftSplit, apply_fixes,
                                          take_categories)
from custom.datasets.images.headers import ImageInfo
from custom.utils.errors import InputError


def make_data(*boxes, width=60, height=40):
    """One image, ids from 1; boxes of category 1."""
    return dict(
        images=[dict(id=1, file_name='a.png', width=width, height=height)],
        annotations=[
            dict(id=i, image_id=1, category_id=1, bbox=list(box))
            for i, box in enumerate(boxes, 1)
        ],
        categories=[dict(id=1, name='cat')])


def problem(code, *annotations, images=('a.png', )):
    assert CODES[code].fix
    return Issue(code, 'train', 'record', 'detail', images, (), annotations)


def mend(data, *problems, photo=ImageInfo(60, 40, 1), layout=None):
    draft = DraftSplit(data, 'train', lambda name: photo)
    apply_fixes(draft, problems, layout)
    return [str(change) for change in draft.changes]


def boxes_of(data):
    return [ann['bbox'] for ann in data['annotations']]


def test_each_promised_fix_is_in_the_table():
    of_many = {
        'split-unreadable', 'image-unrecorded', 'class-order',
        'copy-across-splits'
    }
    promised = {code for code, kind in CODES.items() if kind.fix}
    assert {code for code, _ in FIXES} == promised - of_many


def test_nothing_to_mend():
    data = make_data((1, 2, 3, 4))
    assert mend(data) == []
    assert data == make_data((1, 2, 3, 4))


@pytest.mark.parametrize('code', [
    'image-id-dangling', 'category-id-dangling', 'box-not-finite', 'box-empty',
    'box-outside', 'box-tiny'
])
def test_left_out(code):
    data = make_data((1, 2, 3, 4), (5, 6, 0, 0), (7, 8, 9, 10))
    assert mend(data, problem(code, 1)) == [
        'train annotation 2: left out, its box was [5, 6, 0, 0] '
        f'({code})'
    ]
    assert boxes_of(data) == [[1, 2, 3, 4], [7, 8, 9, 10]]


def test_the_first_of_two_boxes_is_kept():
    data = make_data((1, 2, 30, 30), (1, 2, 30, 31))
    mend(data, problem('box-repeated', 0, 1))
    assert boxes_of(data) == [[1, 2, 30, 30]]


def test_a_box_with_two_problems_goes_once():
    data = make_data((1, 2, 0, 0), (1, 2, 3, 4))
    changes = mend(data, problem('box-empty', 0), problem('box-tiny', 0))
    assert len(changes) == 1
    assert boxes_of(data) == [[1, 2, 3, 4]]


def test_clipped_before_others_go():
    data = make_data((1, 2, 0, 0), (50, 30, 20, 20))
    changes = mend(data, problem('box-empty', 0), problem('box-overhang', 1))
    assert boxes_of(data) == [[50, 30, 10, 10]]
    assert changes[0] == ('train annotation 2: box [50, 30, 20, 20] is now '
                          '[50, 30, 10, 10] (box-overhang)')


@pytest.mark.parametrize('code, box', [
    ('boxes-normalized', (0.5, 0.5, 0.25, 0.25)),
    ('boxes-xyxy', (30, 20, 45, 30)),
    ('boxes-swapped', (20, 30, 10, 15)),
])
def test_habits(code, box):
    data = make_data(box)
    data['annotations'][0]['segmentation'] = [[0, 0, 1, 1]]
    mend(data, problem(code))
    assert boxes_of(data) == [[30, 20, 15, 10]]
    assert 'segmentation' not in data['annotations'][0]


@pytest.mark.parametrize('layout, box', [
    ('xywh', (.2, .5, .4, .25)),
    ('cxcywh', (.4, .625, .4, .25)),
    ('xyxy', (.2, .5, .6, .75)),
])
def test_fractions_of_every_layout(layout, box):
    data = make_data(box)
    assert mend(
        data, problem('boxes-normalized'), layout=layout)[0] == (
            f'train file: boxes are read as {LAYOUTS[layout]} in fractions '
            '(boxes-normalized)')
    assert boxes_of(data)[0] == pytest.approx([12, 20, 24, 10])


def test_centers_of_pixels():
    data = make_data((20, 10, 40, 20), *[(50, 30, 20, 20)] * 3)
    mend(data, problem('boxes-layout'))
    assert boxes_of(data) == [[0, 0, 40, 20], *[[40, 20, 20, 20]] * 3]


def test_layout_that_fits():
    """Of three boxes at the right edge, by their centers."""
    data = make_data(*[(.9, .5, .2, .2)] * 3)
    mend(data, problem('boxes-normalized'))
    assert boxes_of(data)[0] == pytest.approx([48, 16, 12, 8])


def test_pixels_among_fractions_are_kept():
    data = make_data((.5, .5, .25, .25), (10, 10, 20, 20))
    mend(data, problem('boxes-normalized'))
    assert boxes_of(data) == [[30, 20, 15, 10], [10, 10, 20, 20]]


def test_tiny_boxes_are_kept_where_most_are():
    data = make_data((1, 1, .5, .5), (2, 2, .5, .5), (1, 2, 3, 4))
    assert mend(data, *(problem('box-tiny', i) for i in (0, 1))) == []
    assert len(boxes_of(data)) == 3


def test_rotated():
    """A photo stored 60 x 40 and shown 40 x 60: EXIF 6 turns it clockwise, so
    that what is at the left edge comes to the top."""
    data = make_data((0, 10, 20, 5))
    mend(data, problem('image-rotated'), photo=ImageInfo(40, 60, 6))
    assert (data['images'][0]['width'], data['images'][0]['height']) == (40,
                                                                         60)
    assert boxes_of(data) == [[25, 0, 5, 20]]


def test_scaled():
    data = make_data((10, 10, 20, 5))
    mend(data, problem('image-size'), photo=ImageInfo(120, 80, 1))
    assert boxes_of(data) == [[20, 20, 40, 10]]
    assert data['images'][0]['height'] == 80


def test_rotated_or_scaled_only_where_boxes_are_of_the_record():
    """60 x 40 by the record. Boxes that fit the file alone are of it."""
    data = make_data((0, 45, 10, 10))
    assert mend(
        data,
        problem('image-rotated'),
        problem('box-outside', 0),
        photo=ImageInfo(40, 60, 6)) == [
            'train image 1 "a.png": was 60 x 40, is now 40 x 60, its boxes '
            'fit that already (image-rotated)'
        ]
    assert boxes_of(data) == [[0, 45, 10, 10]]
    data = make_data((70, 50, 10, 10))
    mend(data, problem('image-size'), photo=ImageInfo(120, 80, 1))
    assert boxes_of(data) == [[70, 50, 10, 10]]
    data = make_data((10, 10, 10, 10))
    assert mend(
        data, problem('image-size'), photo=ImageInfo(120, 80, 1))[0] == (
            'train image 1 "a.png": was 60 x 40, is now 120 x 80, and its '
            'boxes likewise, though they fit either size (image-size)')
    assert boxes_of(data) == [[20, 20, 20, 20]]


def with_images(data, *names, step=0):
    """More images like the first, each with its boxes moved."""
    first, boxes = data['images'][0], [*data['annotations']]
    for number, name in enumerate(names, 2):
        data['images'].append(dict(first, id=number, file_name=name))
        for ann in boxes:
            x, y, w, h = ann['bbox']
            shift = step * (number - 1)
            data['annotations'].append(
                dict(
                    ann,
                    id=len(data['annotations']) + 1,
                    image_id=number,
                    bbox=[x + shift, y + shift, w, h]))
    return data


def test_most_images_tell_for_those_that_cannot():
    """Boxes at 10, 40 and 70 of 60 pixels; the file is twice as large."""
    data = with_images(make_data((10, 10, 10, 10)), 'b.png', 'c.png', step=30)
    mend(
        data,
        *(problem('image-size', images=[f'{c}.png']) for c in 'abc'),
        photo=ImageInfo(120, 80, 1))
    assert boxes_of(data) == [[10, 10, 10, 10], [40, 40, 10, 10],
                              [70, 70, 10, 10]]


def test_fractions_are_not_scaled_twice():
    data = make_data((.5, .5, .25, .25))
    problems = problem('image-size'), problem('boxes-normalized')
    mend(data, *problems, photo=ImageInfo(120, 80, 1))
    assert boxes_of(data) == [[60, 40, 30, 20]]


def test_fractions_are_turned():
    """The upper left quarter comes to the upper right."""
    data = make_data((0, 0, .5, .5))
    mend(data, problem('image-rotated'), photo=ImageInfo(40, 60, 6))
    assert boxes_of(data) == [[20, 0, 20, 30]]


@pytest.mark.parametrize('code, photo, box', [
    ('image-size', ImageInfo(120, 80, 1), [20, 20, 40, 10]),
    ('image-rotated', ImageInfo(40, 60, 6), [25, 10, 5, 20]),
])
def test_an_image_twice_is_mended_once(code, photo, box):
    for again in (dict(id=2), dict(id=1)):
        data = make_data((10, 10, 20, 5))
        data['images'].append(dict(data['images'][0], **again))
        data['annotations'].append(
            dict(data['annotations'][0], id=2, image_id=again['id']))
        mend(
            data,
            problem(code),
            problem(code),
            problem('image-repeated'),
            problem('id-repeated'),
            photo=photo)
        assert boxes_of(data) == [box, box]
        image, = data['images']
        assert (image['width'], image['height']) == photo[:2]


def test_a_record_of_the_right_size_stays():
    data = make_data((10, 10, 20, 5))
    data['images'].append(dict(data['images'][0], id=2, width=120, height=80))
    data['annotations'].append(
        dict(data['annotations'][0], id=2, image_id=2, bbox=[1, 2, 3, 4]))
    mend(
        data,
        problem('image-size'),
        problem('image-repeated'),
        photo=ImageInfo(120, 80, 1))
    assert boxes_of(data) == [[20, 20, 40, 10], [1, 2, 3, 4]]


def test_width_and_height_exchanged():
    data = make_data((10, 10, 20, 5), width=40, height=60)
    assert mend(data, problem('image-size')) == [
        'train image 1 "a.png": was 40 x 60, is now 60 x 40, its boxes fit '
        'that too (image-size)'
    ]
    assert boxes_of(data) == [[10, 10, 20, 5]]
    data = make_data((5, 45, 20, 10), width=40, height=60)
    mend(data, problem('image-size'))
    assert data['images'] == []


def test_no_size():
    data = make_data((10, 10, 20, 5))
    del data['images'][0]['width'], data['images'][0]['height']
    assert mend(data, problem('record-malformed')) == [
        'train image 1 "a.png": had no size, is now 60 x 40 (record-malformed)'
    ]
    assert data['images'] == make_data()['images']
    data['images'][0]['width'] = '60'
    data['annotations'][0]['bbox'] = [100, 10, 20, 5]
    mend(data, problem('record-malformed'))
    assert data['images'] == []


def test_no_size_and_no_file():

    def refuse(name):
        raise InputError(name)

    data = make_data((10, 10, 20, 5))
    del data['images'][0]['width']
    draft = DraftSplit(data, 'train', refuse)
    apply_fixes(draft, [problem('record-malformed'), problem('image-missing')])
    assert data['images'] == data['annotations'] == []
    assert [change.code for change in draft.changes] == ['image-missing']


def test_an_image_without_a_box_takes_any_size():
    data = make_data()
    mend(data, problem('image-size'), photo=ImageInfo(100, 100, 1))
    assert data['images'][0]['width'] == data['images'][0]['height'] == 100


@pytest.mark.parametrize('value', [None, [1], {}, 1.5])
def test_malformed_with_others(value):
    """Whatever else is wrong with records that can't be told apart."""
    data = make_data((10, 10, 20, 5), (50, 30, 20, 20), (1, 2, 3, 4))
    with_images(data, 'b.png')
    data['images'][0]['id'] = value
    data['images'].append(dict(data['images'][1], id=3, file_name=value))
    data['annotations'][2]['image_id'] = value
    data['annotations'][3]['id'] = value
    changes = mend(
        data,
        problem('record-malformed'),
        problem('image-size'),
        problem('image-missing', images=['b.png']),
        problem('box-overhang', 1),
        problem('id-repeated'),
        problem('image-repeated'),
        photo=ImageInfo(120, 80, 1))
    assert data['images'] == []
    assert [
        c.split(':')[0] for c in changes if 'image' in c.split(':')[0]
    ] == ['train image 2 "b.png"', 'train images[0]', 'train images[1]']


def test_another_image_is_left_out():
    data = make_data((10, 10, 20, 5))
    assert mend(
        data, problem('image-size'), photo=ImageInfo(100, 100, 1)) == [
            'train image 1 "a.png": left out, with 1 boxes (image-size)'
        ]
    assert data['images'] == data['annotations'] == []


@pytest.mark.parametrize(
    'code', ['image-missing', 'image-unreadable', 'image-truncated'])
def test_image_left_out(code):
    data = make_data((1, 2, 3, 4))
    assert mend(data, problem(code)) == [
        f'train image 1 "a.png": left out, with 1 boxes ({code})'
    ]
    assert data['images'] == data['annotations'] == []


def test_malformed_records_of_every_list():
    data = make_data((1, 2, 3, 4), (1, 2, 3))
    data['images'].append(7)
    data['categories'].append(dict(id=2))
    assert mend(data, problem('record-malformed', 1)) == [
        "train images[1]: left out, it is 7, not an object {…}. "
        '(record-malformed)',
        'train annotations[1]: left out, it has "bbox" [1, 2, 3]. It must be '
        'four numbers [x, y, width, height]. (record-malformed)',
        'train categories[1]: left out, it has no "name". Add it: a class '
        'name. (record-malformed)'
    ]
    assert boxes_of(data) == [[1, 2, 3, 4]]
    assert len(data['images']) == len(data['categories']) == 1


def test_repeated_annotation_ids():
    data = make_data((1, 2, 3, 4), (5, 6, 7, 8), (9, 9, 9, 9))
    data['annotations'][1]['id'] = 1
    assert mend(data,
                problem('id-repeated',
                        1)) == ['train annotation 1: is now 4 (id-repeated)']
    assert [ann['id'] for ann in data['annotations']] == [1, 4, 3]


def test_one_record_twice():
    data = make_data((1, 2, 3, 4))
    data['images'] *= 2
    data['categories'] *= 2
    assert mend(data, problem('id-repeated')) == [
        'train image 1 "a.png": left out, it stands twice (id-repeated)',
        'train category 1: left out, it stands twice (id-repeated)'
    ]
    assert data == make_data((1, 2, 3, 4))


def test_two_images_of_one_id():
    data = make_data((1, 2, 3, 4))
    data['images'] += [
        dict(id=1, file_name='b.png', width=9, height=9),
        dict(id=2, file_name='c.png', width=9, height=9)
    ]
    assert mend(data, problem('id-repeated')) == [
        'train image 1 "a.png": left out, with 1 boxes (id-repeated)',
        'train image 1 "b.png": left out, with 0 boxes (id-repeated)'
    ]
    assert [image['id'] for image in data['images']] == [2]
    assert data['annotations'] == []


def test_repeated_images_are_joined():
    data = make_data((1, 2, 3, 4), (5, 6, 7, 8))
    data['images'].append(dict(data['images'][0], id=2))
    data['annotations'][1]['image_id'] = 2
    assert mend(data, problem('image-repeated')) == [
        'train image 2 "a.png": joined to image 1 (image-repeated)'
    ]
    assert data == make_data((1, 2, 3, 4), (5, 6, 7, 8))


def test_categories_taken():
    data = make_data((1, 2, 3, 4))
    data['categories'] = [dict(id=1, name='dog'), dict(id=0, name='cat')]
    categories = [dict(id=1, name='cat'), dict(id=2, name='dog')]
    draft = DraftSplit(data, 'val', None)
    take_categories(draft, categories)
    assert data['categories'] == categories
    assert data['annotations'][0]['category_id'] == 2


def test_other_categories_not_taken():
    data = make_data((1, 2, 3, 4))
    draft = DraftSplit(data, 'val', None)
    take_categories(draft, [dict(id=7, name='dog')])
    assert data == make_data((1, 2, 3, 4))
    assert draft.changes == []


def test_percent():
    """Of images of 600 x 400; ten boxes, from corner to corner."""
    data = make_data(*[(9 * i, 9 * i, 10, 10) for i in range(11)])
    data['images'][0].update(width=600, height=400)
    mend(data, problem('boxes-layout'))
    assert boxes_of(data)[:2] == [[0, 0, 60, 40], [54, 36, 60, 40]]
