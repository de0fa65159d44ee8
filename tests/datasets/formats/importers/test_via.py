import csv
import json
import math

import pytest
from PIL import Image

from custom.datasets.formats.samples import SampleBox
from custom.utils.errors import InputError
from tests.helpers.importing import importer

read = importer('via')

HEADER = ('filename', 'file_size', 'file_attributes', 'region_count',
          'region_id', 'region_shape_attributes', 'region_attributes')


def write_image(path, size=(60, 40)):
    """An image, not the same bytes for two names."""
    path.parent.mkdir(parents=True, exist_ok=True)
    gray = (sum(str(path).encode()) % 256, ) * 3
    Image.new('RGB', size, gray).save(path)


def region(kind='rect', attributes=None, **shape):
    return dict(
        shape_attributes=dict(name=kind, **shape),
        region_attributes={'class': 'cat'}
        if attributes is None else attributes)


def rect(x, y, width, height, attributes=None):
    return region(x=x, y=y, width=width, height=height, attributes=attributes)


CAT = rect(10, 20, 30, 10)
BOX = SampleBox('cat', [10, 20, 30, 10])


def images(**regions):
    """Annotations; the names of images are without .jpg."""
    return {
        f'{name}.jpg123':
        dict(
            filename=f'{name}.jpg',
            size=123,
            regions=found,
            file_attributes={})
        for name, found in regions.items()
    }


def project(**regions):
    return dict(
        _via_settings=dict(ui={}, core={}, project=dict(name='p')),
        _via_img_metadata=images(**regions),
        _via_attributes=dict(region={}, file={}),
        _via_data_format_version='2.0.10')


def write(path, data):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(data))
    return path


def write_table(path, header=HEADER, **regions):
    with open(path, 'w', newline='') as file:
        writer = csv.writer(file)
        writer.writerow(header)
        for name, found in regions.items():
            for position, one in enumerate(found or [None]):
                cells = ['{}', '{}'] if one is None else [
                    json.dumps(one['shape_attributes']),
                    json.dumps(one['region_attributes'])
                ]
                writer.writerow(
                    [f'{name}.jpg', 123, '{}',
                     len(found), position, *cells])
    return path


@pytest.fixture
def one(tmp_path):
    """A function: reads the regions of one image, a.jpg."""

    def read_one(*regions, **options):
        write_image(tmp_path / 'a.jpg')
        write(tmp_path / 'a.json', project(a=[*regions]))
        splits, _, notes, _ = read(tmp_path, 0, 0, **options)
        record, = splits['train']
        return [*record.boxes], notes

    return read_one


def message(*args, **options):
    with pytest.raises(InputError) as caught:
        read(*args, **options)
    return str(caught.value)


def test_empty_folder(tmp_path):
    assert message(tmp_path).startswith(f'{tmp_path}: no JSON file of VIA.')


@pytest.mark.parametrize('data', [
    project(a=[CAT], b=[]),
    images(a=[CAT], b=[]),
    images(a={'0': CAT}, b={}),
])
def test_json(tmp_path, data):
    for name in 'ab':
        write_image(tmp_path / f'{name}.jpg')
    path = write(tmp_path / 'via.json', data)
    for src in (tmp_path, path):
        splits, _, notes, _ = read(src, 0, 0)
        assert [[*record.boxes] for record in splits['train']] == [[BOX], []]
        assert notes == {'images without a box, kept as background': 1}


@pytest.mark.parametrize('first', ['filename', '#filename'])
def test_csv(tmp_path, first):
    for name in 'ab':
        write_image(tmp_path / f'{name}.jpg')
    path = write_table(
        tmp_path / 'via.csv', [first, *HEADER[1:]], a=[CAT, CAT], b=[])
    for src in (tmp_path, path):
        splits, _, notes, _ = read(src, 0, 0)
        assert [[*record.boxes] for record in splits['train']] == [[BOX, BOX],
                                                                   []]
        assert notes == {'images without a box, kept as background': 1}


def test_json_is_taken_where_csv_stands_beside(tmp_path):
    write_image(tmp_path / 'a.jpg')
    write(tmp_path / 'via.json', project(a=[CAT]))
    write_table(tmp_path / 'via.csv', a=[CAT])
    assert read(tmp_path, 0, 0).splits['train'][0].boxes == [BOX]


def test_a_csv_in_another_encoding_beside_it(tmp_path):
    write_image(tmp_path / 'a.jpg')
    write_table(tmp_path / 'via.csv', a=[CAT])
    (tmp_path / 'list.csv').write_bytes('이름,값\n'.encode('cp949'))
    assert read(tmp_path, 0, 0).splits['train'][0].boxes == [BOX]


def test_other_csv(tmp_path):
    path = tmp_path / 'a.csv'
    path.write_text('a,b\n1,2\n')
    assert message(path).startswith(f'{path}: has not the columns filename, ')


def test_via_3(tmp_path):
    path = write(
        tmp_path / 'a.json',
        dict(
            project=dict(pid='1', vid_list=['1']),
            config={},
            attribute={},
            file={},
            metadata={},
            view={}))
    assert message(path).startswith(f'{path}: is a VIA 3 project; ')


@pytest.mark.parametrize('shape, box', [
    (dict(kind='circle', cx=20, cy=20, r=5), [15, 15, 10, 10]),
    (dict(kind='ellipse', cx=20, cy=20, rx=10, ry=5), [10, 15, 20, 10]),
    (dict(kind='ellipse', cx=20, cy=20, rx=10, ry=5,
          theta=math.pi / 2), [15, 10, 10, 20]),
])
def test_shapes(one, shape, box):
    boxes, _ = one(region(**shape))
    assert boxes == [SampleBox('cat', box)]


@pytest.mark.parametrize('kind', ['polygon', 'polyline'])
def test_polygon(one, kind):
    boxes, _ = one(
        region(kind, all_points_x=[10, 50, 30], all_points_y=[10, 20, 35]))
    assert boxes == [
        SampleBox(
            'cat', [10, 10, 40, 25],
            extra=dict(segmentation=[[10, 10, 50, 20, 30, 35]]))
    ]


def test_points_are_left_out(one):
    boxes, notes = one(CAT, region('point', cx=1, cy=1))
    assert boxes == [BOX]
    assert notes == {'points, which have no area, left out': 1}


@pytest.mark.parametrize('attributes', [
    {
        'kind': 'cat'
    },
    {
        'kind': {
            'cat': True,
            'dog': False
        }
    },
    {
        'Label': ' cat ',
        'color': ''
    },
    {
        'name': 'cat',
        'object': ''
    },
])
def test_class(one, attributes):
    boxes, _ = one(rect(10, 20, 30, 10, attributes))
    assert boxes == [BOX]


BOTH = {'color': 'red', 'animal': 'cat'}


def test_class_attribute(one, tmp_path):
    with pytest.raises(InputError) as caught:
        one(rect(10, 20, 30, 10, BOTH))
    assert str(caught.value) == (
        f'{tmp_path}: which attribute of a region is its class? Theirs are '
        '"color", "animal". Give --class-attribute NAME.')
    boxes, _ = one(rect(10, 20, 30, 10, BOTH), class_attribute='animal')
    assert boxes == [BOX._replace(extra=dict(attributes=dict(color='red')))]
    assert message(
        tmp_path, class_attribute='kind') == (
            '--class-attribute: regions have no attribute "kind"; theirs are '
            '"color", "animal".')


def test_no_attribute(one):
    with pytest.raises(InputError, match='no region has an attribute'):
        one(rect(10, 20, 30, 10, {}))


@pytest.mark.parametrize('bad, words', [
    (7, 'has no "shape_attributes"'),
    (rect(1, 1, 9, 9, {}), 'has no "class", which tells its class'),
    (rect(1, 1, 9, 9, {'class': {
        'cat': True,
        'dog': True
    }}), 'has several values of "class": cat, dog. Leave one'),
    (rect(1, 1, 'x', 9), "has 'x' where a number must be"),
    (region('polygon', all_points_x=[1]), 'has no lists "all_points_x" and'),
    (region('polygon', all_points_x=[1], all_points_y=[1]), 'has one point'),
    (region('polygon', all_points_x=[1, 2, 3],
            all_points_y=[1, 2]), 'of one length'),
    (region('spline'), "is a shape 'spline'"),
    (rect(70, 1, 9, 9), 'is outside the image'),
    (rect(1, 1, 0, 9), 'is a box without area'),
])
def test_bad_regions(one, tmp_path, bad, words):
    with pytest.raises(InputError) as caught:
        one(CAT, bad)
    assert str(
        caught.value).startswith(f'{tmp_path}/a.json: a.jpg123, region 2: ')
    assert words in str(caught.value)


def test_bad_cells(tmp_path):
    write_image(tmp_path / 'a.jpg')
    path = write_table(tmp_path / 'a.csv', a=[CAT, CAT])
    text = path.read_text()
    path.write_text(text.replace('""rect""', '""rect', 1) + '\n')
    assert message(tmp_path).startswith(f'{path}:2: has no "shape_attributes"')


def test_images_that_are_not_there(tmp_path):
    write_image(tmp_path / 'a.jpg')
    data = images(a=[CAT], zebra=[CAT])
    data['x'] = dict(regions=[])
    data['a.jpg123']['regions'] = 7
    path = write(tmp_path / 'a.json', data)
    text = message(tmp_path)
    assert f'{path}: zebra.jpg123: the image "zebra.jpg" is not in' in text
    assert f'{path}: x has no "filename"' in text
    assert f'{path}: a.jpg123, region 1: has no "shape_attributes"' in text


def test_splits_by_folder(tmp_path):
    for split in ('train', 'val'):
        write_image(tmp_path / split / f'{split}.jpg')
        write(tmp_path / split / 'via_region_data.json',
              images(**{split: [CAT]}))
    splits = read(tmp_path).splits
    assert {
        s: [r.name for r in rs]
        for s, rs in splits.items()
    } == dict(
        train=['train.jpg'], val=['val.jpg'])
