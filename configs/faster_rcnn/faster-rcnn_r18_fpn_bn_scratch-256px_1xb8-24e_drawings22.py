# python tools/train.py configs/faster_rcnn/\
# faster-rcnn_r18_fpn_bn_scratch-256px_1xb8-24e_drawings22.py
_base_ = [
    '../_base_/models/faster-rcnn_r50_fpn.py',
    '../_base_/datasets/drawings22.py',
    '../_base_/schedules/sgd_1x.py',
    '../_base_/default_runtime.py',
]

size = 256  # pixels of the long side
channels = 32  # of the first stage: half a ResNet-18
width = 64  # of the pyramid and the RPN
max_epochs = 24
batch_size = 8

model = dict(
    data_preprocessor=dict(pad_size_divisor=32),
    backbone=dict(
        depth=18,
        base_channels=channels,
        # From scratch nothing may be frozen, and the norm must train.
        frozen_stages=-1,
        norm_eval=False,
        init_cfg=None),
    neck=dict(
        in_channels=[channels, 2 * channels, 4 * channels, 8 * channels],
        out_channels=width),
    rpn_head=dict(
        in_channels=width,
        feat_channels=width,
        # Sides of 4 x 4 = 16 to 4 x 64 = 256 pixels.
        anchor_generator=dict(scales=[4])),
    roi_head=dict(
        bbox_roi_extractor=dict(
            out_channels=width,
            roi_layer=dict(output_size=7, sampling_ratio=2)),
        bbox_head=dict(
            in_channels=width,
            fc_out_channels=256,
            num_classes={{_base_.num_classes}})),
    train_cfg=dict(
        rpn=dict(sampler=dict(num=128)),
        rpn_proposal=dict(nms_pre=500, max_per_img=200),
        rcnn=dict(sampler=dict(num=64))),
    test_cfg=dict(rpn=dict(nms_pre=300, max_per_img=100)))

train_pipeline = [
    dict(type='LoadDrawing'),
    dict(type='LoadAnnotations', with_bbox=True),
    dict(type='Resize', scale=(size, size), keep_ratio=True),
    dict(type='RandomFlip', prob=0.5),
    dict(type='PackDetInputs'),
]
test_pipeline = [
    dict(type='LoadDrawing'),
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
test_dataloader = dict(
    batch_size=batch_size, dataset=dict(pipeline=test_pipeline))

train_cfg = dict(max_epochs=max_epochs, val_interval=4)
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
    optimizer=dict(_delete_=True, type='AdamW', lr=0.001, weight_decay=0.05),
    clip_grad=dict(max_norm=10))
auto_scale_lr = dict(base_batch_size=batch_size)
