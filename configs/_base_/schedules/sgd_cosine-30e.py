# 30 epochs of SGD on a cosine, written for 2 images a step.
max_epochs = 30
train_cfg = dict(
    type='EpochBasedTrainLoop', max_epochs=max_epochs, val_interval=1)
val_cfg = dict(type='ValLoop')
test_cfg = dict(type='TestLoop')

# rate(t) = 1e-5 + (0.001 - 1e-5) x (1 + cos(pi x t / run)) / 2, set anew
# every step: 0.001 at first, 0.000505 after 15 epochs, 1e-5 at the end.
param_scheduler = [
    dict(
        type='CosineAnnealingLR',
        eta_min=1e-5,
        begin=0,
        end=max_epochs,
        T_max=max_epochs,
        by_epoch=True,
        convert_to_iter_based=True),
]

optim_wrapper = dict(
    type='OptimWrapper',
    optimizer=dict(
        type='SGD', lr=0.001, momentum=0.9, weight_decay=0.0005, fused=True))

# lr = 0.001 x (images a step over all devices) / 2; the 1e-5 stays.
auto_scale_lr = dict(enable=True, base_batch_size=2)
