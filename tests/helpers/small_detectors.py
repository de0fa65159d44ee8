"""Small detectors: configs of every kind with options for 128 pixels."""
from typing import NamedTuple

WIDTH = 16
RESNET = {
    'model.backbone.depth': 18,
    'model.backbone.base_channels': 8,
    'model.backbone.frozen_stages': -1,
    'model.backbone.norm_eval': False,
    'model.neck.in_channels': [8, 16, 32, 64],
    'model.neck.out_channels': WIDTH,
}
TWO_STAGES = {
    **RESNET,
    'model.rpn_head.in_channels': WIDTH,
    'model.rpn_head.feat_channels': WIDTH,
    'model.roi_head.bbox_roi_extractor.out_channels': WIDTH,
    'model.train_cfg.rpn_proposal.max_per_img': 50,
    'model.test_cfg.rpn.max_per_img': 50,
    'model.test_cfg.rcnn.score_thr': 1e-6,
}
ONE_HEAD = {
    **TWO_STAGES,
    'model.roi_head.bbox_head.in_channels': WIDTH,
    'model.roi_head.bbox_head.fc_out_channels': 32,
}


class Case(NamedTuple):
    """A config, the options that make it small, its heads with classes."""
    path: str
    options: dict
    heads: int


CASES = dict(
    retinanet=Case(
        'configs/retinanet/retinanet_r50_fpn_1x_drawings22.py', {
            **RESNET,
            'model.bbox_head.in_channels': WIDTH,
            'model.bbox_head.feat_channels': WIDTH,
            'model.bbox_head.stacked_convs': 1,
            'model.test_cfg.score_thr': 1e-6,
        }, 1),
    yolov3=Case('configs/yolo/yolov3_mobilenetv2_416px_1xb8-30e_drawings22.py',
                {
                    'train_dataloader.batch_size': 2,
                    'model.test_cfg.score_thr': 1e-6,
                }, 1),
    cascade=Case(
        'configs/cascade_rcnn/cascade-rcnn_r50_fpn_1x_drawings22.py', {
            **TWO_STAGES,
            **{
                f'model.roi_head.bbox_head.{stage}.in_channels': WIDTH
                for stage in range(3)
            },
        }, 3),
    mask=Case(
        'configs/mask_rcnn/mask-rcnn_r50_fpn_1x_drawings22.py', {
            **ONE_HEAD,
            'model.roi_head.mask_roi_extractor.out_channels': WIDTH,
            'model.roi_head.mask_head.in_channels': WIDTH,
            'model.roi_head.mask_head.conv_out_channels': WIDTH,
        }, 2),
    soft_nms=Case(
        'configs/faster_rcnn/'
        'faster-rcnn_r50_fpn_soft-nms_1x_drawings22.py', ONE_HEAD, 1))
