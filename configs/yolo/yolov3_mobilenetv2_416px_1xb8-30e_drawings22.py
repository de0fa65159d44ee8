# python tools/train.py \
#     configs/yolo/yolov3_mobilenetv2_416px_1xb8-30e_drawings22.py
# For a small GPU; ImageNet weights are fetched, or taken from checkpoints/.
# Measured from random weights, smaller and shorter: docs/model_zoo.md.
_base_ = [
    '../_base_/models/yolov3_mobilenetv2.py',
    '../_base_/datasets/drawings22.py',
    '../_base_/schedules/sgd_1x.py',
    '../_base_/default_runtime.py',
]

size = 416  # pixels of the long side
max_epochs = 30
batch_size = 8

model = dict(bbox_head=dict(num_classes={{_base_.num_classes}}))

train_pipeline = [
    dict(type='LoadImageOnWhite'),
    dict(type='LoadAnnotations', with_bbox=True),
    dict(type='Resize', scale=(size, size), keep_ratio=True),
    dict(type='RandomFlip', prob=0.5),
    dict(type='PackDetInputs'),
]
test_pipeline = [
    dict(type='LoadImageOnWhite'),
    dict(type='Resize', scale=(size, size), keep_ratio=True),
    dict(type='LoadAnnotations', with_bbox=True),
    dict(
        type='PackDetInputs',
        meta_keys=('img_id', 'img_path', 'ori_shape', 'img_shape',
                   'scale_factor')),
]
train_dataloader = dict(
    batch_size=batch_size, dataset=dict(pipeline=train_pipeline))
val_dataloader = dict(
    batch_size=batch_size, dataset=dict(pipeline=test_pipeline))
test_dataloader = dict(dataset=dict(pipeline=test_pipeline))

train_cfg = dict(max_epochs=max_epochs, val_interval=5)
param_scheduler = [
    dict(type='LinearLR', start_factor=0.01, by_epoch=False, begin=0, end=100),
    dict(
        type='CosineAnnealingLR',
        eta_min_ratio=0.01,
        begin=0,
        end=max_epochs,
        T_max=max_epochs,
        convert_to_iter_based=True),
]
optim_wrapper = dict(
    optimizer=dict(
        _delete_=True, type='AdamW', lr=0.001, weight_decay=0.05, fused=True),
    clip_grad=dict(max_norm=35))
auto_scale_lr = dict(base_batch_size=batch_size)
