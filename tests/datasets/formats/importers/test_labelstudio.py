import json

import pytest
from PIL import Image

from custom.datasets.formats.samples import SampleBox
from custom.utils.errors import InputError
from tests.helpers.importing import importer

read = importer('labelstudio')


def write_image(path, size=(200, 100)):
    """An image, not the same bytes for two names."""
    path.parent.mkdir(parents=True, exist_ok=True)
    gray = (sum(str(path).encode()) % 256, ) * 3
    Image.new('RGB', size, gray).save(path)


def result(kind='rectanglelabels', size=(200, 100), name='cat', **value):
    """A region of 200 x 100 pixels, in percent."""
    return dict(
        type=kind,
        value={
            **value, kind: [name]
        },
        original_width=size[0],
        original_height=size[1],
        image_rotation=0,
        from_name='label',
        to_name='image')


def rectangle(x, y, width, height, **further):
    return result(x=x, y=y, width=width, height=height, **further)


CAT = rectangle(10, 20, 30, 40)  # 20, 20, 60, 40 in pixels
BOX = SampleBox('cat', [20, 20, 60, 40])


def annotation(*results, **further):
    return dict(result=[*results], was_cancelled=False, **further)


def task(number, *annotations, image='a.jpg', **further):
    return dict(
        id=number,
        annotations=[*annotations],
        predictions=[],
        data=dict(image=image, **further))


def write(path, *tasks):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps([*tasks]))
    return path


@pytest.fixture
def one(tmp_path):
    """A function: reads the annotations of one image, a.jpg."""

    def read_one(*annotations, **further):
        write_image(tmp_path / 'a.jpg')
        write(tmp_path / 'a.json', task(7, *annotations, **further))
        splits, _, notes, _ = read(tmp_path / 'a.json', 0, 0)
        record, = splits['train']
        return [*record.boxes], notes

    return read_one


def message(*args, **options):
    with pytest.raises(InputError) as caught:
        read(*args, **options)
    return str(caught.value)


def test_empty_folder(tmp_path):
    assert message(tmp_path).startswith(
        f'{tmp_path}: no JSON file of Label Studio.')


def test_no_json(tmp_path):
    path = tmp_path / 'a.json'
    path.write_text('[{"annotations": [{"result": [')
    assert message(path).startswith(f'{path}: not JSON (')


def test_deep_json(tmp_path):
    path = tmp_path / 'a.json'
    path.write_text('[{"annotations": ' + '[' * 1000)
    assert 'nested over 100 deep' in message(path)


def test_record(one):
    boxes, notes = one(
        annotation(CAT, rectangle(0, 0, 100, 100, name=' dog ')))
    assert boxes == [BOX, SampleBox('dog', [0, 0, 200, 100])]
    assert notes == {}


@pytest.mark.parametrize('y, degrees, box', [
    (20, 90, [60, 20, 40, 60]),
    (80, -90, [100, 20, 40, 60]),
    (60, 180, [40, 20, 60, 40]),
])
def test_rotated_around_the_upper_left(one, y, degrees, box):
    boxes, notes = one(annotation(rectangle(50, y, 30, 40, rotation=degrees)))
    assert boxes[0].xywh == pytest.approx(box)
    assert notes == {'boxes around rotated rectangles or ellipses': 1}


@pytest.mark.parametrize('degrees, box', [(0, [80, 30, 40, 40]),
                                          (90, [80, 30, 40, 40]),
                                          (45, [80, 30, 40, 40])])
def test_a_circle_is_one_however_it_is_turned(one, degrees, box):
    boxes, _ = one(
        annotation(
            result(
                'ellipselabels',
                x=50,
                y=50,
                radiusX=10,
                radiusY=20,
                rotation=degrees)))
    assert boxes[0].xywh == pytest.approx(box)


def test_polygon(one):
    boxes, _ = one(
        annotation(
            result('polygonlabels', points=[[10, 10], [50, 10], [30, 60]])))
    assert boxes[0].xywh == pytest.approx([20, 10, 80, 50])
    assert boxes[0].extra['segmentation'] == [[20, 10, 100, 10, 60, 60]]


def test_what_has_no_box_is_left_out(one):
    boxes, notes = one(
        annotation(CAT, result('brushlabels', format='rle', rle=[1, 2]),
                   result('keypointlabels', x=1, y=1, width=0.5),
                   dict(type='choices', value=dict(choices=['blurred'])),
                   dict(type='relation', from_id='a', to_id='b')))
    assert boxes == [BOX]
    assert notes == {
        'brush masks, left out': 1,
        'keypoints, which have no area, left out': 1,
        'choices and others that are no regions, left out': 2
    }


@pytest.mark.parametrize('key', ['labels', 'choices'])
def test_shape_and_label_apart(one, key):
    value = dict(x=10, y=20, width=30, height=40)
    boxes, _ = one(
        annotation(
            dict(id='q', type='rectangle', value=value),
            dict(id='q', type=key, value={
                **value, key: ['cat']
            })))
    assert boxes == [BOX]


@pytest.mark.parametrize('others, expected', [
    ([annotation(CAT)], 'cat'),
    ([annotation(CAT, ground_truth=True),
      annotation()], 'cat'),
    ([dict(annotation(), was_cancelled=True)], 'dog'),
])
def test_several_annotations(one, others, expected):
    dog = rectangle(0, 0, 9, 9, name='dog')
    boxes, notes = one(annotation(dog), *others)
    assert [box.name for box in boxes] == [expected]
    assert sum(notes.values()) == (expected == 'cat')


def test_tasks_without_an_annotation_that_counts(tmp_path):
    for name in 'abcd':
        write_image(tmp_path / f'{name}.jpg')
    predicted = dict(task(3, image='c.jpg'), predictions=[annotation(CAT)])
    write(tmp_path / 'x.json', task(1, annotation(CAT)),
          task(2, dict(annotation(CAT), was_cancelled=True), image='b.jpg'),
          predicted, task(4, image='d.jpg'))
    splits, _, notes, _ = read(tmp_path, 0, 0)
    assert [len(record.boxes) for record in splits['train']] == [1]
    assert notes == {
        'tasks that were skipped, left out': 1,
        'tasks that have predictions alone, left out': 1,
        'tasks that have no annotation, left out': 1,
        'images without annotation, left out': 3
    }


def test_an_empty_annotation_is_background(tmp_path):
    for name in 'ab':
        write_image(tmp_path / f'{name}.jpg')
    write(tmp_path / 'x.json', task(1, annotation(CAT)),
          task(2, annotation(), image='b.jpg'))
    _, _, notes, _ = read(tmp_path, 0, 0)
    assert notes == {'images without a box, kept as background': 1}


@pytest.mark.parametrize('data', [
    dict(image='/data/upload/1/abcd1234-a.jpg'),
    dict(image='/data/local-files/?d=photos/images/a.jpg'),
    dict(image='s3://bucket/a.jpg'),
    dict(image='https://x.org/images/a.jpg?size=3'),
    dict(image='https://x.org/images/a'),
    dict(text='no.txt', photo='/data/upload/1/abcd1234-a.jpg'),
    dict(image='data:image/png;base64,iVBORw0KGgo=', name='a.jpg'),
])
def test_names_of_images(tmp_path, data):
    write_image(tmp_path / 'images' / 'a.jpg')
    write_image(tmp_path / 'images' / 'b.jpg')
    write(tmp_path / 'x.json', dict(task(1, annotation(CAT)), data=data))
    record, = read(tmp_path, 0, 0).splits['train']
    assert record.image == tmp_path / 'images' / 'a.jpg'


def test_name_of_what_was_uploaded(tmp_path):
    write_image(tmp_path / 'a.jpg')
    write(
        tmp_path / 'x.json',
        dict(
            task(1, annotation(CAT)),
            data=dict(image='/data/upload/7'),
            file_upload='abcd1234-a.jpg'))
    record, = read(tmp_path, 0, 0).splits['train']
    assert record.image == tmp_path / 'a.jpg'


@pytest.mark.parametrize('bad, words', [
    (rectangle(1, 1, 9, 'x'), "region 2 (\"cat\") has 'x' where a number"),
    (rectangle(1, None, 9, 9), 'region 2 ("cat") has None where a number'),
    (rectangle(1, 1, 0, 9), 'region 2: the box of "cat", 1, 1, 0, 9 ('),
    (rectangle(110, 1, 9, 9), 'is outside the image'),
    (rectangle(1, 1, 9, 9, name=''), "region 2 has the labels ['']"),
    (dict(value=dict(x=1, y=1, width=9, height=9)),
     'region 2 has no label. Give'),
    (rectangle(1, 1, 9, 9, rotation=5, size=(0, 0)), 'is rotated, and has no'),
    (result('polygonlabels', points=[1]), 'has no list of points'),
])
def test_bad_regions(one, tmp_path, bad, words):
    with pytest.raises(InputError) as caught:
        one(annotation(CAT, bad))
    assert str(caught.value).startswith(f'{tmp_path}/a.json: task 7, region 2')
    assert words in str(caught.value)


def test_bad_tasks(tmp_path):
    write_image(tmp_path / 'a.jpg')
    path = write(tmp_path / 'x.json', task(1, annotation(CAT)), 7,
                 dict(task(2, annotation(CAT)), data=dict(text='a')),
                 task(3, annotation(CAT), image='zebra.jpg'))
    write(tmp_path / 'y.json', dict(task(4), annotations=[7]))
    text = message(tmp_path)
    assert f'{path}: task [1] is 7, not an object' in text
    assert f'{path}: task 2: names no image in its data' in text
    assert (f'{tmp_path}/y.json: task 4 has [7] where a list of objects {{…}} '
            'must be.') in text
    assert f'{path}: task 3: the image "zebra.jpg" is not in' in text


def test_splits_of_the_tasks(tmp_path):
    for name in 'abc':
        write_image(tmp_path / f'{name}.jpg')
    write(
        tmp_path / 'x.json',
        *(task(i, annotation(CAT), image=f'{name}.jpg', split=split) for i, (
            name,
            split) in enumerate(zip('abc', ('train', 'validation', 'test')))))
    splits = read(tmp_path).splits
    assert {
        s: [r.name for r in rs]
        for s, rs in splits.items()
    } == dict(
        train=['a.jpg'], val=['b.jpg'], test=['c.jpg'])


def test_splits_of_the_files(tmp_path):
    for split in ('train', 'val'):
        write_image(tmp_path / f'{split}.jpg')
        write(tmp_path / f'{split}.json',
              task(1, annotation(CAT), image=f'{split}.jpg'))
    splits = read(tmp_path).splits
    assert {
        s: [r.name for r in rs]
        for s, rs in splits.items()
    } == dict(
        train=['train.jpg'], val=['val.jpg'])


def small(number, **further):
    """A task of JSON-MIN."""
    return dict(
        image='/data/upload/1/abcd1234-a.jpg',
        id=number,
        annotator=1,
        annotation_id=5,
        created_at='2026-01-01',
        **further)


def region(result):
    return dict(
        result['value'],
        original_width=result['original_width'],
        original_height=result['original_height'])


@pytest.mark.parametrize('key', ['label', 'objects'])
def test_json_min(tmp_path, key):
    write_image(tmp_path / 'a.jpg')
    turned = rectangle(50, 20, 30, 40, rotation=90)
    write(tmp_path / 'x.json',
          small(3, quality='good', **{key: [region(CAT),
                                            region(turned)]}))
    splits, _, notes, _ = read(tmp_path, 0, 0)
    first, second = splits['train'][0].boxes
    assert first == BOX
    assert second.xywh == pytest.approx([60, 20, 40, 60])
    assert notes == {'boxes around rotated rectangles or ellipses': 1}


def test_json_min_of_a_task_annotated_twice(tmp_path):
    write_image(tmp_path / 'a.jpg')
    write(tmp_path / 'x.json',
          small(3, label=[region(rectangle(1, 1, 9, 9, name='dog'))]),
          small(3, label=[region(CAT)]))
    splits, _, notes, _ = read(tmp_path, 0, 0)
    assert splits['train'][0].boxes == [BOX]
    assert notes == {
        'annotations of tasks that are annotated again later, left out': 1
    }


def test_one_id_of_two_images(tmp_path):
    for name in 'ab':
        write_image(tmp_path / f'{name}.jpg')
    write(tmp_path / 'x.json', task(1, annotation(CAT)),
          task(1, annotation(CAT), image='b.jpg'))
    splits, _, notes, _ = read(tmp_path, 0, 0)
    assert [len(record.boxes) for record in splits['train']] == [1, 1]
    assert notes == {}


def test_named_coco(tmp_path):
    write_image(tmp_path / 'a.jpg')
    path = write(tmp_path / 'x.json', task(1, annotation(CAT)))
    splits, _, notes, _ = importer('coco')(path, 0, 0)
    assert splits['train'][0].boxes == [BOX]
    assert notes == {'JSON files are Label Studio, read as such': 1}
