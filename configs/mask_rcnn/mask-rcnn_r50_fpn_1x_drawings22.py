# python tools/train.py configs/mask_rcnn/mask-rcnn_r50_fpn_1x_drawings22.py
# For a GPU; ImageNet weights are fetched, or taken from checkpoints/. Learns
# the masks of the annotations, and the rectangle of the box where there is
# none.
# Measured from random weights, smaller and shorter: docs/model_zoo.md.
_base_ = [
    '../_base_/models/mask-rcnn_r50_fpn.py',
    '../_base_/datasets/drawings22.py',
    '../_base_/schedules/sgd_1x.py',
    '../_base_/default_runtime.py',
]

num_classes = {{_base_.num_classes}}

model = dict(
    roi_head=dict(
        bbox_head=dict(num_classes=num_classes),
        mask_head=dict(num_classes=num_classes)))

train_pipeline = [
    dict(type='LoadImageOnWhite'),
    dict(type='BoxesToMasks'),
    dict(type='LoadAnnotations', with_bbox=True, with_mask=True),
    dict(type='Resize', scale=(1333, 800), keep_ratio=True),
    dict(type='RandomFlip', prob=0.5),
    dict(type='PackDetInputs'),
]
train_dataloader = dict(dataset=dict(pipeline=train_pipeline))
