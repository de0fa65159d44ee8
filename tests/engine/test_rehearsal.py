import random
import tempfile

import numpy as np
import pytest
import torch
from mmdet.registry import DATASETS
from mmengine.registry import DefaultScope, init_default_scope

from custom.config.config import load_config
from custom.engine.memory import MemoryLimitError
from custom.engine.rehearsal import largest_batch, rehearse
from custom.engine.setup import setup_training
from custom.utils.errors import InputError
from custom.utils.image_io import write_jpeg
from tests.helpers.blocks_image import write_annotations
from tests.helpers.run_timing import timing
from tests.helpers.run_tool import CONFIG

R50 = 'configs/faster_rcnn/faster-rcnn_r50_fpn_1x_drawings22.py'


@pytest.fixture
def cfg(drawings, tmp_path, monkeypatch):
    """The demo's, without loader processes, four images a batch."""
    monkeypatch.setenv('OMP_WAIT_POLICY', 'PASSIVE')  # as the tools do
    cfg = load_config(
        CONFIG, {
            f'{split}_dataloader.{key}': value
            for split in ('train', 'val')
            for key, value in dict(num_workers=0,
                                   persistent_workers=False).items()
        })
    cfg.work_dir = str(tmp_path / 'run')
    setup_training(cfg, data=str(drawings), check=False)
    return cfg


@pytest.mark.parametrize(
    'epochs, changes, validations, seconds',
    [
        (1, {}, 1, 10 + 200 + 10),
        # After epochs 5, 10 and 12.
        (12, {}, 3, 10 + 2400 + 30),
        (12, dict(epoch=5), 2, 10 + 1400 + 20),
        (12, dict(val_begin=9), 2, 10 + 2400 + 20),
        (12, dict(val_images=0), 0, 10 + 2400),
        (12, dict(epoch=12, reports=True), 0, 10),
        (12, dict(reports=True), 4, 10 + 2400 + 40),
    ])
def test_a_training_takes_its_steps_and_validations(epochs, changes,
                                                    validations, seconds):
    taken = timing(**changes)

    assert taken.validations(epochs) == validations
    assert taken.seconds(epochs) == seconds


@pytest.mark.slow
def test_a_rehearsal_measures_and_leaves_nothing_behind(
        cfg, drawings, tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, 'tempdir', str(tmp_path))
    before = (torch.get_rng_state().tolist(),
              np.random.get_state()[1].tolist(), random.getstate(),
              {*DefaultScope._instance_dict}, {*drawings.rglob('*')
                                               }, cfg.pretty_text)

    memory, images, taken = rehearse(cfg, seconds=1)

    assert images == 16
    assert (taken.steps_per_epoch, taken.val_images, taken.epoch) == (4, 4, 0)
    assert len(taken.losses) >= 6
    assert all(2 < loss < 8 for loss in taken.losses)
    assert min(taken.val_image, taken.step, taken.start) > 0
    assert 3e8 < memory.used < memory.limit
    assert before == (torch.get_rng_state().tolist(),
                      np.random.get_state()[1].tolist(), random.getstate(),
                      {*DefaultScope._instance_dict}, {*drawings.rglob('*')
                                                       }, cfg.pretty_text)
    assert not [*tmp_path.iterdir()]


@pytest.mark.slow
def test_a_rehearsal_that_is_killed_is_one_of_too_much_memory(cfg):
    cfg.custom_imports.imports.append('tests.helpers.killed_hook')
    cfg.custom_hooks.append(dict(type='KilledHook', limit=3))

    with pytest.raises(MemoryLimitError, match='batch of 4'):
        rehearse(cfg, seconds=0)


@pytest.mark.parametrize('changes', [
    dict(train_cfg=dict(type='IterBasedTrainLoop', max_iters=9)),
    dict(launcher='pytorch')
])
def test_what_has_no_epochs_or_several_processes_is_refused(changes):
    cfg = load_config(CONFIG)
    for key, value in changes.items():
        cfg[key] = value

    with pytest.raises(InputError, match='--launcher'):
        rehearse(cfg)


def test_the_largest_batch_has_room_for_lying_and_upright_images(tmp_path):
    """Three boxes on an image of 200 x 100, one on each of the others."""
    sizes = [(60, 60), (200, 100), (50, 150)]
    for number, (width, height) in enumerate(sizes):
        write_jpeg(
            str(tmp_path / 'images' / f'{number}.jpg'),
            np.zeros((height, width, 3), np.uint8))
    (tmp_path / 'annotations').mkdir()
    write_annotations(tmp_path, 'train', [
        dict(id=number, file_name=f'{number}.jpg', width=width, height=height)
        for number, (width, height) in enumerate(sizes)
    ], [
        dict(id=n, image_id=image, category_id=1, bbox=[n, 0, 20, 20])
        for n, image in enumerate((0, 1, 1, 1, 2))
    ])
    init_default_scope('mmdet')
    dataset = load_config(R50).train_dataloader.dataset
    dataset.update(
        type='CocoByNameDataset',
        data_root=str(tmp_path),
        metainfo=dict(classes=('car', )))

    first, second = largest_batch(DATASETS.build(dataset), 2)

    # 200 x 100 becomes 1333 x 667 pixels, and 50 x 150 becomes 444 x 1333.
    assert first['inputs'].shape == second['inputs'].shape == (3, 1333, 1333)
    assert len(first['data_samples'].gt_instances) == 3
    assert first['data_samples'] is not second['data_samples']
