import copy

import pytest
from yapf.yapflib import yapf_api

from custom.checkpoint.dataset_meta import config_classes
from custom.config.config import (load_config, parse_options, settings,
                                  use_classes, use_data)
from custom.config.origin import load_with_origins
from custom.config.tree import flatten, metric_dicts, nested_dicts
from custom.config.validate import require_known_keys
from custom.utils.errors import InputError
from tests.helpers.run_tool import run_tool

R50 = 'configs/faster_rcnn/faster-rcnn_r50_fpn_1x_drawings22.py'


def test_a_config_is_formatted_once(monkeypatch):
    # No other test has formatted this one in the same process.
    cfg, times = load_config(R50, {'randomness.seed': 20180}), []
    format_code = yapf_api.FormatCode
    monkeypatch.setattr(
        yapf_api, 'FormatCode', lambda *args, **options:
        (times.append(1), format_code(*args, **options))[1])
    first = cfg.pretty_text
    assert copy.deepcopy(cfg).pretty_text == first and times == [1]
    cfg.model.roi_head.bbox_head.num_classes = 3
    assert cfg.pretty_text == first.replace('num_classes=22', 'num_classes=3')
    assert times == [1, 1]


def test_standard_values_of_r50():
    cfg = load_config(R50)
    model = cfg.model

    assert model.backbone.frozen_stages == 1 and model.backbone.norm_eval
    assert model.backbone.init_cfg.checkpoint == 'torchvision://resnet50'
    assert (model.neck.out_channels, model.neck.num_outs) == (256, 5)
    assert model.rpn_head.anchor_generator.scales == [8]
    assert model.rpn_head.anchor_generator.strides == [4, 8, 16, 32, 64]
    assert model.train_cfg.rpn.assigner.pos_iou_thr == 0.7
    assert model.train_cfg.rpn_proposal.nms_pre == 2000
    assert model.train_cfg.rcnn.sampler.num == 512
    assert model.test_cfg.rcnn.score_thr == 0.05
    assert cfg.optim_wrapper.optimizer.lr == 0.02
    assert cfg.auto_scale_lr == dict(enable=True, base_batch_size=16)
    assert cfg.param_scheduler[0].end == 500
    assert cfg.param_scheduler[1].milestones == [8, 11]


def test_2x_is_twice_as_long():
    cfg = load_config(R50.replace('1x', '2x'))

    assert cfg.train_cfg.max_epochs == 24
    assert cfg.param_scheduler[1].milestones == [16, 22]


def test_another_folder_and_other_classes():
    cfg = load_config(R50)
    use_data(cfg, 'data/zoo')
    use_classes(cfg, ('lion', 'zebra', 'ape'))

    assert cfg.val_evaluator.ann_file == 'data/zoo/annotations/val.json'
    assert cfg.train_dataloader.dataset.data_root == 'data/zoo'
    assert [
        node.num_classes for node in nested_dicts(cfg.model)
        if 'num_classes' in node
    ] == [3]
    assert config_classes(cfg) == ('lion', 'zebra', 'ape')


@pytest.mark.parametrize('key, value', [
    ('train_dataloader.batch_size', 4),
    ('train_dataloader.dataset.indices', 10),
    ('model.backbone.with_cp', True),
    ('default_hooks.checkpoint.interval', 5),
    ('randomness.seed', 3),
    ('train_dataloader.prefetch_factor', 2),
    ('param_scheduler.1.gamma', 0.5),
])
def test_options_that_something_reads(key, value):
    cfg = load_config(R50, {key: value})
    node = cfg
    for part in key.split('.'):
        node = node[int(part)] if part.isdigit() else node[part]
    assert node == value


@pytest.mark.parametrize(
    'key, nearest',
    [
        ('train_dataloader.batchsize', 'train_dataloader.batch_size'),
        ('modle.backbone.depth', 'model'),
        # Variables of the config, already used: changing them changes nothing.
        ('max_epochs', 'train_cfg.max_epochs'),
        ('max_epoch', 'train_cfg.max_epochs'),
        ('num_classes', 'model.roi_head.bbox_head.num_classes'),
        ('model.backbone.dept', 'model.backbone.depth'),
        ('default_hooks.checkpoint.intervall',
         'default_hooks.checkpoint.interval')
    ])
def test_options_that_nothing_reads(key, nearest):
    with pytest.raises(InputError, match=f'did you mean {nearest}'):
        load_config(R50, {key: 1})


def test_options_of_another_type():
    """Its keys are accepted beside it, in any order, and others are not."""
    optimizer = 'optim_wrapper.optimizer'
    cfg = load_config(R50, {
        f'{optimizer}.amsgrad': True,
        f'{optimizer}.type': 'AdamW'
    })
    assert cfg.optim_wrapper.optimizer.type == 'AdamW'
    assert cfg.optim_wrapper.optimizer.amsgrad
    resize = 'train_dataloader.dataset.pipeline.2'
    cfg = load_config(R50, {
        f'{resize}.type': 'RandomResize',
        f'{resize}.ratio_range': (0.5, 1.5)
    })
    assert cfg.train_dataloader.dataset.pipeline[2].type == 'RandomResize'

    with pytest.raises(InputError, match='ratio_ranges: nothing reads it'):
        load_config(R50, {
            f'{resize}.type': 'RandomResize',
            f'{resize}.ratio_ranges': (0.5, 1.5)
        })


@pytest.mark.parametrize(
    'key, hint',
    [('color', f'python tools/print_config.py {R50} shows its keys'),
     ('auto_scale_lr.color', 'auto_scale_lr takes base_batch_size, enable')])
def test_options_like_nothing_that_is_read(key, hint):
    with pytest.raises(InputError, match=f'nothing reads it; {hint}$'):
        load_config(R50, {key: 1})


COCO = dict(type='CocoByNameMetric', ann_file='a.json')
VOC = dict(type='VOCMetric')


@pytest.mark.parametrize('metrics', [
    [COCO, VOC],
    [VOC, COCO],
    [VOC],
    VOC,
    dict(type='Evaluator', metrics=[COCO, VOC]),
])
def test_another_folder_for_several_metrics(metrics):
    cfg = load_config(R50)
    cfg.val_evaluator = copy.deepcopy(metrics)
    use_data(cfg, 'data/zoo')

    found = [*metric_dicts(cfg.val_evaluator)]
    assert {
        metric.type: metric.get('ann_file')
        for metric in found
    } == {
        metric['type']: {
            'CocoByNameMetric': 'data/zoo/annotations/val.json'
        }.get(metric['type'])
        for metric in metric_dicts(metrics)
    }


def test_another_folder_without_validation():
    cfg = load_config(R50, dict(val_dataloader=None, val_evaluator=None))
    use_data(cfg, 'data/zoo')
    use_classes(cfg, ('ape', ))
    assert cfg.val_dataloader is None
    assert cfg.test_dataloader.dataset.data_root == 'data/zoo'


def test_options_below_a_plain_value_or_past_a_list():
    with pytest.raises(InputError, match='max_epochs is 12, which has no key'):
        load_config(R50, {'train_cfg.max_epochs.a': 1})
    with pytest.raises(InputError, match='param_scheduler is a list of 2'):
        load_config(R50, {'param_scheduler.7.end': 1})


@pytest.mark.parametrize('wrapper', [
    dict(type='RepeatDataset', times=3),
    dict(type='ClassBalancedDataset', oversample_thr=.1),
])
def test_a_repeated_data_set(wrapper):
    cfg = load_config(R50)
    inner = cfg.train_dataloader.dataset
    cfg.train_dataloader.dataset = dict(**wrapper, dataset=inner)
    require_known_keys(cfg)
    use_data(cfg, 'data/zoo')
    use_classes(cfg, ('lion', 'ape'))

    assert config_classes(cfg) == ('lion', 'ape')
    assert cfg.train_dataloader.dataset.dataset.data_root == 'data/zoo'
    assert 'data_root' not in cfg.train_dataloader.dataset


def test_joined_data_sets():
    cfg = load_config(R50)
    inner = cfg.train_dataloader.dataset
    cfg.train_dataloader.dataset = dict(
        type='ConcatDataset', datasets=[inner,
                                        dict(inner, data_root='b')])
    use_classes(cfg, ('lion', 'ape'))

    assert config_classes(cfg) == ('lion', 'ape')
    with pytest.raises(InputError, match='joins 2 data sets for train'):
        use_data(cfg, 'data/zoo')


def test_option_words():
    assert parse_options([]) == {}
    assert parse_options(['a.b=3', 'c=[1,2]']) == {'a.b': 3, 'c': [1, 2]}
    with pytest.raises(InputError, match='a.b: write KEY=VALUE'):
        parse_options(['a.b'])
    for value in ('[1,2', '(1,(2,3)', '([1,2)]'):
        with pytest.raises(InputError, match='its brackets do not close'):
            parse_options(['c=1', f'a.b={value}'])


@pytest.mark.parametrize('word, value', [
    ('/mnt/My Drive/best.pth', '/mnt/My Drive/best.pth'),
    ('[traffic light, car]', ['traffic light', 'car']),
    ('( 1 , 2 )', (1, 2)),
    (' 3 ', 3),
    ('"01"', '01'),
    ("'[a b, c]'", '[a b, c]'),
    ('""', ''),
    ("'a b','c'", ['a b', 'c']),
    ('"it\'s"', "it's"),
])
def test_spaces_and_quotes_of_option_words(word, value):
    """MMEngine's DictAction removes all spaces."""
    assert parse_options([f'a.b={word}']) == {'a.b': value}


def test_config_that_is_missing_or_broken(tmp_path):
    with pytest.raises(InputError, match='none.py: no such config'):
        load_config('none.py')
    path = tmp_path / 'a.py'
    path.write_text('model = dict(')
    with pytest.raises(InputError, match=r'a\.py: cannot be read as a conf'):
        load_config(str(path))
    path.write_text("_base_ = './gone.py'")
    with pytest.raises(InputError, match=r'a\.py: .*gone\.py'):
        load_config(str(path))


def test_a_config_is_executed_once(tmp_path):
    """By loading it, by what looks for unread variables, and by a tool."""
    for name, base in (('low', []), ('leaf', ['low.py'])):
        (tmp_path / name).mkdir()
        (tmp_path / f'{name}.py').write_text(
            f'import tempfile\n_base_ = {base}\n'
            f'tempfile.mkdtemp(dir={str(tmp_path / name)!r})')
    leaf = str(tmp_path / 'leaf.py')

    def executions():
        return [len([*(tmp_path / n).iterdir()]) for n in ('low', 'leaf')]

    require_known_keys(load_config(leaf, {'randomness.seed': 1}))
    assert executions() == [1, 1]
    values, _ = load_with_origins(leaf, {'randomness.seed': 1}, {})
    assert values == dict(randomness=dict(seed=1))
    assert executions() == [2, 2]
    run_tool('train', leaf)
    assert executions() == [3, 3]
    run_tool('print_config', leaf, '--origin')
    assert executions() == [4, 4]
    run_tool('print_config', leaf, '--diff', tmp_path / 'low.py')
    assert executions() == [6, 5]


def test_flat_keys():
    assert flatten({}, 'a.') == {'a': {}}
    assert flatten(dict(a=dict(b=1), c=[dict(d=2)], e=[3, 4], f={})) == {
        'a.b': 1,
        'c.0.d': 2,
        'e': [3, 4],
        'f': {}
    }


def test_settings_are_without_the_variables_of_files():
    cfg = load_config(R50)

    assert 'num_classes' in cfg and 'num_classes' not in settings(cfg)
    assert type(settings(cfg)['train_cfg']) is dict
