# python tools/train.py \
#     configs/faster_rcnn/faster-rcnn_r101_fpn_1x_drawings22.py
# As R-50, with 101 layers.
# Measured from random weights, smaller and shorter: docs/model_zoo.md.
_base_ = './faster-rcnn_r50_fpn_1x_drawings22.py'

model = dict(
    backbone=dict(
        depth=101,
        init_cfg=dict(type='Pretrained',
                      checkpoint='torchvision://resnet101')))
