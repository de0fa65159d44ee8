# The detector in checkpoints/ is trained with this: docs/pretrained.md has the
# commands. For a thousand pictures or more of many styles: few passes, and
# colors that change, since a drawing's are anyone's choice.
_base_ = './faster-rcnn_efficientnet-lite0_fpn_256px_1xb4-14e_drawings22.py'

size = 256  # pixels of the long side
max_epochs = 4
batch_size = 8

train_pipeline = [
    dict(type='LoadImageOnWhite'),
    dict(type='LoadAnnotations', with_bbox=True),
    dict(
        type='CachedMosaic',
        img_scale=(size // 2, size // 2),
        pad_val=255.0,
        prob=0.5),
    dict(type='Resize', scale=(size, size), keep_ratio=True),
    dict(type='RandomFlip', prob=0.5),
    dict(
        type='YOLOXHSVRandomAug',
        hue_delta=12,
        saturation_delta=50,
        value_delta=40),
    dict(type='PackDetInputs'),
]
train_dataloader = dict(
    batch_size=batch_size, dataset=dict(pipeline=train_pipeline))
val_dataloader = dict(batch_size=batch_size)
train_cfg = dict(max_epochs=max_epochs, val_interval=1)
param_scheduler = [
    dict(type='LinearLR', start_factor=0.01, by_epoch=False, begin=0, end=300),
    dict(
        type='CosineAnnealingLR',
        eta_min_ratio=0.01,
        begin=0,
        end=max_epochs,
        T_max=max_epochs,
        convert_to_iter_based=True),
]
auto_scale_lr = dict(base_batch_size=batch_size)
