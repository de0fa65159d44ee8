import pytest
import torch
from mmengine.registry import PARAM_SCHEDULERS

from custom.config import fine_tuning
from custom.config.config import load_config, set_options
from custom.config.fine_tuning import fine_tune
from custom.config.schedule_length import rescaled_schedule

R50 = 'configs/faster_rcnn/faster-rcnn_r50_fpn_1x_drawings22.py'
R18 = ('configs/faster_rcnn/'
       'faster-rcnn_r18_fpn_bn_scratch-256px_1xb4-14e_drawings22.py')


def tuned(*given, **changes):
    """Rate, epochs and what the schedule ends at, and the line."""
    cfg = load_config(R50, changes)
    said = fine_tune(cfg, given)
    return (cfg.optim_wrapper.optimizer.lr, cfg.train_cfg.get('max_epochs'),
            cfg.param_scheduler[1].end), said


def test_the_rate_is_three_tenths_and_the_epochs_are_half():
    values, said = tuned()

    assert values == (0.006, 6, 6)  # of 0.02 and 12
    assert said.startswith('fine-tuning: train_cfg.max_epochs=6, ')
    assert said.endswith(', optim_wrapper.optimizer.lr=0.006')


@pytest.mark.parametrize(
    'images, epochs',
    [
        (1000, 6),  # of 500 steps, half of 12
        (117, 6),  # 59 steps
        (116, 7),  # 58 steps: 6 epochs are 348
        (50, 14),  # 25 steps
        (1, 350),
    ])
def test_few_images_get_350_steps(images, epochs):
    cfg = load_config(R50)
    said = fine_tune(cfg, (), images)

    assert cfg.train_dataloader.batch_size == 2
    assert cfg.train_cfg.max_epochs == cfg.param_scheduler[1].end == epochs
    assert f'train_cfg.max_epochs={epochs}, ' in said


@pytest.mark.parametrize('given, values', [
    ('optim_wrapper.optimizer.lr', (0.02, 6, 6)),
    ('optim_wrapper', (0.02, 6, 6)),
    ('optim_wrapper.optimizer.weight_decay', (0.006, 6, 6)),
    ('train_cfg.max_epochs', (0.006, 12, 12)),
    ('train_cfg.val_interval', (0.006, 6, 6)),
    ('param_scheduler.1.end', (0.006, 12, 12)),
])
def test_what_the_user_has_set_stays(given, values):
    assert tuned(given)[0] == values


def test_the_warm_up_is_the_first_epoch():
    """The config's own takes 500 steps, four epochs of 250 images."""
    cfg = load_config(R50)
    fine_tune(cfg, ())

    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.ones(1))], lr=1.)
    warm_up = dict(cfg.param_scheduler[0])
    kind = PARAM_SCHEDULERS.get(warm_up.pop('type'))
    assert warm_up.pop('convert_to_iter_based')
    schedule = kind.build_iter_from_epoch(
        optimizer=optimizer, epoch_length=3, **warm_up)
    rates = [optimizer.param_groups[0]['lr']]
    for _ in range(3):
        optimizer.step()
        schedule.step()
        rates.append(optimizer.param_groups[0]['lr'])

    assert rates == pytest.approx([0.001, 0.5005, 1, 1])


@pytest.mark.parametrize('given', [(), ('train_cfg.max_epochs', )])
def test_the_warm_up_stays_an_epoch_in_a_longer_run(given):
    cfg = load_config(R50)
    fine_tune(cfg, given)
    set_options(cfg, rescaled_schedule(cfg, 60))
    assert cfg.param_scheduler[0].by_epoch
    assert cfg.param_scheduler[0].end == 1
    assert cfg.param_scheduler[1].end == 60


def test_a_single_epoch_that_is_given_is_no_warm_up_throughout():
    cfg = load_config(R50, {'train_cfg.max_epochs': 1})
    fine_tune(cfg, ('train_cfg.max_epochs', ))
    assert cfg.param_scheduler[0].end == 500  # steps


def test_a_single_epoch_that_is_chosen_is_no_warm_up_throughout():
    cfg = load_config(R50, {'train_cfg.max_epochs': 2})
    fine_tune(cfg, (), 100_000)
    assert cfg.train_cfg.max_epochs == 1
    assert (cfg.param_scheduler[0].by_epoch,
            cfg.param_scheduler[0].end) == (False, 250)


def test_steps_are_those_of_all_processes(monkeypatch):
    monkeypatch.setattr(fine_tuning, 'get_world_size', lambda: 2)
    cfg = load_config(R18)
    fine_tune(cfg, (), 40)
    # 350 steps of 2 x 4 images, 5 to an epoch.
    assert cfg.train_cfg.max_epochs == 70


def test_one_schedule_that_is_no_list():
    cfg = load_config(R50)
    cfg.param_scheduler = dict(type='LinearLR', by_epoch=False, end=500)
    fine_tune(cfg, ())
    assert (cfg.param_scheduler.by_epoch, cfg.param_scheduler.end) == (True, 1)


def test_all_given_is_said():
    values, said = tuned('optim_wrapper.optimizer.lr', 'param_scheduler')

    assert values == (0.02, 12, 12)
    assert said == 'fine-tuning: as the options say'


def test_a_training_by_iterations_keeps_its_length():
    cfg = load_config(R50)
    cfg.train_cfg = dict(type='IterBasedTrainLoop', max_iters=100)

    assert fine_tune(cfg,
                     ()) == 'fine-tuning: optim_wrapper.optimizer.lr=0.006'
