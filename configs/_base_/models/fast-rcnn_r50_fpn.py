# Fast R-CNN (Girshick, 2015) on a ResNet-50 with a feature pyramid: Faster
# R-CNN without the network that proposes. Architecture only: the leaf configs
# say num_classes.
_base_ = './faster-rcnn_r50_fpn.py'

faster = _base_.model
model = dict(
    _delete_=True,
    type='FastRCNN',
    data_preprocessor=faster.data_preprocessor,
    backbone=faster.backbone,
    neck=faster.neck,
    roi_head=faster.roi_head,
    train_cfg=dict(rcnn=faster.train_cfg.rcnn),
    test_cfg=dict(rcnn=faster.test_cfg.rcnn))
