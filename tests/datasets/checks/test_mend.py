import pytest

from custom.datasets.checks.mend import Mender
from custom.datasets.checks.problem import CODES, Problem
from custom.datasets.photos import Photo


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
    return Problem(code, 'train', 'record', 'detail', images, (), annotations)


def mend(data, *problems, photo=Photo(60, 40, 1)):
    mender = Mender(data, 'train', lambda name: photo)
    mender.mend(problems)
    return [str(change) for change in mender.changes]


def boxes_of(data):
    return [ann['bbox'] for ann in data['annotations']]


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
    ('boxes-normalised', (0.5, 0.5, 0.25, 0.25)),
    ('boxes-xyxy', (30, 20, 45, 30)),
    ('boxes-swapped', (20, 30, 10, 15)),
])
def test_habits(code, box):
    data = make_data(box)
    data['annotations'][0]['segmentation'] = [[0, 0, 1, 1]]
    mend(data, problem(code))
    assert boxes_of(data) == [[30, 20, 15, 10]]
    assert 'segmentation' not in data['annotations'][0]


def test_rotated():
    """A photo stored 60 x 40 and shown 40 x 60: EXIF 6 turns it clockwise, so
    that what is at the left edge comes to the top."""
    data = make_data((0, 10, 20, 5))
    mend(data, problem('image-rotated'), photo=Photo(40, 60, 6))
    assert (data['images'][0]['width'], data['images'][0]['height']) == (40,
                                                                         60)
    assert boxes_of(data) == [[25, 0, 5, 20]]


def test_scaled():
    data = make_data((10, 10, 20, 5))
    mend(data, problem('image-size'), photo=Photo(120, 80, 1))
    assert boxes_of(data) == [[20, 20, 40, 10]]
    assert data['images'][0]['height'] == 80


def test_another_image_is_left_out():
    data = make_data((10, 10, 20, 5))
    assert mend(
        data, problem('image-size'), photo=Photo(100, 100, 1)) == [
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
    mend(data, problem('id-repeated'))
    assert data == make_data((1, 2, 3, 4))


def test_two_images_of_one_id():
    data = make_data((1, 2, 3, 4))
    data['images'] += [
        dict(id=1, file_name='b.png', width=9, height=9),
        dict(id=2, file_name='c.png', width=9, height=9)
    ]
    mend(data, problem('id-repeated'))
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
    mender = Mender(data, 'val', None)
    mender.take_categories(categories)
    assert data['categories'] == categories
    assert data['annotations'][0]['category_id'] == 2


def test_other_categories_not_taken():
    data = make_data((1, 2, 3, 4))
    mender = Mender(data, 'val', None)
    mender.take_categories([dict(id=7, name='dog')])
    assert data == make_data((1, 2, 3, 4))
    assert mender.changes == []
