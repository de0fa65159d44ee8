"""A data set by a name that a user's own module registers."""
import json

import cv2
import numpy as np
import pytest

from custom.apis import Predictor
from tests.helpers.run_tool import CONFIG, ROOT, run_tool

pytestmark = pytest.mark.slow

MODULE = """
from custom.datasets import register_coco_instances

register_coco_instances('zoo_train', 'boxes.json', '.')
"""
LEAF = """
_base_ = {base!r}
custom_imports = dict(imports=['custom', 'my_datasets'])
train_dataloader = dict(
    batch_size=2,
    num_workers=0,
    persistent_workers=False,
    dataset=dict(
        _delete_=True,
        type='RegisteredDataset',
        name='zoo_train',
        pipeline={{{{_base_.train_pipeline}}}}))
val_dataloader = None
val_evaluator = None
val_cfg = None
model = dict(roi_head=dict(bbox_head=dict(num_classes=1)))
train_cfg = dict(max_epochs=1)
"""


@pytest.fixture
def place(tmp_path, monkeypatch):
    cv2.imwrite(str(tmp_path / 'a.png'), np.zeros((40, 60, 3), np.uint8))
    (tmp_path / 'boxes.json').write_text(
        json.dumps(
            dict(
                images=[
                    dict(id=i, file_name='a.png', width=60, height=40)
                    for i in (1, 2)
                ],
                annotations=[
                    dict(id=1, image_id=1, category_id=7, bbox=[5, 5, 9, 9])
                ],
                categories=[dict(id=7, name='zebra')])))
    module = MODULE.replace("'boxes.json', '.'",
                            f"'{tmp_path}/boxes.json', '{tmp_path}'")
    (tmp_path / 'my_datasets.py').write_text(module)
    (tmp_path / 'leaf.py').write_text(LEAF.format(base=str(ROOT / CONFIG)))
    return tmp_path


def test_it_trains_without_validation(place):
    done = run_tool(
        'train', place / 'leaf.py', '--work-dir', place / 'out', path=place)

    assert (done.returncode, done.stderr) == (0, '')
    assert 'zoo_train: not checked' in done.stdout
    predictor = Predictor(str(place / 'out/epoch_1.pth'), 'cpu')
    assert predictor.classes == ('zebra', )


def test_a_name_that_nothing_registered(place):
    (place / 'my_datasets.py').write_text('')
    done = run_tool('train', place / 'leaf.py', path=place)

    assert done.returncode == 2
    assert 'error: data set "zoo_train": no such name is registered' in (
        done.stderr)
