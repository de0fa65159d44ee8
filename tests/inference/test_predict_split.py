import json

import cv2
import numpy as np
import pytest

from custom.inference.predict_split import (predict_classes, predict_split,
                                            read_split)
from custom.structures.detection import Detection
from custom.utils.errors import InputError


class Widths:
    """Finds a sun as wide as the image, and in the first a moon too."""
    classes = ('moon', 'sun')

    def batch(self, paths):
        widths = [cv2.imread(path).shape[1] for path in paths]
        return [[Detection('sun', 0.9, (0.0, 0.0, float(w), 5.0))] +
                [Detection('moon', 0.2, (0.0, 0.0, 5.0, 5.0))] * (w == 10)
                for w in widths]


def test_every_image_in_the_order_of_the_file(tmp_path):
    (tmp_path / 'images').mkdir()
    (tmp_path / 'annotations').mkdir()
    ids = [*range(30, 10, -1)]
    for key in ids:
        cv2.imwrite(
            str(tmp_path / 'images' / f'{key}.png'),
            np.zeros((6, key if key > 11 else 10, 3), np.uint8))
    (tmp_path / 'annotations' / 'val.json').write_text(
        json.dumps(
            dict(
                images=[
                    dict(id=key, file_name=f'{key}.png', width=key, height=6)
                    for key in ids
                ],
                annotations=[],
                categories=[dict(id=1, name='sun'),
                            dict(id=2, name='moon')])))
    table = read_split(tmp_path, 'val')
    turned = predict_split(Widths(), tmp_path, table, classes=('sun', 'moon'))
    assert turned[-1]['labels'].tolist() == [0, 1]
    with pytest.raises(InputError, match='cat, moon is in one of them alone'):
        predict_split(Widths(), tmp_path, table, classes=('sun', 'cat'))
    found = predict_split(Widths(), tmp_path, table)
    assert [one['img_id'] for one in found] == ids
    assert [one['bboxes'][0, 2] for one in found] == [*range(30, 11, -1), 10]
    assert found[0]['labels'].tolist() == [1]
    assert found[-1]['labels'].tolist() == [1, 0]
    assert found[-1]['scores'].tolist() == [0.9, 0.2]
    suns = predict_classes(Widths(), tmp_path, table, ('sun', ))
    assert suns[-1]['labels'].tolist() == [0]
    assert suns[-1]['scores'].tolist() == [0.9]
