import csv

import cv2
import numpy as np
import pytest

from custom.datasets.formats.importers.openimages import (CLICKS, FLAGS,
                                                          REQUIRED)
from custom.sample_data.road import (draw_vehicles, make_vehicle_dataset,
                                     vehicle_boxes)
from custom.sample_data.scene import Composition, SceneObject
from custom.utils.errors import InputError
from tests.helpers.importing import importer


def test_nothing_on_the_road():
    empty = Composition(None, np.full((5, 5), -1, np.int16), [])
    assert vehicle_boxes(empty) == []


def test_boxes_and_extreme_points():
    owner = np.full((10, 12), -1, np.int16)
    owner[0, 0] = 0
    owner[3, 2:9] = 1
    owner[2:6, 4] = 1
    scene = Composition(
        None, owner,
        [SceneObject('sun', None, 0, 0),
         SceneObject('Bus', None, 0, 0)])

    box, = vehicle_boxes(scene)

    assert (box.name, box.xywh) == ('Bus', [2, 2, 7, 4])
    # Uppermost, leftmost, lowest, rightmost.
    assert box.extra['clicks'] == [[4, 2], [2, 3], [4, 5], [8, 3]]
    assert box.extra['truncated'] == 0
    owner[3, 11] = 1
    assert vehicle_boxes(scene)[0].extra['truncated'] == 1


def test_every_image_has_a_bus_or_a_truck_and_no_other_box():
    names = []
    for seed in range(25):
        scene = draw_vehicles(np.random.default_rng(seed))
        boxes = vehicle_boxes(scene)
        names += [box.name for box in boxes]
        assert scene.image.shape == (*scene.owner.shape, 3)
        assert 1 <= len(boxes) <= 3
    assert {*names} == {'Bus', 'Truck'}


def test_the_importer_reads_it(tmp_path):
    make_vehicle_dataset(tmp_path / 'src', 6, 0)
    with open(tmp_path / 'src/train-annotations-bbox.csv') as file:
        rows = [*csv.DictReader(file)]
    found = importer('openimages')(
        tmp_path / 'src', val_fraction=0.34, test_fraction=0)

    assert {
        'Source', 'Confidence', 'IsGroupOf', *REQUIRED, *FLAGS,
        *(column for pair in CLICKS for column in pair)
    } == {*rows[0]}
    assert {row['LabelName'] for row in rows} <= {'Bus', 'Truck'}
    assert {k: len(v) for k, v in found.splits.items()} == dict(train=4, val=2)
    boxes = [b for v in found.splits.values() for r in v for b in r.boxes]
    assert len(boxes) == len(rows)
    for record in found.splits['train']:
        assert cv2.imread(str(record.image)).shape == (record.height,
                                                       record.width, 3)
        for box in record.boxes:
            x, y, w, h = box.xywh
            for click_x, click_y in box.extra['clicks']:
                assert x - .01 <= click_x < x + w
                assert y - .01 <= click_y < y + h


def test_same_seed_same_files(tmp_path):
    for name, seed in (('a', 1), ('b', 1), ('c', 2)):
        make_vehicle_dataset(tmp_path / name, 2, seed)
    a, b, c = ([
        path.read_bytes() for path in sorted((tmp_path / name).rglob('*.*'))
    ] for name in 'abc')
    assert a == b != c


def test_a_folder_with_something_in_it_is_left_alone(tmp_path):
    (tmp_path / 'photo.jpg').write_bytes(b'mine')
    with pytest.raises(InputError, match='not empty'):
        make_vehicle_dataset(tmp_path, 1, 0)
    assert [p.name for p in tmp_path.iterdir()] == ['photo.jpg']
