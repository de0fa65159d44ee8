import pytest
from mmengine.config import Config

from custom.config.config import load_config
from custom.config.schema import keys_of_type, misspelled
from custom.config.validate import require_known_keys, unknown_keys
from custom.engine.setup import setup_training
from custom.utils.errors import InputError

R50 = 'configs/faster_rcnn/faster-rcnn_r50_fpn_1x_drawings22.py'


def with_key(key, value=1):
    cfg = load_config(R50)
    *path, last = key.split('.')
    node = cfg
    for part in path:
        node = node[int(part)] if part.isdigit() else node[part]
    node[last] = value
    return cfg


def test_empty_config():
    assert unknown_keys(Config({})) == {}


@pytest.mark.parametrize(
    'key, message',
    [
        ('model.backbone.dept',
         'ResNet takes no such key; did you mean depth?'),
        ('model.roi_head.bbox_head.num_clases',
         'Shared2FCBBoxHead takes no such key; did you mean num_classes?'),
        ('model.train_cfg.rpn.pos_wieght',
         'nothing in the model reads it; did you mean pos_weight?'),
        ('model.test_cfg.rcnn.scor_thr',
         'nothing in the model reads it; did you mean score_thr?'),
        ('model.train_cfg.rcnn.sampler.nums',
         'RandomSampler takes no such key; did you mean num?'),
        # It has **kwargs, of which it reads rng alone.
        ('model.train_cfg.rcnn.sampler.nmu',
         'RandomSampler takes no such key; did you mean num?'),
        ('model.test_cfg.rcnn.nms.iou_threshhold',
         'nms takes no such key; did you mean iou_threshold?'),
        ('train_dataloader.batchsize',
         'the runner reads no such key; did you mean batch_size?'),
        ('train_dataloader.dataset.pipeline.2.keepratio',
         'Resize takes no such key; did you mean keep_ratio?'),
        ('train_dataloader.dataset.ann_flie',
         'DrawingsDataset takes no such key; did you mean ann_file?'),
        ('optim_wrapper.optimizer.betas', 'SGD takes no such key'),
        ('param_scheduler.1.gama',
         'MultiStepLR takes no such key; did you mean gamma?'),
        # It hands other keys on, but not one so near to its own.
        ('default_hooks.checkpoint.intervall',
         'SafeCheckpointHook takes no such key; did you mean interval?'),
        ('custom_hooks.3.precison',
         'FastInferenceHook takes no such key; did you mean precision?'),
        ('custom_hooks.1.width', 'ProgressHook takes no such key'),
        ('val_evaluator.ann_fil',
         'CocoByNameMetric takes no such key; did you mean ann_file?'),
        ('env_cfg.mp_cfg.start_method',
         'the runner reads no such key; did you mean mp_start_method?'),
        ('auto_scale_lr.base_batch',
         'the runner reads no such key; did you mean base_batch_size?'),
        ('train_cfg.max_epoch',
         'EpochBasedTrainLoop takes no such key; did you mean max_epochs?'),
    ])
def test_keys_that_nothing_takes(key, message):
    assert unknown_keys(with_key(key)) == {key: message}


def test_a_hook_of_no_name():
    assert unknown_keys(with_key('default_hooks.loger', dict(interval=3))) == {
        'default_hooks.loger':
        'there is no hook of this name; did you mean logger?'
    }


@pytest.mark.parametrize('key, value', [
    ('model.backbone.with_cp', True),
    ('model.neck.norm_cfg', dict(type='BN', requires_grad=True)),
    ('model.neck.init_cfg',
     dict(type='Normal', layer='Conv2d', override=dict(name='a'))),
    ('model.test_cfg.rcnn.nms', dict(type='soft_nms', class_agnostic=True)),
    ('model.test_cfg.rcnn.mask_thr_binary', 0.5),
    ('model.train_cfg.rcnn.sampler.rng', 0),
    ('train_dataloader.prefetch_factor', 2),
    ('train_dataloader.dataset.filter_cfg', dict(min_size=32)),
    ('train_dataloader.num_batch_per_epoch', 2),
    ('default_hooks.timer.priority', 'LOW'),
    ('default_hooks.checkpoint.create_symlink', False),
    ('param_scheduler.1.convert_to_iter_based', True),
    ('optim_wrapper.paramwise_cfg', dict(norm_decay_mult=0.)),
    ('optim_wrapper.constructor', 'DefaultOptimWrapperConstructor'),
])
def test_keys_that_something_takes(key, value):
    if key == 'model.test_cfg.rcnn.mask_thr_binary':
        cfg = with_key(key, value)
        cfg.model.roi_head.mask_head = dict(type='FCNMaskHead')
    else:
        cfg = with_key(key, value)
    assert unknown_keys(cfg) == {}


@pytest.mark.parametrize('word, meant', [
    ('scor_thr', 'score_thr'),
    ('nmu', 'num'),
    ('score_thr', ''),
    ('score_thr2', ''),
    ('rcn', ''),
    ('color', ''),
])
def test_misspelled(word, meant):
    assert misspelled(word, ['num', 'score_thr', 'rpn']) == meant


def test_what_a_type_takes():
    # Follows **kwargs to the bases.
    head = keys_of_type(dict(type='Shared2FCBBoxHead'))
    assert {'fc_out_channels', 'num_classes', 'init_cfg'} < {*head.names}
    assert head.closed
    # Its **kwargs may go to either of two bases.
    assert 'dcn_on_last_conv' in keys_of_type(dict(type='VFNetHead')).names
    # Its **kwargs go to torch.save: anything may be meant.
    assert not keys_of_type(dict(type='CheckpointHook')).closed
    assert not keys_of_type(dict(type='NoSuchThing')).closed
    assert not keys_of_type(dict()).closed


def test_refused_before_training():
    cfg = with_key('model.backbone.dept')
    cfg.model.neck.num_out = 4
    with pytest.raises(InputError) as caught:
        setup_training(cfg)

    first, second = str(caught.value).splitlines()
    assert f'{R50}: model.backbone.dept: ' in first and 'depth?' in first
    assert 'model.neck.num_out: ' in second and 'num_outs?' in second


def test_a_variable_of_the_config_itself(tmp_path):
    base = tmp_path / 'base.py'
    base.write_text('num_classes = 3')
    leaf = tmp_path / 'leaf.py'
    leaf.write_text("_base_ = './base.py'\n")
    require_known_keys(load_config(str(leaf)))
    leaf.write_text("_base_ = './base.py'\noptim_wraper = dict()")
    with pytest.raises(
            InputError,
            match=r'leaf\.py: optim_wraper: nothing reads it; did you mean '
            r'optim_wrapper\?'):
        require_known_keys(load_config(str(leaf)))
    base.write_text("train_cfg = dict(max_epochs=12)")
    leaf.write_text("_base_ = './base.py'\nmax_epochs = 24")
    with pytest.raises(InputError, match='did you mean train_cfg.max_epochs'):
        require_known_keys(load_config(str(leaf)))
    leaf.write_text("_base_ = './base.py'\nmax_epoch = 24")
    with pytest.raises(InputError, match='did you mean train_cfg.max_epochs'):
        require_known_keys(load_config(str(leaf)))
    # A hook of the user's own may read it from runner.cfg.
    leaf.write_text("_base_ = './base.py'\ncolor_of_curves = 'red'")
    require_known_keys(load_config(str(leaf)))


def test_what_all_configs_of_mmdetection_carry():
    require_known_keys(with_key('model.train_cfg.rpn.debug', False))
    require_known_keys(with_key('model.train_cfg.debug', False))


def test_a_config_as_a_run_dumps_it(tmp_path):
    """All variables of its bases are at its top still."""
    path = tmp_path / 'dumped.py'
    load_config(R50).dump(str(path))
    require_known_keys(load_config(str(path)))
    path.write_text(path.read_text() + '\noptim_wraper = dict()\n')
    with pytest.raises(InputError, match='did you mean optim_wrapper'):
        require_known_keys(load_config(str(path)))


def test_configs_that_are_no_plain_python(tmp_path):
    """Of MMEngine's newer kind, whose bases are imports, or JSON."""
    imports = tmp_path / 'imports.py'
    imports.write_text('from mmengine.hooks import IterTimerHook\n'
                       'default_hooks = dict(timer=dict(type=IterTimerHook))\n'
                       'size = 3\n')
    require_known_keys(load_config(str(imports)))
    plain = tmp_path / 'plain.json'
    plain.write_text('{"train_cfg": {"max_epochs": 2}, "size": 3}')
    require_known_keys(load_config(str(plain)))


@pytest.mark.parametrize('key', [
    'model.test_cfg.rcnn.my_threshold',
    'model.test_cfg.rcnn.score_thr2',
    'my_variable',
])
def test_what_a_class_of_the_users_own_may_read(key):
    cfg = load_config(R50)
    cfg.merge_from_dict({key: 3})
    require_known_keys(cfg)


@pytest.mark.parametrize('key, value', [
    ('train_dataloader.dataset.pipeline',
     [dict(type='Albu', transforms=[dict(type='RandomCrop', height=9)])]),
    ('model.backbone.dcn',
     dict(type='DCNv2', deformable_groups=1, fallback_on_stride=False)),
    ('strategy', dict(type='DeepSpeedStrategy')),
])
def test_what_other_libraries_read(key, value):
    require_known_keys(with_key(key, value))
