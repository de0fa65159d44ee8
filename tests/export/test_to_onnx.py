import os

import onnx
import pytest

from custom.apis import Predictor
from custom.export.to_onnx import export_onnx
from custom.inference.onnx_backend import BACKENDS
from custom.inference.onnx_predictor import OnnxPredictor
from custom.sample_data.probe import probe_images
from custom.utils.errors import InputError
from tests.helpers.exported_detector import (FEW_PROPOSALS, SMALL_CASCADE,
                                             SMALL_RCNN, SMALL_RETINANET,
                                             SMALL_VGG, write_checkpoint,
                                             write_yolo)

pytestmark = pytest.mark.slow


def require_same(checkpoint, exported, images, pixels=1e-3):
    """Labels, scores to 1e-4 and boxes, and some of them."""
    theirs = Predictor(checkpoint, 'cpu', 'fp32').batch(images)
    both = [OnnxPredictor(exported, 1, name, 'fp32') for name in BACKENDS]
    alone = [[ours(image) for image in images] for ours in both]
    for found in (*alone, *(ours.batch(images) for ours in both)):
        for mine, other in zip(found, theirs, strict=True):
            assert len(other) > 5
            assert [d.label for d in mine] == [d.label for d in other]
            assert [d.score
                    for d in mine] == pytest.approx([d.score for d in other],
                                                    abs=1e-4)
            for one, two in zip(mine, other):
                assert one.box == pytest.approx(two.box, abs=pixels)


@pytest.mark.parametrize('name', ['r18.pth', 'model'])
def test_another_ending(tmp_path, r18, name):
    with pytest.raises(InputError, match=f'{name}: .* ends in .onnx'):
        export_onnx(r18[0], str(tmp_path / name), probe_images())
    assert not (tmp_path / name).exists()


def test_no_image(r18):
    assert OnnxPredictor(r18[1]).batch([]) == []


def test_pyramid(r18, images):
    require_same(*r18, images)


@pytest.mark.parametrize('config, options', [
    ('faster_rcnn/faster-rcnn_vgg16_c5_1xb2-cosine-30e_drawings22', SMALL_VGG),
    ('faster_rcnn/faster-rcnn_efficientnet-lite0_fpn_256px_1xb4-14e_'
     'drawings22', FEW_PROPOSALS),
    ('cascade_rcnn/cascade-rcnn_r50_fpn_1x_drawings22', SMALL_CASCADE),
    ('retinanet/retinanet_r50_fpn_1x_drawings22', {
        **SMALL_RETINANET, 'model.test_cfg.score_thr': .01
    }),
])
def test_other_detectors(tmp_path, images, config, options):
    checkpoint = write_checkpoint(tmp_path / 'a.pth', config, options)
    exported = str(tmp_path / 'a.onnx')
    export_onnx(checkpoint, exported, probe_images())
    require_same(checkpoint, exported, images)


def test_yolo(tmp_path, images):
    checkpoint = write_yolo(tmp_path / 'a.pth')
    exported = str(tmp_path / 'a.onnx')
    export_onnx(checkpoint, exported, probe_images())
    # exp of a logit is a side: what rounding does to it grows.
    require_same(checkpoint, exported, images, pixels=1e-2)


def test_the_file_says_what_it_is(r18):
    metadata = OnnxPredictor(r18[1]).metadata
    assert metadata == ('FasterRCNN', ('cat', 'dog', 'sun'), dict(cat=.25),
                        (160, 128), True, .05, 'float32')
    file = onnx.load(r18[1])
    assert {
        p.key: p.value
        for p in file.metadata_props
    }['drawing_tagger.format'] == '1'
    assert {o.domain for o in file.opset_import} == {''}


@pytest.mark.parametrize('config, options, words', [
    ('faster_rcnn/faster-rcnn_r50_fpn_soft-nms_1x_drawings22', SMALL_RCNN,
     'the NMS'),
    ('retinanet/retinanet_r50_fpn_1x_drawings22', {
        **SMALL_RETINANET, 'model.test_cfg.min_bbox_size': 3
    }, 'min_bbox_size=3'),
    ('mask_rcnn/mask-rcnn_r50_fpn_1x_drawings22', SMALL_RCNN, 'a MaskRCNN'),
    ('faster_rcnn/faster-rcnn_r18_fpn_bn_scratch-256px_1xb4-14e_drawings22', {
        'test_dataloader.dataset.pipeline.1.type': 'RandomResize'
    }, 'a test pipeline with RandomResize'),
])
def test_refused(tmp_path, config, options, words):
    checkpoint = write_checkpoint(tmp_path / 'a.pth', config, options)
    exported = tmp_path / 'a.onnx'
    exported.write_text('what was there')
    with pytest.raises(InputError, match='cannot be exported') as error:
        export_onnx(checkpoint, str(exported), probe_images())
    assert words in str(error.value)
    assert 'supported are Faster R-CNN, Cascade R-CNN, RetinaNet' in str(
        error.value)
    assert exported.read_text() == 'what was there'
    assert sorted(os.listdir(tmp_path)) == ['a.onnx', 'a.pth']
