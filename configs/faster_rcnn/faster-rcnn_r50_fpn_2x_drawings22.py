# python tools/train.py \
#     configs/faster_rcnn/faster-rcnn_r50_fpn_2x_drawings22.py
# As 1x, for twice as long.
# Measured from random weights, smaller and shorter: docs/model_zoo.md.
_base_ = [
    '../_base_/models/faster-rcnn_r50_fpn.py',
    '../_base_/datasets/drawings22.py',
    '../_base_/schedules/sgd_2x.py',
    '../_base_/default_runtime.py',
]

model = dict(roi_head=dict(bbox_head=dict(num_classes={{_base_.num_classes}})))
