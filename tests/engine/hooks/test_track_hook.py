import pytest

from custom.config.config import load_config
from custom.config.flags import set_flags
from custom.engine.hooks.track_hook import require_trackers, run_files
from custom.utils.errors import exit_on_input_error
from tests.helpers.run_tool import CONFIG


def test_files_of_a_run(tmp_path):
    assert run_files(str(tmp_path)) == []
    for name in ('epoch_2.pth', 'best_coco_bbox_mAP_epoch_1.pth', 'curves.png',
                 'config.py', 'test_results.json', 'last_checkpoint'):
        (tmp_path / name).touch()
    (tmp_path / 'report_val').mkdir()
    (tmp_path / 'report_val' / 'index.html').touch()

    assert run_files(str(tmp_path)) == [
        str(tmp_path / name)
        for name in ('curves.png', 'report_val/index.html',
                     'test_results.json', 'best_coco_bbox_mAP_epoch_1.pth',
                     'config.py')
    ]


def test_a_config_without_trackers_needs_none():
    require_trackers(load_config(CONFIG))


def test_a_tracker_that_is_not_installed(tmp_path, monkeypatch, capsys):
    (tmp_path / 'wandb.py'
     ).write_text("raise ModuleNotFoundError('no wandb', name='wandb')")
    monkeypatch.syspath_prepend(tmp_path)
    cfg = load_config(CONFIG)
    set_flags(cfg, dict(track='wandb'), {})

    with pytest.raises(SystemExit) as caught, exit_on_input_error():
        require_trackers(cfg)
    assert caught.value.code == 2
    assert capsys.readouterr().err == (
        'error: wandb is not installed; pip install -c constraints.txt '
        '".[track]"\n')
