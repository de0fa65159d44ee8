# python tools/train.py configs/faster_rcnn/\
# faster-rcnn_vgg16_c5_1xb2-cosine-30e_drawings22.py
# For a GPU; ImageNet weights are fetched, or taken from checkpoints/. 5.2 s a
# step on 2 busy cores of an AMD EPYC (Zen 4), with --amp. docs/vgg16.md says
# where every value comes from.
# Measured from random weights, smaller and shorter: docs/model_zoo.md.
_base_ = [
    '../_base_/models/faster-rcnn_vgg16_c5.py',
    '../_base_/datasets/drawings22.py',
    '../_base_/schedules/sgd_cosine-30e.py',
    '../_base_/default_runtime.py',
]

scale = (600, 400)  # pixels of the long side at most, of the short side

model = dict(roi_head=dict(bbox_head=dict(num_classes={{_base_.num_classes}})))

train_pipeline = [
    dict(type='LoadImageOnWhite'),
    dict(type='LoadAnnotations', with_bbox=True),
    dict(type='Resize', scale=scale, keep_ratio=True),
    dict(type='RandomFlip', prob=0.5),
    dict(type='PackDetInputs'),
]
test_pipeline = [
    dict(type='LoadImageOnWhite'),
    dict(type='Resize', scale=scale, keep_ratio=True),
    dict(type='LoadAnnotations', with_bbox=True),
    dict(
        type='PackDetInputs',
        meta_keys=('img_id', 'img_path', 'ori_shape', 'img_shape',
                   'scale_factor')),
]
train_dataloader = dict(dataset=dict(pipeline=train_pipeline))
val_dataloader = dict(dataset=dict(pipeline=test_pipeline))
test_dataloader = dict(dataset=dict(pipeline=test_pipeline))

# One checkpoint an epoch, all of them kept.
default_hooks = dict(checkpoint=dict(max_keep_ckpts=-1))
