"""Rules of all leaf configs, found by a recursive glob."""
import copy
import functools
import glob
import json
import os.path as osp
import re
from typing import NamedTuple

import numpy as np
import pytest
from mmengine.registry import RUNNERS

from custom.checkpoint.dataset_meta import config_classes
from custom.classes import NAMES
from custom.config.config import load_config, use_data
from custom.config.origin import read_chain, unread_variables
from custom.config.tree import nested_dicts
from custom.config.validate import require_known_keys, unknown_keys
from custom.utils.image_io import write_jpeg

LEAVES = sorted(
    path for path in glob.glob('configs/**/*.py', recursive=True)
    if '_base_' not in path)
every_leaf = pytest.mark.parametrize('path', LEAVES, ids=osp.basename)

_loaded = functools.cache(load_config)


def leaf_config(path):
    """A config of its own; the file is run once, for 0.1 s."""
    return copy.deepcopy(_loaded(path))


# {model}_[model setting]_{backbone}_{neck}_[norm setting]_[misc]_
# [gpu x batch_per_gpu]_{schedule}_{dataset}, in MMDetection 3.x spelling: the
# batch and the schedule are one word, as in 1xb2-cosine-30e.
BACKBONE = (r'(r|x|d)\d+|vgg\d+(-bn)?|mobilenetv\d|efficientnet-lite\d|'
            r'swin-[tsbl]|convnext-[tsbl]')
NECKS = ('fpn', 'pafpn', 'c4', 'c5', 'dc5', 'roipool')
NORMS = ('bn', 'syncbn', 'gn', 'gn-head')
SCHEDULE = r'((?P<gpus>\d+)xb(?P<batch>\d+)-)?([a-z]+-)*(?P<length>\d+)[xe]'
WORD = r'[a-z0-9]+(-[a-z0-9]+)*'
# What they put between backbone and head is theirs alone.
WITHOUT_NECK = ('yolov3', 'ssd')


class Name(NamedTuple):
    """The parts of a file name."""
    model: str
    backbone: str
    neck: str
    schedule: 're.Match'
    dataset: str


def parse_name(path):
    """The parts of a leaf's name; AssertionError tells which is wrong."""
    stem = osp.splitext(osp.basename(path))[0]
    words = stem.split('_')
    for word in words:
        assert re.fullmatch(WORD, word), f'{stem}: {word!r} is no word'
    assert len(words) >= 4, f'{stem}: has {len(words)} parts'
    schedule = re.fullmatch(SCHEDULE, words[-2])
    assert schedule, f'{stem}: {words[-2]!r} is no schedule, as 1x or 1xb4-14e'
    places = [i for i in (1, 2) if re.fullmatch(BACKBONE, words[i])]
    assert places, f'{stem}: {words[1]!r} and {words[2]!r} are no backbone'
    neck = words[places[0] + 1]
    if words[0] in WITHOUT_NECK:
        neck = ''
    else:
        assert neck in NECKS, f'{stem}: {neck!r} is no neck'
    for word in words[places[0] + 3:-2]:
        assert word not in NORMS, f'{stem}: {word!r} comes after the neck'
    return Name(words[0], words[places[0]], neck, schedule, words[-1])


@pytest.fixture(scope='module')
def data_of(tmp_path_factory):
    """A folder of one image a split, for a list of classes."""
    made = {}

    def make(classes):
        if classes not in made:
            made[classes] = tmp_path_factory.mktemp('data')
            write_folder(made[classes], classes)
        return str(made[classes])

    return make


def write_folder(folder, classes):
    write_jpeg(
        str(folder / 'images' / 'a.jpg'), np.full((64, 64, 3), 255, np.uint8))
    (folder / 'annotations').mkdir()
    text = json.dumps(
        dict(
            images=[dict(id=1, file_name='a.jpg', width=64, height=64)],
            annotations=[
                dict(id=1, image_id=1, category_id=1, bbox=[8, 8, 32, 32])
            ],
            categories=[
                dict(id=number, name=name)
                for number, name in enumerate(classes, 1)
            ]))
    for split in ('train', 'val', 'test'):
        (folder / 'annotations' / f'{split}.json').write_text(text)


def test_leaves_are_found():
    assert len(LEAVES) >= 4


@every_leaf
def test_name(path):
    name = parse_name(path)
    cfg = leaf_config(path)

    folder = osp.basename(osp.dirname(path))
    assert name.model.replace('-', '_').startswith(folder)
    depth = re.fullmatch(r'(?:r|x|d|vgg)(\d+)(-bn)?', name.backbone)
    if depth:
        assert cfg.model.backbone.depth == int(depth[1])
    assert ('FPN' in cfg.model.get('neck', {}).get('type', '')) == (
        name.neck in ('fpn', 'pafpn'))
    epochs = int(name.schedule['length'])
    per_epoch = 12 if name.schedule[0].endswith('x') else 1
    assert cfg.train_cfg.max_epochs == epochs * per_epoch
    if name.schedule['batch']:
        assert cfg.train_dataloader.batch_size == int(name.schedule['batch'])
    root = osp.basename(osp.normpath(cfg.train_dataloader.dataset.data_root))
    assert root.replace('_', '-') == name.dataset


@pytest.mark.parametrize('name, wrong', [
    ('faster-rcnn_r50_fpn_1x_drawings22', None),
    ('faster-rcnn_r18_fpn_bn_scratch-256px_1xb4-14e_drawings22', None),
    ('fast-rcnn_vgg16-bn_roipool_1xb2-5e_bus-truck', None),
    ('yolov3_d53_1xb8-273e_drawings22', None),
    ('faster_rcnn_r50_1x_drawings22', "'1x' is no neck"),
    ('faster-rcnn_fpn_1x_drawings22', "'fpn' and '1x' are no backbone"),
    ('faster-rcnn_r50_fpn_drawings22', "'fpn' is no schedule"),
    ('faster-rcnn_r50_fpn_b4_drawings22', "'b4' is no schedule"),
    ('faster-rcnn_r50_fpn_scratch_bn_1x_drawings22', "'bn' comes after"),
    ('Faster-RCNN_r50_fpn_1x_drawings22', "'Faster-RCNN' is no word"),
])
def test_grammar(name, wrong):
    if wrong is None:
        parse_name(f'{name}.py')
    else:
        with pytest.raises(AssertionError, match=wrong):
            parse_name(f'{name}.py')


@every_leaf
def test_opens_with_its_command(path):
    with open(path) as file:
        opening = file.read().partition('_base_')[0]

    assert opening.startswith('# python tools/')
    assert osp.basename(path) in opening


@every_leaf
def test_at_most_three_levels(path):
    """The leaf counted: leaf, its base, and the base of that."""

    def levels(file):
        return 1 + max(map(levels, file.bases), default=0)

    assert levels(read_chain(path)) <= 3


@every_leaf
def test_all_keys_are_read(path):
    assert unknown_keys(leaf_config(path)) == {}
    assert unread_variables(path) == {}


@every_leaf
def test_the_copy_in_a_work_dir_is_read_again(path, tmp_path):
    """MMEngine writes the config into the work dir: all variables of its
    bases stand at its top."""
    cfg = leaf_config(path)
    copy = tmp_path / 'copy.py'
    cfg.dump(copy)
    again = load_config(str(copy))

    assert again.to_dict() == cfg.to_dict()
    require_known_keys(again)


@every_leaf
def test_builds(path, data_of, tmp_path):
    cfg = leaf_config(path)
    classes = config_classes(cfg)
    if path.endswith('drawings22.py'):
        assert classes == NAMES
    sizes = {
        node.num_classes
        for node in nested_dicts(cfg.model) if 'num_classes' in node
    }
    assert sizes == {len(classes)}

    use_data(cfg, data_of(classes))
    for node in nested_dicts(cfg.model):
        if 'init_cfg' in node:
            node['init_cfg'] = None  # nothing is fetched
    for split in ('train', 'val', 'test'):
        loader = cfg[f'{split}_dataloader']
        loader.num_workers, loader.persistent_workers = 0, False
        # It is made from the images of a data set.
        loader.dataset.pop('proposal_file', None)
    cfg.work_dir = str(tmp_path)
    # MMEngine keeps both by name, beyond the runner.
    cfg.experiment_name = cfg.visualizer.name = osp.basename(path)
    cfg.log_level = 'ERROR'
    runner = RUNNERS.build(cfg)
    runner.train_loop
    runner.optim_wrapper = runner.build_optim_wrapper(runner.optim_wrapper)
    runner.build_param_scheduler(runner.param_schedulers)
    runner.val_loop
    runner.test_loop

    named = [*cfg.default_hooks.values(), *cfg.custom_hooks]
    built = [type(hook).__name__ for hook in runner.hooks]
    assert {hook.type for hook in named} <= {*built}
