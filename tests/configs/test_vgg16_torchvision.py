"""The whole forward pass against torchvision's, with the same weights."""
from pathlib import Path

import numpy as np
import pytest
import torch
from mmdet.registry import MODELS
from mmdet.structures import DetDataSample
from mmengine.registry import init_default_scope

from custom.config.config import load_config
from custom.models.optimize import optimize_for_training
from tests.helpers.seeded_vgg16 import CLASSES, make_image, make_weights

pytestmark = pytest.mark.slow

CONFIG = ('configs/faster_rcnn/'
          'faster-rcnn_vgg16_c5_1xb2-cosine-30e_drawings22.py')
FIXTURE = Path(__file__).with_name('vgg16.npz')


@pytest.fixture(scope='module')
def theirs():
    with np.load(FIXTURE) as arrays:
        return {
            name: torch.from_numpy(array)
            for name, array in arrays.items()
        }


@pytest.fixture(scope='module')
def ours():
    """What the config's model finds: proposals, and detections by score."""
    init_default_scope('mmdet')
    options = {'model.roi_head.bbox_head.num_classes': CLASSES}
    model = MODELS.build(load_config(CONFIG, options).model).eval()
    model.load_state_dict(make_weights())
    optimize_for_training(model)
    image = torch.from_numpy(make_image()).permute(2, 0, 1)
    sample = DetDataSample(
        metainfo=dict(
            img_shape=(400, 600), ori_shape=(400, 600), scale_factor=(1, 1)))
    data = model.data_preprocessor(dict(inputs=[image], data_samples=[sample]))
    found = {}
    with torch.no_grad():
        features = model.extract_feat(data['inputs'])
        proposals = model.rpn_head.predict(
            features, data['data_samples'], rescale=False)
        found['proposals'] = proposals[0].bboxes
        for score in (0.5, 0.05):
            model.roi_head.test_cfg.score_thr = score
            found[score], = model.roi_head.predict(features, proposals,
                                                   data['data_samples'])
    return found


def assert_same_rows(found, expected):
    """Every row has one partner within 1e-3, in any order."""
    distances = torch.cdist(found, expected, p=float('inf'))
    nearest, partners = distances.min(1)

    assert found.shape == expected.shape
    assert nearest.max() < 1e-3
    assert len(partners.unique()) == len(expected)


def test_the_fixture_can_tell(theirs):
    # Of 25 x 38 x 9 anchors 6000 go into the first NMS and 300 come out, and
    # all 22 classes are found.
    assert len(theirs['proposals']) == 300
    assert theirs['0.05/labels'].unique().tolist() == [*range(22)]
    assert 50 < len(theirs['0.5/scores']) < len(theirs['0.05/scores'])


def test_proposals(ours, theirs):
    assert_same_rows(ours['proposals'], theirs['proposals'])


@pytest.mark.parametrize('score', [0.5, 0.05])
def test_boxes_labels_and_scores(ours, theirs, score):
    found = ours[score]

    assert_same_rows(
        torch.column_stack([found.bboxes, found.labels, found.scores]),
        torch.column_stack([
            theirs[f'{score}/{key}'] for key in ('boxes', 'labels', 'scores')
        ]))
