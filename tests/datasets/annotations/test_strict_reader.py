import json

import pytest

from custom.datasets.annotations.reader import open_coco, read_table
from custom.datasets.annotations.strict_reader import (read_annotations,
                                                       valid_annotations)
from custom.utils.errors import InputError


def annotations(path):
    return [*valid_annotations(open_coco(path))]


def test_no_boxes(folder):
    path = folder.write('train')
    table = read_annotations(path)
    assert table.boxes.shape == (0, 4)
    assert table.areas.shape == (0, )
    assert table.file_names == ['train.png']
    assert annotations(path) == []


def test_area_and_iscrowd_are_filled_in(folder):
    path = folder.write('train', [1, 2, 3, 10, 20])
    ann, = annotations(path)
    assert ann['area'] == 200
    assert ann['iscrowd'] == 0
    assert read_annotations(path).areas.tolist() == [200]


def test_area_of_a_segment_is_kept(folder):
    ann = dict(id=1, image_id=1, category_id=1, bbox=[2, 3, 10, 20], area=150)
    path = folder.write('train', annotations=[ann])
    assert annotations(path)[0]['area'] == 150
    assert read_annotations(path).areas.tolist() == [150]


@pytest.mark.parametrize('area', [0, -1, '9', None, True, 10**400])
def test_area_that_is_none_is_that_of_the_box(folder, area):
    ann = dict(id=1, image_id=1, category_id=1, bbox=[2, 3, 10, 20], area=area)
    path = folder.write('train', annotations=[ann])
    assert annotations(path)[0]['area'] == 200
    assert read_annotations(path).areas.tolist() == [200]


def test_ignore_counts_as_crowd(folder):
    ann = dict(id=1, image_id=1, category_id=1, bbox=[2, 3, 4, 5], ignore=1)
    path = folder.write('train', annotations=[ann])
    assert annotations(path)[0]['iscrowd'] == 1
    assert read_annotations(path).crowd.tolist() == [True]


def test_small_overhang_is_clipped(folder):
    path = folder.write('train', [1, -0.5, 30, 20, 11])
    ann, = annotations(path)
    assert ann['bbox'] == [0, 30, 19.5, 10]
    assert read_annotations(path).boxes.tolist() == [[0, 30, 19.5, 10]]
    # The table that checks read is as before.
    assert read_table(path).boxes.tolist() == [[-0.5, 30, 20, 11]]


def test_records_keep_their_further_keys_and_whole_numbers(folder):
    ann = dict(
        id=1,
        image_id=1,
        category_id=1,
        bbox=[2, 3, 10, 20],
        score=0.5,
        segmentation=[[2, 3, 12, 3, 12, 23]])
    path = folder.write('train', annotations=[ann])
    assert annotations(path) == [dict(ann, area=200, iscrowd=0)]
    assert 'bbox": [2, 3, 10, 20]' in json.dumps(annotations(path)[0])


def test_byte_order_mark(folder):
    path = folder.write('train', [1, 2, 3, 4, 5])
    path.write_text(path.read_text(), encoding='utf-8-sig')
    assert len(read_annotations(path).boxes) == 1


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


@pytest.mark.parametrize('data', [[], {}, {'images': [{}]}])
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


def test_an_id_may_be_empty_but_once(folder):
    assert "id '' stands twice" in message(
        folder.write('train', annotations=[dict(BOX, id='')] * 2))


def test_figures_are_told_as_they_stand_in_the_file(folder):
    text = message(
        folder.write('train', [1, 1, 2, 3, 4], [1, 1.5, 2, 0, 1e300]))
    assert 'annotation id 2 on image "train.png" has box [1.5, 2, 0, 1e+300]' \
        in text
