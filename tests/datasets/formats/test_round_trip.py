"""Out to another format and back: what a box may move, what it may lose."""
from functools import partial

import pytest

from custom.datasets.formats.coco_writer import write_folder
from custom.datasets.formats.exporters.base import read_folder, write_export
from custom.datasets.formats.exporters.labelme import labelme_layout
from custom.datasets.formats.exporters.labelstudio import labelstudio_layout
from custom.datasets.formats.exporters.openimages import openimages_layout
from custom.datasets.formats.exporters.voc import voc_layout
from custom.datasets.formats.exporters.yolo import yolo_layout
from custom.datasets.formats.importers.class_selection import remap_classes
from tests.helpers.export_images import write_images
from tests.helpers.importing import importer

FORMATS = dict(
    voc=(voc_layout, importer('voc')),
    yolo=(yolo_layout, importer('yolo')),
    openimages=(openimages_layout, importer('openimages')),
    labelme=(labelme_layout, importer('labelme')),
    labelstudio=(partial(
        labelstudio_layout,
        prefix='/data/local-files/?d=there/images/'), importer('labelstudio')))
# Names that are plain already come back as they went.
NAMES = dict(
    train=['a.png', 'empty.png', 'sub folder_내 그림.jpg'],
    val=['b-2.jpg', 'b.png', 'other_b.png'],
    test=['c.png'])


def edges(box):
    x, y, w, h = box.xywh
    return x, y, x + w, y + h


def there_and_back(name, tmp_path):
    """Our folder before and after, its records by split and name."""
    layout_of, read = FORMATS[name]
    before = read_folder(write_images(tmp_path / 'data'))
    write_export(tmp_path / 'there', layout_of(before))
    found = remap_classes(read(tmp_path / 'there'))
    write_folder(tmp_path / 'back', found.splits, found.classes)
    after = read_folder(tmp_path / 'back')
    return [{
        split: {
            record.file_name: record
            for record in records
        }
        for split, records in data.splits.items()
    } for data in (before, after)]


def boxes_of(splits):
    return {
        (split, name): record.boxes
        for split, records in splits.items()
        for name, record in records.items()
    }


@pytest.mark.parametrize('name, furthest', [('voc', 0.5), ('yolo', 1e-5),
                                            ('openimages', 1e-5),
                                            ('labelme', 1e-5),
                                            ('labelstudio', 1e-5)])
def test_boxes_labels_and_splits(name, furthest, tmp_path):
    before, after = there_and_back(name, tmp_path)
    assert {
        split: sorted(records)
        for split, records in after.items()
    } == NAMES
    assert boxes_of(before).keys() == boxes_of(after).keys()
    for key, boxes in boxes_of(before).items():
        if name in ('yolo', 'labelstudio'):
            boxes = [box for box in boxes if not box.crowd]
        others = boxes_of(after)[key]
        assert [box.name for box in others] == [box.name for box in boxes]
        for box, other in zip(boxes, others):
            if name == 'voc' and min(box.xywh[2:]) < 1:
                continue  # widened to a pixel, see test_export
            assert edges(other) == pytest.approx(edges(box), abs=furthest)


def flags(splits):
    """Whether each box is a crowd and difficult."""
    return [(box.crowd, bool(box.extra.get('difficult')))
            for boxes in boxes_of(splits).values() for box in boxes]


@pytest.mark.parametrize('name, crowds, difficult', [
    ('voc', 0, 2),
    ('yolo', 0, 0),
    ('openimages', 1, 0),
    ('labelme', 1, 1),
    ('labelstudio', 0, 0),
])
def test_crowds_and_difficult_boxes(name, crowds, difficult, tmp_path):
    before, after = there_and_back(name, tmp_path)
    assert sum(crowd for crowd, _ in flags(before)) == 1
    assert sum(hard for _, hard in flags(before)) == 1
    assert sum(crowd for crowd, _ in flags(after)) == crowds
    assert sum(hard for _, hard in flags(after)) == difficult


@pytest.mark.parametrize('name', FORMATS)
def test_the_second_time_nothing_moves(name, tmp_path):
    _, once = there_and_back(name, tmp_path / '1')
    layout_of, read = FORMATS[name]
    write_export(tmp_path / 'there',
                 layout_of(read_folder(tmp_path / '1/back')))
    again = read(tmp_path / 'there')
    for split, records in again.splits.items():
        for record in records:
            first = once[split][record.name].boxes
            assert [box.name
                    for box in first] == [box.name for box in record.boxes]
            for box, other in zip(first, record.boxes):
                assert edges(other) == pytest.approx(edges(box), abs=1e-5)


@pytest.mark.parametrize('classes', [['boat', 'ship'], ['ship', 'boat']])
@pytest.mark.parametrize('name', FORMATS)
def test_aliases_of_the_drawing_classes(name, classes, tmp_path):
    layout_of, read = FORMATS[name]
    splits = {
        split: [(f'{split}.png', 60, 40, [(cls, 1, 2, 9, 9, {})
                                          for cls in classes])]
        for split in ('train', 'val')
    }
    data = read_folder(write_images(tmp_path / 'data', splits, classes))
    write_export(tmp_path / 'there', layout_of(data))
    found = remap_classes(read(tmp_path / 'there'), classes)
    write_folder(tmp_path / 'back', found.splits, found.classes)
    after = read_folder(tmp_path / 'back')
    assert after.classes == tuple(classes)
    for records in after.splits.values():
        assert [box.name for box in records[0].boxes] == classes
