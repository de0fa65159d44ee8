import torch

from custom.checkpoint.thresholds import write_thresholds
from custom.engine.cross_validation.fold_run import FoldRun, finished_refit


def test_folders_of_a_run(tmp_path):
    run = FoldRun(tmp_path, 2, 0)
    assert run.name == 'fold 2, seed 0'
    assert run.data == tmp_path / 'data/fold_2'
    assert run.work_dir == tmp_path / 'fold_2/seed_0'
    assert run.result() is None


def test_a_refit_is_done_when_it_has_thresholds(tmp_path):
    assert not finished_refit(tmp_path / 'none')
    path = tmp_path / 'epoch_2.pth'
    path.write_bytes(b'damaged')
    assert not finished_refit(tmp_path)
    torch.save(
        dict(meta=dict(dataset_meta=dict(classes=('cat', ))), state_dict={}),
        path)
    assert not finished_refit(tmp_path)
    write_thresholds(str(path), dict(cat=0.4))
    assert finished_refit(tmp_path)
