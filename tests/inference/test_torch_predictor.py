import numpy as np
import pytest
import torch
from mmcv.transforms import BaseTransform
from mmdet.registry import TRANSFORMS
from mmengine.config import Config

from custom.config.config import load_config
from custom.inference.sliced_predictor import SlicedPredictor
from custom.inference.torch_predictor import (TorchPredictor,
                                              inference_detector,
                                              init_detector)
from custom.structures.resize import ResizedImage, ResizeSpec
from custom.utils.errors import InputError
from custom.utils.image_io import write_jpeg
from tests.helpers.exported_detector import CLASSES, write_checkpoint
from tests.helpers.run_tool import CONFIG


@pytest.fixture(scope='module')
def checkpoint(tmp_path_factory):
    return write_checkpoint(
        tmp_path_factory.mktemp('torch') / 'a.pth', 'faster_rcnn/faster-rcnn_'
        'r18_fpn_bn_scratch-256px_1xb4-14e_drawings22', {})


@pytest.fixture
def cfg():
    """Of the checkpoint, with another step before the loading one."""
    cfg = load_config(
        CONFIG, {
            'test_dataloader.dataset.pipeline.1.scale': (160, 128),
            'train_dataloader.dataset.metainfo': dict(classes=CLASSES),
            'model.roi_head.bbox_head.num_classes': len(CLASSES)
        })
    cfg.test_dataloader.dataset.pipeline.insert(0, dict(type='CountedStep'))
    return cfg


@TRANSFORMS.register_module()
class CountedStep(BaseTransform):
    """Changes nothing, and counts how often it is built and runs."""
    built = ran = 0

    def __init__(self):
        type(self).built += 1

    def transform(self, results):
        type(self).ran += 1
        return results


def test_the_pipeline_is_built_once_without_loading(cfg, checkpoint, images):
    CountedStep.built = CountedStep.ran = 0
    model = init_detector(cfg, checkpoint, 'cpu', 'fp32')
    for image in images:
        inference_detector(model, image)

    assert (CountedStep.built, CountedStep.ran) == (1, len(images))
    assert [type(step).__name__ for step in model.test_pipeline
            ] == ['CountedStep', 'Resize', 'LoadAnnotations', 'PackDetInputs']


def test_a_pipeline_that_cannot_be_built(cfg, checkpoint):
    cfg.test_dataloader.dataset.pipeline[0]['size'] = 3
    with pytest.raises(InputError, match='its test pipeline cannot be built'):
        init_detector(cfg, checkpoint, 'cpu')


def test_the_config_of_a_checkpoint_can_be_changed(checkpoint, images):
    predictor = TorchPredictor(checkpoint, 'cpu', 'fp32')
    config = predictor.model.cfg
    assert len(predictor(images[0])) > 1
    config.model.test_cfg.rcnn.max_per_img = 1
    changed = TorchPredictor(checkpoint, 'cpu', 'fp32', config=config)
    assert changed(images[0]) == predictor(images[0])[:1]


@pytest.mark.skipif(torch.cuda.is_available(), reason='there is a GPU')
def test_a_device_by_number_is_a_gpu(checkpoint):
    with pytest.raises(InputError, match='device 0: torch cannot'):
        TorchPredictor(checkpoint, 0)


def test_a_config_without_a_file_is_called_by_its_checkpoint(cfg, checkpoint):
    cfg.model.type = 'NoDetector'
    with pytest.raises(InputError, match=f'^{checkpoint}: its model'):
        init_detector(Config(cfg.to_dict()), checkpoint, 'cpu')


def test_a_list_goes_in_batches(checkpoint, images, tmp_path):
    """19 images, a file among them, come in order and as one by one."""
    predictor = TorchPredictor(checkpoint, 'cpu', 'fp32')
    model = predictor.model
    write_jpeg(str(tmp_path / 'a.jpg'), images[1])
    images = [*images * 5][:18] + [str(tmp_path / 'a.jpg')]
    alone = [inference_detector(model, image) for image in images]
    sizes = []
    hook = model.backbone.register_forward_pre_hook(
        lambda _, inputs: sizes.append(len(inputs[0])))
    together = inference_detector(model, images)
    hook.remove()

    assert inference_detector(model, []) == []
    # Of each eight, those of one shape: 4, 2 and 2, twice; then 2 of three.
    assert sizes == [4, 2, 2, 4, 2, 2, 1, 2]
    assert len(together) == 19
    for found, one in zip(together, alone):
        assert len(one.pred_instances) > 0
        assert found.ori_shape == one.ori_shape
        assert found.img_path == one.img_path
        torch.testing.assert_close(
            found.pred_instances.scores,
            one.pred_instances.scores,
            rtol=0,
            atol=1e-4)
        torch.testing.assert_close(
            found.pred_instances.bboxes,
            one.pred_instances.bboxes,
            rtol=0,
            atol=0.01)
    detections = predictor.batch(images)
    assert [d.score for d in detections[18]] == sorted(
        together[18].pred_instances.scores.tolist(), reverse=True)


@pytest.mark.parametrize('resize, resize_spec', [
    (dict(scale=(160, 128), keep_ratio=True), ResizeSpec((160, 128), True)),
    (dict(scale=64), ResizeSpec((64, 64), False)),
    (dict(scale_factor=0.5), None),
    (dict(scale=64, interpolation='nearest'), None),
])
def test_how_large_an_image_becomes(checkpoint, tmp_path, resize, resize_spec):
    assert resizing(checkpoint, tmp_path, **resize).resize_spec == resize_spec


def test_what_was_reduced_before_has_boxes_of_the_original(
        checkpoint, tmp_path, images):
    predictor = resizing(checkpoint, tmp_path, scale_factor=.5)
    pixels = images[0]
    height, width = pixels.shape[:2]

    as_it_is = predictor(pixels)
    original, = predictor.batch_resized(
        [ResizedImage(pixels, 2 * width, 4 * height)])

    assert len(original) == len(as_it_is) > 0
    for one, other in zip(original, as_it_is):
        assert (one.label, one.score) == (other.label, other.score)
        assert one.box == tuple(
            side * factor for side, factor in zip(other.box, (2, 4, 2, 4)))


def resizing(checkpoint, folder, **resize):
    """A predictor with another Resize in its test pipeline."""
    stored = torch.load(checkpoint, weights_only=False)
    cfg = Config.fromstring(stored['meta']['cfg'], '.py')
    cfg.test_dataloader.dataset.pipeline[1] = dict(type='Resize', **resize)
    stored['meta']['cfg'] = cfg.pretty_text
    torch.save(stored, folder / 'b.pth')
    return TorchPredictor(str(folder / 'b.pth'), 'cpu')


def test_four_views_of_an_image(checkpoint, images):
    """80 x 60 becomes 160 x 120, and 120 x 90: padded to 160 x 128 and
    128 x 96."""
    predictor = TorchPredictor(checkpoint, 'cpu', 'fp32', tta=True)
    views = []
    hook = predictor.model.module.backbone.register_forward_pre_hook(
        lambda _, inputs: views.append(inputs[0]))
    found = predictor(images[0])
    hook.remove()

    assert [tuple(view.shape) for view in views] == [(1, 3, 128, 160),
                                                     (1, 3, 128, 160),
                                                     (1, 3, 96, 128),
                                                     (1, 3, 96, 128)]
    plain, flipped = views[0][..., :120, :], views[1][..., :120, :]
    torch.testing.assert_close(flipped, plain.flip(-1), rtol=0, atol=0)
    assert len(found) > 0
    assert [d.score for d in found] == sorted([d.score for d in found],
                                              reverse=True)
    for _, _, (x1, y1, x2, y2) in found:
        assert 0 <= x1 <= x2 <= 80 and 0 <= y1 <= y2 <= 60


def test_views_go_in_batches(checkpoint, images):
    predictor = TorchPredictor(checkpoint, 'cpu', 'fp32', tta=True)
    together = predictor.batch(images)

    for found, image in zip(together, images):
        alone = predictor(image)
        assert [d.label for d in found] == [d.label for d in alone]
        assert [d.score
                for d in found] == pytest.approx([d.score for d in alone],
                                                 abs=1e-4)


@pytest.mark.parametrize('size', [(800, 1), (1, 800)])
@pytest.mark.parametrize('options', [{}, dict(tta=True)])
def test_a_strip_is_looked_at(checkpoint, size, options):
    """Alone, in slices, and between others: MMCV would make a side of 0."""
    width, height = size
    predictor = TorchPredictor(checkpoint, 'cpu', 'fp32', **options)
    strip = np.zeros((height, width, 3), np.uint8)
    other = np.zeros((60, 80, 3), np.uint8)

    found = predictor.batch([other, strip, other])[1]
    assert len(found) == len(predictor(strip))
    for one in found + SlicedPredictor(predictor, 100)(strip):
        x1, y1, x2, y2 = one.box
        assert 0 <= x1 <= x2 <= width and 0 <= y1 <= y2 <= height


def test_masks_are_not_fused(tmp_path):
    path = write_checkpoint(tmp_path / 'a.pth',
                            'mask_rcnn/mask-rcnn_r50_fpn_1x_drawings22', {
                                'model.backbone.depth': 18,
                                'model.neck.in_channels': [64, 128, 256, 512]
                            })
    with pytest.raises(InputError, match='this detector finds masks'):
        TorchPredictor(path, 'cpu', tta=True)
