# Fast R-CNN (Girshick, 2015) as tutorials have it: one fully connected layer
# names the 7 x 7 x 512 features of a RoI, two correct its box, whatever its
# class. Architecture only: the leaf configs say num_classes.
stride = 16
pos_iou_thr = 0.3

model = dict(
    type='FastRCNN',
    data_preprocessor=dict(
        type='DetDataPreprocessor',
        # Mean and deviation of ImageNet, RGB, as the backbone was trained.
        mean=[123.675, 116.28, 103.53],
        std=[58.395, 57.12, 57.375],
        bgr_to_rgb=True,
        pad_size_divisor=stride),
    backbone=dict(
        type='TorchvisionVGG',
        depth=16,
        with_bn=True,
        # The norms train as all else does.
        norm_eval=False,
        init_cfg=dict(type='Pretrained', checkpoint='torchvision://vgg16_bn')),
    roi_head=dict(
        type='StandardRoIHead',
        bbox_roi_extractor=dict(
            type='SingleRoIExtractor',
            roi_layer=dict(type='RoIPool', output_size=7),
            out_channels=512,
            featmap_strides=[stride]),
        bbox_head=dict(
            type='ConvFCBBoxHead',
            in_channels=512,
            roi_feat_size=7,
            # Of the box branch; the class layer stands alone.
            num_reg_fcs=1,
            fc_out_channels=512,
            reg_predictor_cfg=dict(type='TanhLinear'),
            # An object with IoU t of a proposal is at most (1 / t - 1) / 2 of
            # its width away and 1 / t times as wide or narrow: for t = 0.3
            # 1.17 and log 3.33 = 1.20. Divided by 1.25 both are within the
            # tanh's -1 to 1.
            bbox_coder=dict(
                type='DeltaXYWHBBoxCoder',
                target_means=[0., 0., 0., 0.],
                target_stds=[1.25, 1.25, 1.25, 1.25]),
            reg_class_agnostic=True,
            loss_cls=dict(
                type='CrossEntropyLoss', use_sigmoid=False, loss_weight=1.0),
            loss_bbox=dict(type='MeanL1Loss', loss_weight=10.0))),
    train_cfg=dict(
        rcnn=dict(
            assigner=dict(
                type='MaxIoUAssigner',
                pos_iou_thr=pos_iou_thr,
                neg_iou_thr=pos_iou_thr,
                min_pos_iou=pos_iou_thr,
                match_low_quality=False,
                ignore_iof_thr=-1),
            # All proposals, and no box of the truth among them.
            sampler=dict(type='PseudoSampler'),
            pos_weight=-1)),
    test_cfg=dict(
        rcnn=dict(
            score_thr=0.05,
            # A place has one object: classes suppress each other.
            nms=dict(type='nms', iou_threshold=0.05, class_agnostic=True),
            max_per_img=100)))
