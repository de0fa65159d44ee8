"""Detectors of random weights, exported: fixtures of several folders."""
import numpy as np
import pytest
import torch
from mmdet.registry import MODELS
from mmengine.registry import init_default_scope
from torch import nn

from custom.config.config import load_config, use_classes
from custom.export.to_onnx import export_onnx
from custom.export.to_opencv import export_opencv
from custom.sample_data.probe import probe_images
from tests.helpers.shared_folder import shared_folder

CLASSES = ('cat', 'dog', 'sun')
# Of the last layers: scores then differ from place to place, and few are 1.
SPREADS = {
    'rpn_cls': .2,
    'rpn_reg': .05,
    'fc_cls': .03,
    'cls_convs.0.conv': .05,
    'retina_cls': .2
}
# Options that make a leaf small: depth, width and proposals say nothing of an
# export, and take most of its time.
FEW_PROPOSALS = {
    'model.test_cfg.rpn.nms_pre': 100,
    'model.test_cfg.rpn.max_per_img': 30
}
SMALL_VGG = {
    **FEW_PROPOSALS, 'model.backbone.depth': 11,
    'model.roi_head.bbox_head.fc_out_channels': 16,
    'model.test_cfg.rcnn.score_thr': .2
}
_SMALL_R50 = {
    'model.backbone.depth': 18,
    'model.backbone.base_channels': 16,
    'model.neck.in_channels': [16, 32, 64, 128],
    'model.neck.out_channels': 64
}
SMALL_RETINANET = {
    **_SMALL_R50, 'model.bbox_head.in_channels': 64,
    'model.bbox_head.feat_channels': 64,
    'model.bbox_head.stacked_convs': 1
}


def _small_rcnn(*heads):
    return {
        **FEW_PROPOSALS,
        **_SMALL_R50, 'model.rpn_head.in_channels': 64,
        'model.rpn_head.feat_channels': 64,
        'model.roi_head.bbox_roi_extractor.out_channels': 64,
        **{
            f'model.roi_head.bbox_head{head}.{key}_channels': 64
            for head in heads
            for key in ('in', 'fc_out')
        }
    }


SMALL_RCNN = _small_rcnn('')
SMALL_CASCADE = _small_rcnn('.0', '.1', '.2')


def write_checkpoint(path, config, options):
    """A checkpoint of random weights that find something everywhere."""
    cfg = load_config(
        f'configs/{config}.py', {
            'model.backbone.init_cfg': None,
            'test_dataloader.dataset.pipeline.1.scale': (160, 128),
            **options
        })
    use_classes(cfg, CLASSES)
    init_default_scope('mmdet')
    torch.manual_seed(0)
    model = MODELS.build(cfg.model)
    model.init_weights()
    for name, weight in model.named_parameters():
        for ending, std in SPREADS.items():
            if name.endswith(f'{ending}.weight'):
                nn.init.normal_(weight, std=std)
    # As Config.pretty_text, but for line breaks, which yapf takes 0.3 s for.
    text = '\n'.join(f'{key} = {value!r}'
                     for key, value in cfg.to_dict().items())
    torch.save(
        dict(
            state_dict=model.state_dict(),
            meta=dict(
                cfg=text,
                dataset_meta=dict(classes=CLASSES, thresholds=dict(cat=.25)))),
        path)
    return str(path)


def write_yolo(path):
    """A checkpoint of YOLOv3. With the weights that a training begins with
    nothing of the image would be left in its maps."""
    checkpoint = write_checkpoint(
        path, 'yolo/yolov3_mobilenetv2_416px_1xb8-30e_drawings22', {})
    loaded = torch.load(checkpoint)
    for weight in loaded['state_dict'].values():
        if weight.ndim == 4:
            nn.init.kaiming_normal_(weight)
    torch.save(loaded, checkpoint)
    return checkpoint


@pytest.fixture(scope='session')
def images():
    """Noise: 80 x 60, 60 x 80, 80 x 60 again, and a strip."""
    rng = np.random.default_rng(0)
    return [
        rng.integers(0, 256, (height, width, 3), np.uint8)
        for height, width in ((60, 80), (80, 60), (60, 80), (30, 200))
    ]


@pytest.fixture(scope='session')
def r18(tmp_path_factory, pytestconfig):
    """A narrow Faster R-CNN with a pyramid: checkpoint and ONNX file."""

    def make(folder):
        folder.mkdir()
        checkpoint = folder / 'r18.pth'
        with pytest.MonkeyPatch.context() as patch:
            patch.chdir(pytestconfig.rootpath)
            write_checkpoint(
                checkpoint, 'faster_rcnn/faster-rcnn_r18_fpn_bn_scratch-256px_'
                '1xb4-14e_drawings22', {})
        export_onnx(str(checkpoint), str(folder / 'r18.onnx'), probe_images())

    folder = shared_folder(tmp_path_factory, 'r18', make)
    return str(folder / 'r18.pth'), str(folder / 'r18.onnx')


@pytest.fixture(scope='session')
def r18_opencv(r18, tmp_path_factory):
    """The file for OpenCV of the detector of :func:`r18`."""

    def make(folder):
        folder.mkdir()
        export_opencv(r18[0], str(folder / 'r18.zip'), probe_images())

    folder = shared_folder(tmp_path_factory, 'r18_opencv', make)
    return str(folder / 'r18.zip')
