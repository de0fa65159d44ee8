# Ten kinds of waste, boxes of COCO JSON. The set comes as train.json and
# test.json beside its images; to bring it into the layout of data/, with a
# val that is split off train:
# python tools/convert_dataset.py coco SRC --out data/trash10 --link
_base_ = './drawings22.py'

dataset_type = 'CocoByNameDataset'
data_root = 'data/trash10/'
metainfo = dict(
    classes=('General trash', 'Paper', 'Paper pack', 'Metal', 'Glass',
             'Plastic', 'Styrofoam', 'Plastic bag', 'Battery', 'Clothing'))
num_classes = len(metainfo['classes'])

train_dataloader = dict(
    dataset=dict(type=dataset_type, data_root=data_root, metainfo=metainfo))
val_dataloader = dict(
    dataset=dict(type=dataset_type, data_root=data_root, metainfo=metainfo))
test_dataloader = dict(
    dataset=dict(type=dataset_type, data_root=data_root, metainfo=metainfo))

val_evaluator = dict(ann_file=data_root + 'annotations/val.json')
test_evaluator = dict(ann_file=data_root + 'annotations/test.json')
