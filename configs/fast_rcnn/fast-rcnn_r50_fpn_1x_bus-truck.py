# python tools/train.py configs/fast_rcnn/fast-rcnn_r50_fpn_1x_bus-truck.py
# For a GPU; ImageNet weights are fetched, or taken from checkpoints/. Not
# measured yet as it is; docs/fast_rcnn.md has a small run.
_base_ = [
    '../_base_/models/fast-rcnn_r50_fpn.py',
    '../_base_/datasets/bus_truck.py',
    '../_base_/schedules/sgd_1x.py',
    '../_base_/default_runtime.py',
]

model = dict(roi_head=dict(bbox_head=dict(num_classes={{_base_.num_classes}})))

# Training and validation loss beside each other, epoch by epoch.
custom_hooks = _base_.custom_hooks + [dict(type='ValLossHook')]
