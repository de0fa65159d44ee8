import os
import zipfile

import cv2
import numpy as np
import onnx
import pytest

from custom.apis import Predictor
from custom.export.to_opencv import export_opencv
from custom.inference.opencv_predictor import OpenCVPredictor
from custom.sample_data.probe import probe_images
from custom.utils.errors import InputError
from tests.helpers.exported_detector import (FEW_PROPOSALS, SMALL_CASCADE,
                                             SMALL_RCNN, SMALL_RETINANET,
                                             SMALL_VGG, write_checkpoint,
                                             write_yolo)

pytestmark = pytest.mark.slow


def require_same(checkpoint, exported, images, pixels=1e-3):
    """Labels, scores to 1e-3 and boxes to ``pixels``, and some of them."""
    ours = OpenCVPredictor(exported)
    theirs = Predictor(checkpoint, 'cpu', 'fp32')
    theirs.model.data_preprocessor.pad_size_divisor = 160  # as the file does
    for mine, other in zip(
            ours.batch(images), theirs.batch(images), strict=True):
        assert other
        assert [d.label for d in mine] == [d.label for d in other]
        assert [d.score
                for d in mine] == pytest.approx([d.score for d in other],
                                                abs=1e-3)
        for one, two in zip(mine, other):
            assert one.box == pytest.approx(two.box, abs=pixels)


def test_pyramid(r18, r18_opencv, images):
    require_same(r18[0], r18_opencv, images)


@pytest.mark.parametrize('config, options', [
    ('faster_rcnn/faster-rcnn_vgg16_c5_1xb2-cosine-30e_drawings22', SMALL_VGG),
    ('faster_rcnn/faster-rcnn_efficientnet-lite0_fpn_256px_1xb4-14e_'
     'drawings22', FEW_PROPOSALS),
    ('faster_rcnn/faster-rcnn_r50_fpn_1x_drawings22', SMALL_RCNN),
    ('retinanet/retinanet_r50_fpn_1x_drawings22', {
        **SMALL_RETINANET, 'model.test_cfg.min_bbox_size': 3
    }),
])
def test_other_detectors(tmp_path, images, config, options):
    checkpoint = write_checkpoint(tmp_path / 'a.pth', config, options)
    exported = str(tmp_path / 'a.zip')
    export_opencv(checkpoint, exported, probe_images())
    require_same(checkpoint, exported, images)


def test_yolo(tmp_path, images):
    checkpoint = write_yolo(tmp_path / 'a.pth')
    exported = str(tmp_path / 'a.zip')
    export_opencv(checkpoint, exported, probe_images())
    # exp of a logit is a side: what rounding does to it grows.
    require_same(checkpoint, exported, images, pixels=1e-2)


def test_what_is_in_the_file(r18_opencv):
    with zipfile.ZipFile(r18_opencv) as archive:
        assert archive.namelist() == [
            'metadata.json', 'network.onnx', 'box_head.onnx'
        ]
        network = archive.read('network.onnx')
    shape = onnx.load_from_string(
        network).graph.input[0].type.tensor_type.shape
    assert [side.dim_value for side in shape.dim] == [1, 3, 160, 160]
    loaded = cv2.dnn.readNetFromONNX(np.frombuffer(network, np.uint8))
    loaded.setInput(np.zeros((1, 3, 160, 160), np.float32))
    assert loaded.forward('features_0').shape == (1, 64, 40, 40)


@pytest.mark.parametrize('config, options, words', [
    ('faster_rcnn/faster-rcnn_r50_fpn_soft-nms_1x_drawings22', SMALL_RCNN,
     'the NMS'),
    ('mask_rcnn/mask-rcnn_r50_fpn_1x_drawings22', SMALL_RCNN, 'a MaskRCNN'),
    ('cascade_rcnn/cascade-rcnn_r50_fpn_1x_drawings22', SMALL_CASCADE,
     'a CascadeRCNN'),
])
def test_refused(tmp_path, config, options, words):
    checkpoint = write_checkpoint(tmp_path / 'a.pth', config, options)
    exported = tmp_path / 'a.zip'
    exported.write_text('what was there')
    with pytest.raises(InputError, match='cannot be exported') as error:
        export_opencv(checkpoint, str(exported), probe_images())
    assert words in str(error.value)
    assert ('supported are Faster R-CNN, RetinaNet and YOLOv3 without'
            in str(error.value))
    assert exported.read_text() == 'what was there'
    assert sorted(os.listdir(tmp_path)) == ['a.pth', 'a.zip']


def test_another_ending(tmp_path, r18):
    with pytest.raises(InputError, match='a.onnx: .* end with .zip'):
        export_opencv(r18[0], str(tmp_path / 'a.onnx'), probe_images())
