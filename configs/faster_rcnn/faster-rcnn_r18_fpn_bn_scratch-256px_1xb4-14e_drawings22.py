# python tools/train.py configs/faster_rcnn/\
# faster-rcnn_r18_fpn_bn_scratch-256px_1xb4-14e_drawings22.py --amp
# 2 cores of an AMD EPYC (Zen 4), bf16: 5 to 7 min, start-up and validation
# included; mAP 0.508 and mAP50 0.704 on the test split of the sample data set.
_base_ = [
    '../_base_/models/faster-rcnn_r50_fpn.py',
    '../_base_/datasets/drawings22.py',
    '../_base_/schedules/sgd_1x.py',
    '../_base_/default_runtime.py',
]

size = 256  # pixels of the long side
channels = 32  # of the first stage: half a ResNet-18
width = 64  # of the pyramid and the RPN
max_epochs = 14
batch_size = 4  # 1400 small steps learn more than 700 large ones

model = dict(
    backbone=dict(
        depth=18,
        base_channels=channels,
        # From scratch nothing may be frozen, and the norm must train.
        frozen_stages=-1,
        norm_eval=False,
        init_cfg=None),
    neck=dict(
        in_channels=[channels, 2 * channels, 4 * channels, 8 * channels],
        out_channels=width,
        # He et al., 2018, "Rethinking ImageNet Pre-training": a pyramid
        # trained from scratch needs a norm.
        norm_cfg=dict(type='BN')),
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
            # One box regression that learns from all classes.
            reg_class_agnostic=True,
            num_classes={{_base_.num_classes}})),
    train_cfg=dict(
        rpn=dict(sampler=dict(num=128)),
        rpn_proposal=dict(nms_pre=300, max_per_img=150),
        # Few RoIs, half of them objects: names are what takes long to learn.
        rcnn=dict(sampler=dict(num=64, pos_fraction=0.5))),
    test_cfg=dict(rpn=dict(nms_pre=300, max_per_img=100)))

train_pipeline = [
    dict(type='LoadImageOnWhite'),
    dict(type='LoadAnnotations', with_bbox=True),
    # Four drawings on one sheet, at half their size: four times the objects
    # in a step, and big ones are learned small as well.
    dict(
        type='CachedMosaic',
        img_scale=(size // 2, size // 2),
        pad_val=255.0,
        prob=0.7),
    dict(type='Resize', scale=(size, size), keep_ratio=True),
    dict(type='RandomFlip', prob=0.5),
    # A mosaic cuts objects: of a box that ends at its edge, rounding leaves a
    # sliver, which a flip makes one without width, whose loss is NaN.
    dict(type='FilterAnnotations', keep_empty=False),
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
    clip_grad=dict(max_norm=10))
auto_scale_lr = dict(base_batch_size=batch_size)
