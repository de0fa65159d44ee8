# python tools/train.py \
#     configs/faster_rcnn/faster-rcnn_r50_fpn_soft-nms_1x_drawings22.py
# Soft-NMS (Bodla et al., 2017): a box that overlaps a better one loses score
# instead of being dropped, for drawings whose objects stand close together. It
# is a setting of the test alone: a checkpoint of the base config will do.
# Measured from random weights, smaller and shorter: docs/model_zoo.md.
_base_ = './faster-rcnn_r50_fpn_1x_drawings22.py'

model = dict(test_cfg=dict(rcnn=dict(nms=dict(type='soft_nms'))))
