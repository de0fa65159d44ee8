import csv
import json
import os
import xml.etree.ElementTree as ET
from collections import Counter
from functools import partial

import numpy as np
import pytest
import yaml
from PIL import Image

from custom.datasets.formats.exporters.base import (note_losses, read_folder,
                                                    write_export)
from custom.datasets.formats.exporters.labelme import labelme_layout
from custom.datasets.formats.exporters.labelstudio import labelstudio_layout
from custom.datasets.formats.exporters.openimages import openimages_layout
from custom.datasets.formats.exporters.voc import pixel_range, voc_layout
from custom.datasets.formats.exporters.yolo import yolo_layout
from custom.datasets.formats.samples import SampleBox
from custom.utils.errors import InputError
from custom.utils.image_io import read_image
from tests.helpers.export_images import write_images

LAYOUTS = [
    voc_layout, yolo_layout, openimages_layout, labelme_layout,
    partial(labelstudio_layout, prefix='images/')
]


def one(*boxes, name='a.jpg', **splits):
    """A folder with one image of 100 x 50 in train."""
    return dict(train=[(name, 100, 50, list(boxes))], **splits)


def export(tmp_path, layout_of, splits, **options):
    data = read_folder(write_images(tmp_path / 'data', splits))
    out = tmp_path / 'out'
    return out, write_export(out, layout_of(data), **options)


def files(root):
    return sorted(
        path.relative_to(root).as_posix() for path in root.rglob('*')
        if not path.is_dir())


def test_no_folder(tmp_path):
    with pytest.raises(InputError, match='none: no such folder'):
        read_folder(tmp_path / 'none')


def test_voc(tmp_path):
    out, notes = export(
        tmp_path, voc_layout,
        one(('sun & moon <big>', 10, 20, 30, 10, dict(
            difficult=1, truncated=1)),
            val=[('b.jpg', 9, 9, [])]))
    assert files(out) == [
        'Annotations/a.xml', 'Annotations/b.xml', 'ImageSets/Main/train.txt',
        'ImageSets/Main/trainval.txt', 'ImageSets/Main/val.txt',
        'JPEGImages/a.jpg', 'JPEGImages/b.jpg'
    ]
    lists = out / 'ImageSets' / 'Main'
    assert (lists / 'train.txt').read_text() == 'a\n'
    assert (lists / 'trainval.txt').read_text() == 'a\nb\n'
    root = ET.parse(out / 'Annotations' / 'a.xml').getroot()
    assert root.findtext('filename') == 'a.jpg'
    assert [node.text for node in root.find('size')] == ['100', '50', '3']
    node, = root.findall('object')
    assert node.findtext('name') == 'sun & moon <big>'
    assert node.findtext('difficult') == '1'
    assert node.findtext('truncated') == '1'
    assert node.findtext('occluded') == '0'
    assert [corner.text
            for corner in node.find('bndbox')] == ['11', '21', '40', '30']
    assert notes == {}


@pytest.mark.parametrize(
    'start, end, expected',
    [
        (0, 60, (1, 60)),
        (59, 60, (60, 60)),
        (10.4, 20.6, (11, 21)),
        (10.6, 20.4, (12, 20)),
        (10.5, 11.5, (12, 12)),
        # Thinner than a pixel: the one that its middle is in.
        (10.2, 10.4, (11, 11)),
        (59.7, 60, (60, 60)),
        (0, 0.1, (1, 1)),
    ])
def test_pixel_range(start, end, expected):
    assert pixel_range(start, end, 60) == expected


def test_a_box_of_a_pixel_keeps_its_edges_to_half_a_pixel():
    for start in np.linspace(0, 3, 61):
        for size in np.linspace(1, 3, 41):
            first, last = pixel_range(start, start + size, 6)
            assert 1 <= first <= last <= 6
            assert abs(first - 1 - start) <= 0.5 + 1e-9
            assert abs(last - start - size) <= 0.5 + 1e-9


def test_whole_numbers_with_a_point(tmp_path):
    data = write_images(tmp_path / 'data', one(('cat', 10, 20, 30, 10, {})))
    path = data / 'annotations/train.json'
    path.write_text(path.read_text().replace('"width": 100', '"width": 100.0'))
    write_export(tmp_path / 'out', voc_layout(read_folder(data)))
    root = ET.parse(tmp_path / 'out/Annotations/a.xml').getroot()
    assert root.findtext('size/width') == '100'


def test_what_voc_cannot_hold(tmp_path):
    _, notes = export(
        tmp_path, voc_layout,
        one(('cat', 0, 0, 9, 9, dict(iscrowd=1)), ('cat', 0.5, 0, 9, 9, {}),
            ('cat', 7, 7, 0.25, 1, dict(inside=1)),
            name='a.png'))
    assert notes == {
        'images are no .jpg, and some readers look for .jpg alone':
        1,
        'crowds written as difficult objects, on which a model trains if '
        'they are imported here again':
        1,
        'boxes rounded to whole pixels':
        2,
        'boxes thinner than a pixel, widened to one':
        1,
        'boxes lose "inside", which the format has no place for':
        1,
    }


def test_yolo(tmp_path):
    out, notes = export(
        tmp_path, yolo_layout,
        one(('cat', 10, 20, 30, 10, {}), ('강아지', 0, 0, 100, 50, {}),
            ('cat', 0, 0, 9, 9, dict(iscrowd=1, difficult=1)),
            ('cat', 0, 0, 50, 50, dict(difficult=1)),
            val=[('b.png', 9, 9, [])]))
    assert files(out) == [
        'data.yaml', 'images/train/a.jpg', 'images/val/b.png',
        'labels/train/a.txt', 'labels/val/b.txt'
    ]
    assert yaml.safe_load((out / 'data.yaml').read_text()) == dict(
        train='images/train',
        val='images/val',
        nc=3,
        names={
            0: 'cat',
            1: '강아지',
            2: 'sun & moon <big>'
        })
    assert (out / 'labels' / 'train' / 'a.txt').read_text() == (
        '0 0.25000000 0.50000000 0.30000000 0.20000000\n'
        '1 0.50000000 0.50000000 1.00000000 1.00000000\n'
        '0 0.25000000 0.50000000 0.50000000 1.00000000\n')
    assert (out / 'labels' / 'val' / 'b.txt').read_text() == ''
    assert notes == {
        'crowds left out, which YOLO does not know': 1,
        'boxes lose "difficult", which the format has no place for': 1,
    }


def test_openimages(tmp_path):
    out, notes = export(
        tmp_path, openimages_layout,
        one(('cat', 10, 20, 30, 10, {}),
            ('강아지', 0, 0, 100, 50,
             dict(iscrowd=1, occluded=1, inside=0, confidence=0.5)),
            val=[('b.png', 9, 9, [])]))
    assert files(out) == [
        'class-descriptions-boxable.csv', 'train-annotations-bbox.csv',
        'train-images-with-rotation.csv', 'train/a.jpg',
        'validation-annotations-bbox.csv',
        'validation-images-with-rotation.csv', 'validation/b.png'
    ]
    text = (out / 'train-annotations-bbox.csv').read_text()
    assert list(csv.reader(text.splitlines()[1:])) == [
        [
            'a', '', 'cat', '1', '0.10000000', '0.40000000', '0.40000000',
            '0.60000000', '-1', '-1', '0', '-1', '-1'
        ],
        [
            'a', '', '강아지', '0.5', '0.00000000', '1.00000000', '0.00000000',
            '1.00000000', '1', '-1', '1', '-1', '0'
        ],
    ]
    assert (out / 'validation-images-with-rotation.csv').read_text() == (
        'ImageID,Subset,Rotation\nb,validation,0\n')
    assert (out / 'class-descriptions-boxable.csv'
            ).read_text().splitlines()[0] == 'cat,cat'
    assert notes == {
        'images are no .jpg, and some readers look for .jpg alone': 1
    }


def test_openimages_with_extreme_points(tmp_path):
    points = [[0, 25], [50, 0], [100, 25], [50, 50]]
    out, _ = export(
        tmp_path, openimages_layout,
        one(('cat', 0, 0, 100, 50, dict(clicks=points)),
            ('cat', 0, 0, 9, 9, {})))
    header, first, second = csv.reader(
        (out / 'train-annotations-bbox.csv').read_text().splitlines())
    assert header[13:15] == ['XClick1X', 'XClick2X']
    assert [*map(float, first[13:])] == [0, .5, 1, .5, .5, 0, .5, 1]
    assert second[13:] == ['-1'] * 8


def test_openimages_with_values_of_any_kind(tmp_path):
    odd = [
        dict(occluded=2, truncated=True, inside=False, depiction=None),
        dict(confidence=None, clicks=[[0, 25]] * 3),
        dict(confidence='0.9', clicks='all'),
        dict(confidence=10**400, clicks=[[0, 25, 1]] * 4),
        dict(confidence=True, clicks=[[0, None]] * 4),
        dict(confidence=0.5, clicks=None, source=['me']),
    ]
    out, notes = export(tmp_path, openimages_layout,
                        one(*(('cat', 0, 0, 9, 9, extra) for extra in odd)))
    header, *rows = csv.reader(
        (out / 'train-annotations-bbox.csv').read_text().splitlines())
    assert header[-1] == 'IsInside'
    assert [row[3] for row in rows] == ['1', '1', '1', '1', '1', '0.5']
    # Occluded, truncated, group, depiction, inside.
    assert rows[0][8:] == ['1', '1', '0', '0', '0']
    assert notes == {
        'boxes whose confidence is no number, written as 1': 4,
        'boxes whose clicks are not four points, written without': 4
    }


def test_labelme(tmp_path):
    triangle = dict(segmentation=[[10, 20, 40, 20, 25, 30]], difficult=1)
    out, notes = export(
        tmp_path, labelme_layout,
        one(('강아지', 10, 20, 30, 10, triangle),
            ('cat', 0, 0, 100, 50, dict(iscrowd=1, group_id=3, occluded=1)),
            val=[('b.png', 9, 9, [])]))
    assert files(out) == [
        'train/a.jpg', 'train/a.json', 'val/b.json', 'val/b.png'
    ]
    assert json.loads((out / 'train' / 'a.json').read_text()) == dict(
        version='5.5.0',
        flags={},
        shapes=[
            dict(
                label='강아지',
                points=[[10, 20], [40, 20], [25, 30]],
                group_id=None,
                description='',
                shape_type='polygon',
                flags={},
                mask=None,
                difficult=True),
            dict(
                label='cat',
                points=[[0, 0], [100, 50]],
                group_id=3,
                description='',
                shape_type='rectangle',
                flags=dict(iscrowd=True),
                mask=None)
        ],
        imagePath='a.jpg',
        imageData=None,
        imageHeight=50,
        imageWidth=100)
    assert json.loads((out / 'val' / 'b.json').read_text())['shapes'] == []
    assert notes == {
        'boxes lose "occluded", which the format has no place for': 1
    }


@pytest.mark.parametrize(
    'segmentation',
    [
        [[10, 20, 40, 20, 25, 29]],  # not all of the box
        [[10, 20, 40, 20, 25, 30], [10, 20, 11, 20, 11, 21]],
        [[10, 20, 40, 30]],
        [[10, 20, 40, 20, 25, 30, 9]],
        [7],
        dict(size=[50, 100], counts=[1020, 10, 3970]),
    ])
def test_labelme_writes_a_rectangle_for_other_masks(segmentation, tmp_path):
    out, notes = export(
        tmp_path, labelme_layout,
        one(('cat', 10, 20, 30, 10, dict(segmentation=segmentation))))
    shape, = json.loads((out / 'train' / 'a.json').read_text())['shapes']
    assert shape['points'] == [[10, 20], [40, 30]]
    assert notes == {
        'boxes lose "segmentation", which the format has no place for': 1
    }


def test_labelstudio(tmp_path):
    out, notes = export(
        tmp_path, partial(labelstudio_layout, prefix='/data/?d=my/'),
        one(('강아지', 10, 20, 30, 10, dict(difficult=1)),
            ('cat', 0, 0, 9, 9, dict(iscrowd=1)),
            name='a b.jpg',
            val=[('b.png', 9, 9, [])]))
    assert files(out) == [
        'images/a b.jpg', 'images/b.png', 'label_config.xml', 'tasks.json'
    ]
    first, second = json.loads((out / 'tasks.json').read_text())
    assert first == dict(
        data=dict(image='/data/?d=my/a%20b.jpg', split='train'),
        annotations=[
            dict(result=[
                dict(
                    id='1',
                    type='rectanglelabels',
                    from_name='label',
                    to_name='image',
                    original_width=100,
                    original_height=50,
                    image_rotation=0,
                    value=dict(
                        x=10,
                        y=40,
                        width=30,
                        height=20,
                        rotation=0,
                        rectanglelabels=['강아지']))
            ])
        ])
    assert second['annotations'] == [dict(result=[])]
    labels = ET.parse(out / 'label_config.xml').getroot().iter('Label')
    assert [label.get('value')
            for label in labels] == ['cat', '강아지', 'sun & moon <big>']
    assert notes == {
        'crowds left out, which Label Studio does not know': 1,
        'boxes lose "difficult", which the format has no place for': 1
    }


def test_names(tmp_path):
    """No sub-folders and no two alike, for other formats go by the stem."""
    names = ['b.jpg', 'b.png', 'B.jpeg', 'sub/b.png', 'sub/내 그림.png', ' c.png']
    data = read_folder(
        write_images(tmp_path,
                     dict(train=[(name, 9, 9, []) for name in names])))
    assert [record.file_name for record in data.splits['train']] == [
        'b.jpg', 'b-2.png', 'B-3.jpeg', 'sub_b.png', 'sub_내 그림.png', 'c.png'
    ]
    note, = data.notes
    assert note.startswith('images renamed')
    assert data.notes[note] == 5


def test_image_in_two_splits(tmp_path):
    folder = write_images(
        tmp_path, dict(train=[('a.jpg', 9, 9, [])], val=[('a.jpg', 9, 9, [])]))
    with pytest.raises(InputError, match='a.jpg: stands in two splits'):
        read_folder(folder)


@pytest.mark.parametrize('name, classes', [('a\nb.jpg', ['cat']),
                                           ('a.jpg', ['c\0at'])])
def test_name_with_a_line_break(name, classes, tmp_path):
    folder = write_images(tmp_path, dict(train=[(name, 9, 9, [])]), classes)
    with pytest.raises(InputError, match='has a line break'):
        read_folder(folder)


@pytest.mark.parametrize('layout_of', LAYOUTS)
def test_class_without_a_box(layout_of, tmp_path):
    out, notes = export(tmp_path, layout_of, one())
    assert (out / files(out)[0]).exists()
    assert notes == {}


def turn(path, orientation, **options):
    """A photo with a white corner, stored as EXIF says."""
    stored = np.zeros((50, 100, 3), np.uint8)
    stored[:20, :40] = 255
    exif = Image.Exif()
    exif[0x0112] = orientation
    Image.fromarray(stored).save(path, exif=exif, **options)


@pytest.mark.parametrize('layout_of', LAYOUTS)
@pytest.mark.parametrize('link', [False, True])
def test_turned_photo_is_written_upright(layout_of, link, tmp_path):
    folder = write_images(
        tmp_path / 'data',
        dict(train=[('a.jpg', 50, 100, []), ('b.jpg', 50, 100, [])]))
    photo = folder / 'images' / 'a.jpg'
    turn(photo, 6, icc_profile=b'profile')
    before = photo.read_bytes()
    notes = write_export(
        tmp_path / 'out', layout_of(read_folder(folder)), link=link)
    written, = (tmp_path / 'out').rglob('a.jpg')
    with Image.open(written) as image:
        assert image.size == (50, 100)
        assert image.getexif().get(0x0112, 1) == 1
        assert image.info['icc_profile'] == b'profile'
    # The same image for a reader that follows EXIF.
    difference = read_image(str(written)).astype(int) - read_image(str(photo))
    assert np.abs(difference).max() < 16
    assert photo.read_bytes() == before
    assert notes == {'photos written upright, as EXIF says': 1}


@pytest.mark.parametrize('orientation', range(2, 9))
def test_upright_png_has_the_very_pixels(orientation, tmp_path):
    size = (50, 100) if orientation >= 5 else (100, 50)
    folder = write_images(tmp_path / 'data',
                          dict(train=[('a.png', *size, [])]))
    photo = folder / 'images' / 'a.png'
    turn(photo, orientation)
    write_export(tmp_path / 'out', yolo_layout(read_folder(folder)))
    written = tmp_path / 'out' / 'images' / 'train' / 'a.png'
    with Image.open(written) as image:
        pixels = np.asarray(image.convert('RGB'))[..., ::-1]
    assert (pixels == read_image(str(photo))).all()


def test_link(tmp_path):
    out, _ = export(tmp_path, yolo_layout, one(), link=True)
    assert os.path.samefile(out / 'images' / 'train' / 'a.jpg',
                            tmp_path / 'data' / 'images' / 'a.jpg')


def test_what_is_there_is_kept(tmp_path):
    out = tmp_path / 'out'
    out.mkdir()
    (out / 'precious').write_text('drawing')
    with pytest.raises(InputError, match='not empty'):
        export(tmp_path, yolo_layout, one())
    assert files(out) == ['precious']


def test_goes_on_where_it_stopped(tmp_path):
    splits = dict(train=[(f'{i}.jpg', 9, 9, []) for i in range(9)])
    data = read_folder(write_images(tmp_path / 'data', splits))
    out = tmp_path / 'out'

    def stop_after_five(images):
        for count, image in enumerate(images, 1):
            yield image
            if count == 5:
                raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_export(out, yolo_layout(data), stop_after_five)
    assert not out.exists()
    reused = []
    write_export(
        out, yolo_layout(data), lambda images:
        (reused.append(image) or image for image in images))
    assert sum(reused) >= 5
    assert len(files(out)) == 9 + 9 + 1
    assert files(tmp_path)[:1] == ['data/annotations/train.json']


def test_losses_are_counted():
    notes = Counter()
    note_losses(SampleBox('cat', [0, 0, 1, 1], False, {}), (), notes)
    assert notes == {}
    box = SampleBox('cat', [0, 0, 1, 1], False,
                    dict(difficult=1, occluded=1, truncated=0))
    note_losses(box, ('difficult', ), notes)
    assert notes == {
        'boxes lose "occluded", which the format has no place for': 1
    }
