# Buses and trucks with proposals, from an Open Images CSV: 90 % to train, 10 %
# to validate and to test. docs/fast_rcnn.md has the commands.
_base_ = './drawings22.py'

dataset_type = 'CocoByNameDataset'
data_root = 'data/bus_truck/'
metainfo = dict(classes=('Bus', 'Truck'))
num_classes = len(metainfo['classes'])

train_pipeline = [
    dict(type='LoadImageOnWhite'),
    dict(type='LoadOrSearchProposals'),
    dict(type='LoadAnnotations', with_bbox=True),
    # What is inside changes the proposals together with the image.
    dict(
        type='ProposalBroadcaster',
        transforms=[
            dict(type='Resize', scale=(1333, 800), keep_ratio=True),
            dict(type='RandomFlip', prob=0.5),
        ]),
    dict(type='PackDetInputs'),
]
test_pipeline = [
    dict(type='LoadImageOnWhite'),
    dict(type='LoadOrSearchProposals'),
    dict(
        type='ProposalBroadcaster',
        transforms=[dict(type='Resize', scale=(1333, 800), keep_ratio=True)]),
    # Boxes are read after resizing: they are scored on the original image.
    dict(type='LoadAnnotations', with_bbox=True),
    dict(
        type='PackDetInputs',
        meta_keys=('img_id', 'img_path', 'ori_shape', 'img_shape',
                   'scale_factor')),
]

train_dataloader = dict(
    dataset=dict(
        type=dataset_type,
        data_root=data_root,
        metainfo=metainfo,
        proposal_file='proposals/train.pkl',
        pipeline=train_pipeline))
val_dataloader = dict(
    dataset=dict(
        type=dataset_type,
        data_root=data_root,
        metainfo=metainfo,
        proposal_file='proposals/val.pkl',
        pipeline=test_pipeline))
test_dataloader = dict(
    dataset=dict(
        type=dataset_type,
        data_root=data_root,
        metainfo=metainfo,
        ann_file='annotations/val.json',
        proposal_file='proposals/val.pkl',
        pipeline=test_pipeline))

val_evaluator = dict(ann_file=data_root + 'annotations/val.json')
test_evaluator = dict(ann_file=data_root + 'annotations/val.json')
