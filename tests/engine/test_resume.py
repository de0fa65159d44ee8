import pytest
import torch
from mmengine.config import Config

from custom.engine.resume import resume_from
from custom.engine.run_folder import RunRecord, run_of


@pytest.fixture
def run(tmp_path):
    """A folder of a run, with the checkpoints of epochs 3 and 4."""
    record = RunRecord(str(tmp_path / 'run'))
    record.write()
    for epoch in (3, 4):
        save(tmp_path / 'run' / f'epoch_{epoch}.pth', epoch, record.run)
    return tmp_path / 'run'


def save(path, epoch, run):
    path.parent.mkdir(exist_ok=True)
    torch.save(
        dict(
            meta=dict(
                epoch=epoch,
                iter=10 * epoch,
                run=run,
                dataset_meta=dict(classes=('cat', ))),
            state_dict=dict(weight=torch.ones(1)),
            message_hub={},
            optimizer={},
            param_schedulers=[]), path)
    return path


def work_dir(folder, checkpoint):
    cfg = Config(dict(work_dir=str(folder)))
    resume_from(cfg, str(checkpoint), ['cat'])
    assert cfg.load_from == str(checkpoint)
    return cfg.work_dir


def test_from_the_newest_in_its_own_folder(run):
    assert work_dir(run, run / 'epoch_4.pth') == str(run)


def test_from_an_older_one_in_another_folder(run):
    assert work_dir(run, run / 'epoch_3.pth') == f'{run}-2'


def test_from_a_copy_of_an_older_one_in_another_folder(run):
    """It goes another way than what the folder holds, wherever it lies."""
    copy = save(run.with_name('backup') / 'epoch_3.pth', 3, run_of(str(run)))
    assert work_dir(run, copy) == f'{run}-2'
    newer = save(run.with_name('backup') / 'epoch_5.pth', 5, run_of(str(run)))
    assert work_dir(run, newer) == str(run)


def test_from_another_run_in_another_folder(run):
    other = save(run.with_name('other') / 'epoch_9.pth', 9, 'another')
    assert work_dir(run, other) == f'{run}-2'
    assert work_dir(run.with_name('new'), other) == str(run.with_name('new'))
