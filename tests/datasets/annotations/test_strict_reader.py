import json

import pytest

from custom.datasets.annotations.strict_reader import clip, read_annotations
from custom.utils.errors import InputError


def test_no_boxes(folder):
    data = read_annotations(folder.write('train'))
    assert data['annotations'] == []
    assert data['images'][0]['file_name'] == 'train.png'


def test_area_and_iscrowd_are_filled_in(folder):
    ann, = read_annotations(folder.write('train',
                                         [1, 2, 3, 10, 20]))['annotations']
    assert ann['area'] == 200
    assert ann['iscrowd'] == 0


def test_area_of_a_segment_is_kept(folder):
    ann = dict(id=1, image_id=1, category_id=1, bbox=[2, 3, 10, 20], area=150)
    data = read_annotations(folder.write('train', annotations=[ann]))
    assert data['annotations'][0]['area'] == 150


def test_ignore_counts_as_crowd(folder):
    ann = dict(id=1, image_id=1, category_id=1, bbox=[2, 3, 4, 5], ignore=1)
    data = read_annotations(folder.write('train', annotations=[ann]))
    assert data['annotations'][0]['iscrowd'] == 1


def test_small_overhang_is_clipped(folder):
    path = folder.write('train', [1, -0.5, 30, 20, 11])
    ann, = read_annotations(path)['annotations']
    assert ann['bbox'] == [0, 30, 19.5, 10]


@pytest.mark.parametrize('bbox, inside', [
    ([0, 0, 60, 40], [0, 0, 60, 40]),
    ([0.1, 0.2, 0.3, 0.4], [0.1, 0.2, 0.3, 0.4]),
    ([-5, -5, 10, 10], [0, 0, 5, 5]),
    ([50, 30, 20, 20], [50, 30, 10, 10]),
    ([60, 0, 5, 5], None),
    ([-5, 0, 5, 5], None),
])
def test_clip(bbox, inside):
    assert clip(bbox, dict(width=60, height=40)) == inside


def test_byte_order_mark(folder):
    path = folder.write('train', [1, 2, 3, 4, 5])
    path.write_text(path.read_text(), encoding='utf-8-sig')
    assert len(read_annotations(path)['annotations']) == 1


def message(path):
    with pytest.raises(InputError) as caught:
        read_annotations(path)
    assert str(path) in str(caught.value)
    return str(caught.value)


def test_missing_file(tmp_path):
    assert 'No such file' in message(tmp_path / 'none.json')


@pytest.mark.parametrize('text', ['', '{"images": [', '\x00\x01'])
def test_not_json(tmp_path, text):
    path = tmp_path / 'train.json'
    path.write_text(text)
    assert 'not JSON' in message(path)


def test_not_text(tmp_path):
    path = tmp_path / 'train.json'
    path.write_bytes(b'\xff\xfe\x80')
    assert 'not JSON' in message(path)


def test_nested_too_deep(tmp_path):
    path = tmp_path / 'train.json'
    path.write_text('[' * 200_000)
    assert 'not JSON' in message(path)


@pytest.mark.parametrize('data', [[], {}, {'images': []}])
def test_not_coco(tmp_path, data):
    path = tmp_path / 'train.json'
    path.write_text(json.dumps(data))
    assert 'has no list' in message(path)


def test_no_images(folder):
    assert '"images" is empty' in message(folder.write('train', images=[]))


BOX = dict(id=7, image_id=1, category_id=1, bbox=[1, 2, 3, 4])
IMAGE = dict(id=1, file_name='train.png', width=60, height=40)


@pytest.mark.parametrize('key', list(BOX))
def test_annotation_lacks_a_key(folder, key):
    ann = {k: v for k, v in BOX.items() if k != key}
    text = message(folder.write('train', annotations=[ann]))
    assert 'annotations[0]' in text
    assert f'has no "{key}"' in text


@pytest.mark.parametrize('key', list(IMAGE))
def test_image_lacks_a_key(folder, key):
    image = {k: v for k, v in IMAGE.items() if k != key}
    text = message(folder.write('train', images=[image]))
    assert 'images[0]' in text
    assert f'has no "{key}"' in text


@pytest.mark.parametrize(
    'bbox',
    [None, [], [1, 2, 3], [1, 2, 3, '4'], [1, 2, 3, float('nan')]])
def test_box_is_not_four_numbers(folder, bbox):
    text = message(folder.write('train', annotations=[dict(BOX, bbox=bbox)]))
    assert 'annotations[0] (id 7)' in text
    assert 'four numbers' in text


@pytest.mark.parametrize('width', [0, -60, '60', None])
def test_width_is_not_a_size(folder, width):
    text = message(folder.write('train', images=[dict(IMAGE, width=width)]))
    assert 'images[0] (id 1)' in text
    assert 'above 0' in text


def test_record_is_no_object(folder):
    assert 'annotations[0] is 5' in message(
        folder.write('train', annotations=[5]))


def test_repeated_id(folder):
    assert 'id 7 stands twice in "annotations"' in message(
        folder.write('train', annotations=[BOX, BOX]))


@pytest.mark.parametrize('key', ['image_id', 'category_id'])
def test_unknown_id(folder, key):
    text = message(folder.write('train', annotations=[dict(BOX, **{key: 99})]))
    assert f'annotation id 7 has {key} 99' in text


@pytest.mark.parametrize('bbox', [[1, 2, 0, 4], [1, 2, 3, 0], [9, 9, -5, 5]])
def test_box_without_area(folder, bbox):
    text = message(folder.write('train', annotations=[dict(BOX, bbox=bbox)]))
    assert f'annotation id 7 on image "train.png" has box {bbox}' in text
    assert 'no area' in text


@pytest.mark.parametrize(
    'bbox',
    [[50, 2, 12, 4], [-1.5, 2, 9, 9], [60.2, 2, 0.5, 4], [1, 100, 3, 4]])
def test_box_outside(folder, bbox):
    text = message(folder.write('train', annotations=[dict(BOX, bbox=bbox)]))
    assert f'annotation id 7 on image "train.png" has box {bbox}' in text
    assert 'outside the image of 60 x 40' in text


def test_other_bad_records_are_counted(folder):
    text = message(
        folder.write('train', [1, 1, 2, 3, 4], [1, 1, 2, 0, 4],
                     [1, 1, 2, 0, 5], [1, 1, 2, 0, 6]))
    assert 'annotation id 2' in text
    assert '2 more like this' in text
