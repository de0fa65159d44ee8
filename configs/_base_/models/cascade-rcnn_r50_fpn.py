# Cascade R-CNN (Cai and Vasconcelos, 2018): three RoI heads one after the
# other, each fed with the boxes of the one before. Architecture only: the leaf
# configs say num_classes.
_base_ = './faster-rcnn_r50_fpn.py'

# From stage to stage the IoU rises from which a box counts as an object, and
# its corrections become smaller.
stages = [
    dict(iou=0.5, target_stds=[0.1, 0.1, 0.2, 0.2]),
    dict(iou=0.6, target_stds=[0.05, 0.05, 0.1, 0.1]),
    dict(iou=0.7, target_stds=[0.033, 0.033, 0.067, 0.067]),
]

model = dict(
    type='CascadeRCNN',
    rpn_head=dict(
        loss_bbox=dict(type='SmoothL1Loss', beta=1.0 / 9, loss_weight=1.0)),
    roi_head=dict(
        type='CascadeRoIHead',
        num_stages=len(stages),
        stage_loss_weights=[1, 0.5, 0.25],
        bbox_head=[
            dict(
                type='Shared2FCBBoxHead',
                in_channels=256,
                fc_out_channels=1024,
                roi_feat_size=7,
                bbox_coder=dict(
                    type='DeltaXYWHBBoxCoder',
                    target_means=[0., 0., 0., 0.],
                    target_stds=stage['target_stds']),
                reg_class_agnostic=True,
                loss_cls=dict(
                    type='CrossEntropyLoss',
                    use_sigmoid=False,
                    loss_weight=1.0),
                loss_bbox=dict(type='SmoothL1Loss', beta=1.0, loss_weight=1.0))
            for stage in stages
        ]),
    train_cfg=dict(
        rpn_proposal=dict(max_per_img=2000),
        rcnn=[
            dict(
                assigner=dict(
                    type='MaxIoUAssigner',
                    pos_iou_thr=stage['iou'],
                    neg_iou_thr=stage['iou'],
                    min_pos_iou=stage['iou'],
                    match_low_quality=False,
                    ignore_iof_thr=-1),
                sampler=dict(
                    type='RandomSampler',
                    num=512,
                    pos_fraction=0.25,
                    neg_pos_ub=-1,
                    add_gt_as_proposals=True),
                pos_weight=-1) for stage in stages
        ]))
