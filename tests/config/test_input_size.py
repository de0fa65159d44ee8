import pytest
from mmengine.config import Config

from custom.config.config import load_config, set_options
from custom.config.input_size import resized_pipelines
from custom.utils.errors import InputError
from tests.helpers.run_tool import CONFIG

R50 = 'configs/faster_rcnn/faster-rcnn_r50_fpn_1x_drawings22.py'


def config(train, test=(), **more):
    return Config(
        dict(
            train_dataloader=dict(dataset=dict(pipeline=list(train))),
            test_dataloader=dict(dataset=dict(pipeline=list(test))),
            **more))


def resized(cfg, size):
    set_options(cfg, resized_pipelines(cfg, size))
    return cfg


def test_a_scale_keeps_its_ratio():
    cfg = resized(load_config(R50), 1000)

    for split, place in (('train', 2), ('val', 1), ('test', 1)):
        step = cfg[f'{split}_dataloader'].dataset.pipeline[place]
        assert step.scale == (1000, 600)


def test_a_mosaic_of_half_the_size_stays_one():
    pipeline = resized(load_config(CONFIG),
                       320).train_dataloader.dataset.pipeline

    assert pipeline[2].img_scale == (160, 160)
    assert pipeline[3].scale == (320, 320)
    tiny = resized(load_config(CONFIG), 32).train_dataloader.dataset.pipeline
    assert tiny[2].img_scale == (32, 32)


def test_what_is_inside_other_transforms():
    cfg = load_config('configs/fast_rcnn/fast-rcnn_r50_fpn_1x_bus-truck.py')
    cfg = resized(cfg, 667)

    inner = cfg.train_dataloader.dataset.pipeline[3].transforms
    assert inner[0].scale == (667, 400)


def test_large_scale_jitter_is_measured_by_the_test():
    # RTMDet's: twice the size, and a crop of the size, padded.
    cfg = config([
        dict(type='CachedMosaic', img_scale=(640, 640)),
        dict(type='RandomResize', scale=(1280, 1280), ratio_range=(.1, 2.)),
        dict(type='RandomCrop', crop_size=(640, 640)),
        dict(type='RandomAffine', border=(-320, -320)),
        dict(type='Pad', size=(640, 640)),
    ], [dict(type='mmdet.Resize', scale=(640, 640))],
                 custom_hooks=[
                     dict(
                         type='PipelineSwitchHook',
                         switch_epoch=1,
                         switch_pipeline=[
                             dict(type='Resize', scale=(640, 640))
                         ])
                 ],
                 model=dict(
                     data_preprocessor=dict(
                         type='DetDataPreprocessor',
                         batch_augments=[
                             dict(
                                 type='BatchSyncRandomResize',
                                 random_size_range=(480, 832))
                         ])))
    resized(cfg, 320)

    mosaic, resize, crop, affine, pad = cfg.train_dataloader.dataset.pipeline
    assert mosaic.img_scale == crop.crop_size == pad.size == (320, 320)
    assert (resize.scale, resize.ratio_range) == ((640, 640), (.1, 2.))
    assert affine.border == (-160, -160)
    assert cfg.custom_hooks[0].switch_pipeline[0].scale == (320, 320)
    batch, = cfg.model.data_preprocessor.batch_augments
    assert batch.random_size_range == (256, 416)  # 240 is none of 32


def test_a_choice_of_scales():
    cfg = config([
        dict(type='RandomChoiceResize', scales=[(1333, 640), (1333, 800)]),
        dict(type='RandomCrop', crop_type='relative', crop_size=(.5, .5))
    ])
    choice, crop = resized(cfg, 667).train_dataloader.dataset.pipeline

    assert choice.scales == [(667, 320), (667, 400)]
    assert crop.crop_size == (.5, .5)


def test_pipelines_without_a_size_are_refused():
    with pytest.raises(InputError, match='--imgsz: .* no Resize'):
        resized(config([dict(type='Resize', scale_factor=2.)]), 320)
