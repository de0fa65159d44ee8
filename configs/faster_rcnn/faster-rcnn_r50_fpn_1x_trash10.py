# python tools/train.py configs/faster_rcnn/faster-rcnn_r50_fpn_1x_trash10.py
# For a GPU; ImageNet weights are fetched, or taken from checkpoints/. Not
# measured on such a set; docs/model_zoo.md measures the network.
_base_ = [
    '../_base_/models/faster-rcnn_r50_fpn.py',
    '../_base_/datasets/trash10.py',
    '../_base_/schedules/sgd_1x.py',
    '../_base_/default_runtime.py',
]

model = dict(roi_head=dict(bbox_head=dict(num_classes={{_base_.num_classes}})))
