"""docs/config.md says what the real files say."""
import ast
import itertools
import re
from pathlib import Path

import pytest
import torch
from mmengine.hooks import Hook
from mmengine.model import BaseModel
from mmengine.registry import RUNNERS
from mmengine.runner import Runner

from custom.config.config import load_config, settings
from custom.config.origin import origins, read_chain
from custom.config.tree import flatten

R50 = 'configs/faster_rcnn/faster-rcnn_r50_fpn_1x_drawings22.py'
ROW = re.compile(r'\| `([\w.]+)` \| (.+) \| (.+) \|')


@pytest.fixture
def text():
    return Path('docs/config.md').read_text()


def parts(text):
    """What follows each ``##`` heading."""
    return re.split(r'^## .*$', text, flags=re.M)[1:]


def quoted_values(text):
    """Dotted keys and the values that the tables give them."""
    for section in re.split(r'^### ', text, flags=re.M)[1:]:
        heading, _, body = section.partition('\n')
        prefixes = [f'{p}.' for p in re.findall(r'`([\w.]+)`', heading)]
        if '| key | value |' not in body:
            continue
        for line in body.splitlines():
            row = ROW.fullmatch(line)
            if row:
                for prefix in prefixes or ['']:
                    yield prefix + row[1], ast.literal_eval(row[2].strip('`'))


def test_every_key_and_value_once(text):
    quoted = [*quoted_values(text)]

    assert dict(quoted) == flatten(settings(load_config(R50)))
    assert len(quoted) == len(dict(quoted))


def test_every_key_is_of_the_file_named(text):
    found = origins(read_chain(R50))
    for part in parts(text):
        line = re.search(r'^Files?: (.*\n)+?\n', part, re.M)
        files = re.findall(r'`(configs/.*?)`', line[0]) if line else []
        for key, _ in quoted_values(part):
            assert found[key].file in files, key


def test_hooks_of_each_stage_in_order(text, tmp_path):
    cfg = load_config(R50)
    cfg.model.backbone.init_cfg = None
    cfg.work_dir = str(tmp_path)
    cfg.experiment_name = cfg.visualizer.name = 'doc'
    cfg.log_level = 'ERROR'
    hooks = RUNNERS.build(cfg).hooks
    stages = {
        stage: [
            type(hook).__name__ for hook in hooks
            if stage in hook.get_triggered_stages()
        ]
        for stage in Hook.stages
    }

    table = text.partition('| stage |')[2].partition('\n\n')[0]
    told = {
        row[1]: re.findall(r'`(\w+)`', row[0])[1:]
        for row in re.finditer(r'\| `(\w+)` \| (.+) \|', table)
    }
    assert told == {stage: names for stage, names in stages.items() if names}
    assert [*told] == [stage for stage in stages if stages[stage]]
    explained = text.partition('| hook |')[2]
    assert {*re.findall(r'^\| `(\w+)`', explained, re.M)
            } == {*itertools.chain(*stages.values())}


class Point(BaseModel):

    def __init__(self):
        super().__init__()
        self.weight = torch.nn.Parameter(torch.ones(1))

    def forward(self, points, mode='tensor'):
        return dict(loss=self.weight.sum()) if mode == 'loss' else points


class Recorder(Hook):
    """Notes the stages that the loop goes through."""

    def __init__(self):
        self.stages = []
        for stage in Hook.stages:
            setattr(
                self, stage, lambda *_, s=stage, **__: self.stages.append(s))

    def get_triggered_stages(self):
        return Hook.stages


def test_stages_of_an_epoch(text, tmp_path):
    recorder = Recorder()
    loader = dict(
        dataset=[torch.ones(1)],
        batch_size=1,
        sampler=dict(type='DefaultSampler', shuffle=False))
    Runner(
        Point(),
        str(tmp_path),
        train_dataloader=loader,
        val_dataloader=loader,
        train_cfg=dict(by_epoch=True, max_epochs=1),
        val_cfg=dict(),
        val_evaluator=[],
        optim_wrapper=dict(optimizer=dict(type='SGD', lr=0.1)),
        default_hooks=dict(checkpoint=None),
        custom_hooks=[recorder],
        log_level='ERROR',
        default_scope='mmdet',
        experiment_name='stages').train()

    listed = text.partition('```text\nbefore_train_epoch')
    told = re.findall(r'(?:before|after)_\w+',
                      (listed[1] + listed[2]).partition('```\n')[0])
    assert recorder.stages == [
        'before_run', 'before_train', *told, 'after_train', 'after_run'
    ]
