# 5 epochs of plain SGD at one rate, for 2 images a step.
max_epochs = 5
train_cfg = dict(
    type='EpochBasedTrainLoop', max_epochs=max_epochs, val_interval=1)
val_cfg = dict(type='ValLoop')
test_cfg = dict(type='TestLoop')

param_scheduler = []

optim_wrapper = dict(
    type='OptimWrapper', optimizer=dict(type='SGD', lr=0.001, fused=True))

# lr = 0.001 x (images a step over all devices) / 2.
auto_scale_lr = dict(enable=True, base_batch_size=2)
