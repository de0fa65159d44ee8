# MMDetection's "1x": 12 epochs of SGD, written for 16 images a step.
max_epochs = 12
train_cfg = dict(
    type='EpochBasedTrainLoop', max_epochs=max_epochs, val_interval=1)
val_cfg = dict(type='ValLoop')
test_cfg = dict(type='TestLoop')

param_scheduler = [
    # The first 500 steps warm up from a thousandth of the rate.
    dict(
        type='LinearLR', start_factor=0.001, by_epoch=False, begin=0, end=500),
    # 0.02 until epoch 8, 0.002 until epoch 11, 0.0002 in the last one.
    dict(
        type='MultiStepLR',
        begin=0,
        end=max_epochs,
        by_epoch=True,
        milestones=[8, 11],
        gamma=0.1),
]

optim_wrapper = dict(
    type='OptimWrapper',
    optimizer=dict(
        type='SGD', lr=0.02, momentum=0.9, weight_decay=0.0001, fused=True))

# The one place where the rate follows the batch:
# lr = 0.02 x (images a step over all devices) / 16, e.g. 0.0025 for 2.
auto_scale_lr = dict(enable=True, base_batch_size=16)
