"""Folders as labeling tools write them: three images, a cat on each.

docs/formats.md has a table of them.
"""
import csv
import json

import pytest
from PIL import Image

from custom.utils.errors import InputError
from tests.helpers.importing import importer
from tests.helpers.run_tool import ROOT

# Of 60 x 40 pixels: x 10 to 40, y 20 to 30.
BOX = [10, 20, 30, 10]
YOLO = '0 0.416667 0.625 0.5 0.25\n'
NAMES = ('a', 'b', 'c')
SPLITS = dict(zip(('train', 'val', 'test'), NAMES))


def text(path, content):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content)


def write_image(path):
    path.parent.mkdir(parents=True, exist_ok=True)
    gray = (sum(str(path).encode()) % 256, ) * 3
    Image.new('RGB', (60, 40), gray).save(path)


def images(folder, names=NAMES):
    for name in names:
        write_image(folder / f'{name}.jpg')


def coco(path, names=NAMES, file_name='{}.jpg', first=1, **category):
    """``first`` is the id with which a tool begins to count."""
    ids = range(first, first + len(names))
    text(
        path,
        json.dumps(
            dict(
                images=[
                    dict(
                        id=i,
                        file_name=file_name.format(name),
                        width=60,
                        height=40) for i, name in zip(ids, names)
                ],
                annotations=[
                    dict(
                        id=i,
                        image_id=i,
                        category_id=first,
                        bbox=BOX,
                        area=300) for i in ids
                ],
                categories=[dict(id=first, name='cat', **category)])))


def voc(path, filename, corners=(11, 21, 40, 30), further=''):
    edges = ''.join(
        f'<{key}>{value}</{key}>'
        for key, value in zip(('xmin', 'ymin', 'xmax', 'ymax'), corners))
    text(
        path, f'<annotation>{further}<filename>{filename}</filename>'
        '<size><width>60</width><height>40</height><depth>3</depth></size>'
        '<object><name>cat</name><pose>Unspecified</pose><truncated>0'
        f'</truncated><difficult>0</difficult><bndbox>{edges}</bndbox>'
        '</object></annotation>')


def labels(folder, names=NAMES):
    for name in names:
        text(folder / f'{name}.txt', YOLO)


def cvat_coco(root):
    images(root / 'images' / 'default')
    coco(root / 'annotations' / 'instances_default.json')


def cvat_voc(root):
    images(root / 'JPEGImages')
    text(root / 'labelmap.txt', '# label:color_rgb:parts:actions\ncat:1::\n')
    text(root / 'ImageSets' / 'Main' / 'default.txt', 'a\nb\nc\n')
    for name in NAMES:
        voc(root / 'Annotations' / f'{name}.xml', f'{name}.jpg',
            (10.0, 20.0, 40.0, 30.0))  # it counts from 0


def cvat_yolo(root):
    images(root / 'obj_train_data')
    labels(root / 'obj_train_data')
    text(root / 'obj.names', 'cat\n')
    text(
        root / 'obj.data', 'classes = 1\ntrain = data/train.txt\n'
        'names = data/obj.names\nbackup = backup/\n')
    text(root / 'train.txt',
         ''.join(f'data/obj_train_data/{name}.jpg\n' for name in NAMES))


def cvat_ultralytics(root):
    text(root / 'data.yaml',
         'path: .\ntrain: train.txt\nval: val.txt\nnames:\n  0: cat\n')
    for split, name in (('train', 'a'), ('train', 'b'), ('val', 'c')):
        write_image(root / 'images' / split / f'{name}.jpg')
        labels(root / 'labels' / split, [name])
        with open(root / f'{split}.txt', 'a') as file:
            file.write(f'data/images/{split}/{name}.jpg\n')


def cvat_xml(root):
    images(root / 'images')
    nodes = ''.join(
        f'<image id="{i}" name="{name}.jpg" width="60" height="40"><box '
        'label="cat" source="manual" occluded="0" xtl="10.00" ytl="20.00" '
        'xbr="40.00" ybr="30.00" z_order="0"></box></image>'
        for i, name in enumerate(NAMES))
    text(root / 'annotations.xml',
         f'<annotations><version>1.1</version>{nodes}</annotations>')


def fiftyone_coco(root):
    images(root / 'data')
    coco(root / 'labels.json', first=0, supercategory=None)


def fiftyone_openimages(root):
    images(root / 'data')
    text(root / 'metadata' / 'classes.csv', '/m/01yrx,cat\n')
    text(root / 'labels' / 'detections.csv', '')
    with open(root / 'labels' / 'detections.csv', 'w', newline='') as file:
        writer = csv.writer(file)
        writer.writerow(
            ('ImageID', 'Source', 'LabelName', 'Confidence', 'XMin', 'XMax',
             'YMin', 'YMax', 'IsOccluded', 'IsTruncated', 'IsGroupOf',
             'IsDepiction', 'IsInside'))
        for name in NAMES:
            writer.writerow((name, '', '/m/01yrx', '', 1 / 6, 2 / 3, 0.5, 0.75,
                             '', '', '', '', ''))


def roboflow_coco(root):
    text(root / 'README.roboflow.txt', 'pets\n')
    for split, name in (('train', 'a'), ('valid', 'b'), ('test', 'c')):
        write_image(root / split / f'{name}_jpg.rf.0123abcd.jpg')
        coco(
            root / split / '_annotations.coco.json', [name],
            '{}_jpg.rf.0123abcd.jpg',
            supercategory='none')


def roboflow_yolo(root):
    text(
        root / 'data.yaml', 'train: ../train/images\nval: ../valid/images\n'
        "test: ../test/images\n\nnc: 1\nnames: ['cat']\n\nroboflow:\n"
        '  version: 1\n')
    text(root / 'README.dataset.txt', 'pets\n')
    for split, name in (('train', 'a'), ('valid', 'b'), ('test', 'c')):
        stem = f'{name}_jpg.rf.0123abcd'
        write_image(root / split / 'images' / f'{stem}.jpg')
        labels(root / split / 'labels', [stem])


def roboflow_darknet(root):
    for split, name in (('train', 'a'), ('valid', 'b'), ('test', 'c')):
        text(root / split / '_darknet.labels', 'cat\n')
        write_image(root / split / f'{name}.jpg')
        labels(root / split, [name])


UPLOADED = tuple(f'0123abcd-{name}' for name in NAMES)


def label_studio(root):
    images(root / 'images')
    value = dict(
        zip(('x', 'y', 'width', 'height'), (100 / 6, 50, 50, 25)),
        rotation=0,
        rectanglelabels=['cat'])
    text(
        root / 'project-1-at-2026-01-01-10-00-0123abcd.json',
        json.dumps([
            dict(
                id=i,
                annotations=[
                    dict(
                        id=i,
                        was_cancelled=False,
                        ground_truth=False,
                        result=[
                            dict(
                                id='x',
                                type='rectanglelabels',
                                value=value,
                                original_width=60,
                                original_height=40)
                        ])
                ],
                file_upload=f'{name}.jpg',
                data=dict(image=f'/data/upload/1/{name}.jpg'),
                predictions=[]) for i, name in enumerate(UPLOADED, 1)
        ]))


def label_studio_yolo(root):
    images(root / 'images', UPLOADED)
    labels(root / 'labels', UPLOADED)
    text(root / 'classes.txt', 'cat\n')
    text(root / 'notes.json',
         '{"categories": [{"id": 0, "name": "cat"}], "info": {}}')


def label_studio_yolo_without_images(root):
    images(root / 'mine')
    labels(root / 'export' / 'labels', UPLOADED)
    text(root / 'export' / 'classes.txt', 'cat\n')
    text(root / 'export' / 'notes.json', '{"categories": []}')


def label_studio_coco(root):
    images(root / 'images', UPLOADED)
    coco(root / 'result.json', UPLOADED, 'images\\{}.jpg', first=0)


def label_studio_voc(root):
    images(root / 'images', UPLOADED)
    for name in UPLOADED:
        voc(root / 'Annotations' / f'{name}.xml', name)


def labelimg_voc(root):
    images(root)
    for name in NAMES:
        voc(root / f'{name}.xml',
            f'{name}.jpg',
            further=f'<folder>pets</folder><path>C:\\pets\\{name}.jpg</path>')


def labelimg_yolo(root):
    images(root)
    labels(root)
    text(root / 'classes.txt', 'cat\n')


def labelme(root, corners=((10, 20), (40, 30)), **further):
    images(root)
    for name in NAMES:
        shape = dict(
            label='cat',
            points=corners,
            group_id=None,
            description='',
            shape_type='rectangle',
            flags={},
            **further)
        text(
            root / f'{name}.json',
            json.dumps(
                dict(
                    version='5.5.0',
                    flags={},
                    shapes=[shape],
                    imagePath=f'{name}.jpg',
                    imageData=None,
                    imageHeight=40,
                    imageWidth=60)))


def x_anylabeling(root):
    labelme(
        root, ((10, 20), (40, 20), (40, 30), (10, 30)),
        score=None,
        difficult=False,
        attributes={},
        kie_linking=[])


def makesense_voc(root):
    images(root / 'images')
    for name in NAMES:
        voc(root / f'{name}.xml', f'{name}.jpg', further='<path/>')


def makesense_yolo(root):
    images(root / 'images')
    labels(root / 'labels')
    text(root / 'labels.txt', 'cat\n')


def makesense_coco(root):
    images(root)
    coco(root / 'labels_my-project-name_2026-01-01-10-00-00.json')


def via_regions(name):
    return f'{name}.jpg', dict(
        zip(('x', 'y', 'width', 'height'), BOX),
        name='rect'), dict(animal='cat')


def via_json(root):
    images(root)
    entries = {}
    for name in NAMES:
        filename, shape, attributes = via_regions(name)
        entries[f'{filename}123'] = dict(
            filename=filename,
            size=123,
            regions=[
                dict(shape_attributes=shape, region_attributes=attributes)
            ],
            file_attributes={})
    text(root / 'via_export_json.json', json.dumps(entries))


def via_csv(root):
    images(root)
    with open(root / 'via_export_csv.csv', 'w', newline='') as file:
        writer = csv.writer(file)
        writer.writerow(
            ('filename', 'file_size', 'file_attributes', 'region_count',
             'region_id', 'region_shape_attributes', 'region_attributes'))
        for name in NAMES:
            filename, shape, attributes = via_regions(name)
            writer.writerow((filename, 123, '{}', 1, 0, json.dumps(shape),
                             json.dumps(attributes)))


def supervisely(root):
    for folder, name in (('train', 'a'), ('val', 'b'), ('test', 'c')):
        write_image(root / folder / 'images' / f'{name}.jpg')
        coco(root / folder / 'annotations' / 'instances.json', [name])


def kaggle_voc(root):
    images(root / 'images')
    for name in NAMES:
        voc(root / 'annotations' / f'{name}.xml', f'{name}.jpg')


def kaggle_yolo(root):
    """Zipped with the folder around it, and that in one more."""
    roboflow_yolo(root / 'archive' / 'pets')


def kaggle_coco(root):
    fiftyone_coco(root / 'archive' / 'pets')


def _csv_lines(names, line):
    x, y, w, h = BOX
    return ''.join(
        line.format(name=name, x1=x, y1=y, x2=x + w, y2=y + h, w=60, h=40) +
        '\n' for name in names)


def roboflow_csv(root):
    for split, name in SPLITS.items():
        write_image(root / split / f'{name}.jpg')
        text(
            root / split / '_annotations.csv',
            'filename,width,height,class,xmin,ymin,xmax,ymax\n' +
            _csv_lines([name], '{name}.jpg,{w},{h},cat,{x1},{y1},{x2},{y2}'))


def retinanet_csv(root):
    for split, name in SPLITS.items():
        write_image(root / split / f'{name}.jpg')
        text(root / split / '_annotations.csv',
             _csv_lines([name], '{name}.jpg,{x1},{y1},{x2},{y2},cat'))


LAYOUTS = [
    ('coco', cvat_coco),
    ('voc', cvat_voc),
    ('yolo', cvat_yolo),
    ('yolo', cvat_ultralytics),
    ('cvat', cvat_xml),
    ('coco', fiftyone_coco),
    ('openimages', fiftyone_openimages),
    ('coco', roboflow_coco),
    ('yolo', roboflow_yolo),
    ('yolo', roboflow_darknet),
    ('labelstudio', label_studio),
    ('yolo', label_studio_yolo),
    ('yolo', label_studio_yolo_without_images),
    ('coco', label_studio_coco),
    ('voc', label_studio_voc),
    ('voc', labelimg_voc),
    ('yolo', labelimg_yolo),
    ('labelme', labelme),
    ('labelme', x_anylabeling),
    ('voc', makesense_voc),
    ('yolo', makesense_yolo),
    ('coco', makesense_coco),
    ('via', via_json),
    ('via', via_csv),
    ('coco', supervisely),
    ('voc', kaggle_voc),
    ('yolo', kaggle_yolo),
    ('coco', kaggle_coco),
    ('csv', roboflow_csv),
    ('csv', retinanet_csv),
]


@pytest.mark.parametrize('name, make', LAYOUTS)
def test_layout(name, make, tmp_path):
    make(tmp_path)
    splits, *_ = importer(name)(tmp_path)
    records = [record for split in splits.values() for record in split]
    assert len(records) == 3
    assert {
        record.image.name.removeprefix('0123abcd-')[0]
        for record in records
    } == {*NAMES}
    for record in records:
        box, = record.boxes
        assert box.name == 'cat'
        # CVAT's Pascal VOC counts from 0.
        assert box.xywh == pytest.approx(
            BOX, abs=1 if make is cvat_voc else 1e-3)


@pytest.mark.parametrize(
    'make',
    [roboflow_coco, roboflow_yolo, roboflow_darknet, supervisely, kaggle_yolo])
def test_splits(make, tmp_path):
    make(tmp_path)
    name = 'coco' if make in (roboflow_coco, supervisely) else 'yolo'
    splits, *_ = importer(name)(tmp_path)
    assert {
        split: [record.image.name[0] for record in records]
        for split, records in splits.items()
    } == dict(
        train=['a'], val=['b'], test=['c'])


def test_datumaro_is_named(tmp_path):
    images(tmp_path / 'images' / 'default')
    path = tmp_path / 'annotations' / 'default.json'
    text(path, '{"info": {}, "categories": {}, "items": []}')
    with pytest.raises(InputError) as caught:
        importer('coco')(tmp_path)
    assert str(
        caught.value) == (f'{path}: is a Datumaro file; export it as COCO.')


def test_createml_is_named(tmp_path):
    """It was read as Label Studio without a region."""
    images(tmp_path)
    path = tmp_path / '_annotations.createml.json'
    text(
        path, '[{"image": "a.jpg", "annotations": [{"label": "cat", '
        '"coordinates": {"x": 5, "y": 5, "width": 4, "height": 4}}]}]')
    for name in ('coco', 'labelstudio'):
        with pytest.raises(InputError) as caught:
            importer(name)(path)
        assert str(caught.value) == (
            f'{path}: is a CreateML file; export it as COCO or YOLO.')


@pytest.mark.parametrize('layout', [cvat_yolo, makesense_yolo])
def test_yolo_labels_apart_from_their_images(tmp_path, layout):
    """Wherever they are: SRC holds nothing but them."""
    layout(tmp_path / 'export')
    photos = tmp_path / 'photos'
    photos.mkdir()
    for path in [*(tmp_path / 'export').rglob('*.jpg')]:
        path.rename(photos / path.name)
    if layout is makesense_yolo:
        for path in [*(tmp_path / 'export' / 'labels').iterdir()]:
            path.rename(tmp_path / 'export' / path.name)
    splits, classes, *_ = importer('yolo')(
        tmp_path / 'export', 0, 0, images=photos)
    assert classes == ['cat']
    assert sorted(record.image.name for record in splits['train']
                  if record.boxes) == ['a.jpg', 'b.jpg', 'c.jpg']


def test_every_layout_is_in_the_docs():
    page = (ROOT / 'docs' / 'formats.md').read_text(encoding='utf-8')
    assert [
        make.__name__ for _, make in LAYOUTS
        if f'`{make.__name__}`' not in page
    ] == []
