# Hooks, logging, and the single custom_imports.
default_scope = 'mmdet'
custom_imports = dict(imports=['custom'], allow_failed_imports=False)

default_hooks = dict(
    timer=dict(type='IterTimerHook'),
    logger=dict(type='LoggerHook', interval=10),
    param_scheduler=dict(type='ParamSchedulerHook'),
    checkpoint=dict(
        type='SafeCheckpointHook',
        interval=1,
        max_keep_ckpts=2,
        save_best='coco/bbox_mAP',
        rule='greater'),
    sampler_seed=dict(type='DistSamplerSeedHook'),
    visualization=dict(type='DetVisualizationHook'),
    # When training ends: thresholds into the best checkpoint, report_val/.
    val_report=dict(type='ValReportHook'))
custom_hooks = [
    dict(type='NumClassCheckHook'),
    dict(type='ProgressHook'),
    dict(type='PlotCurvesHook'),
    # Validation and test: bfloat16 on a CPU that has it, else float32.
    dict(type='FastInferenceHook', precision='auto'),
    # In a container: an error in time, not a kill without a word.
    dict(type='MemoryGuardHook'),
]

# All channels of a pixel side by side in memory, as convolutions want them.
channels_last = True

env_cfg = dict(
    cudnn_benchmark=False,
    mp_cfg=dict(mp_start_method='fork', opencv_num_threads=0))
randomness = dict(seed=0)

vis_backends = [dict(type='LocalVisBackend')]
visualizer = dict(
    type='DetLocalVisualizer', vis_backends=vis_backends, name='visualizer')
log_processor = dict(type='LogProcessor', window_size=50, by_epoch=True)
log_level = 'INFO'
runner_type = 'DetectionRunner'
load_from = None
resume = False
