import json
import os
import subprocess
import sys
import threading

import pytest

from custom.engine.run_folder import (RunRecord, alone, free_work_dir,
                                      holds_run, locked, remove_run,
                                      require_spared, run_of)
from custom.utils.errors import InputError


@pytest.fixture
def work_dir(tmp_path):
    """As a run leaves it, and a file of the user's own."""
    folder = tmp_path / 'run'
    (folder / '20260101_000000' / 'vis_data').mkdir(parents=True)
    for name in ('epoch_2.pth', 'best_coco_bbox_mAP_epoch_1.pth', 'run.json',
                 'curves.png', 'notes.txt'):
        (folder / name).write_text('{}')
    for name in ('report', 'report_val'):
        (folder / name).mkdir()
        (folder / name / 'report.json').touch()
    return folder


def test_a_new_run_goes_beside_those_that_are_there(work_dir):
    assert free_work_dir(str(work_dir.with_name('new'))) == str(
        work_dir.with_name('new'))
    assert free_work_dir(f'{work_dir}/') == f'{work_dir}-2'
    (work_dir.with_name('run-2')).mkdir()
    assert free_work_dir(str(work_dir)) == f'{work_dir}-2'  # it is empty
    (work_dir.with_name('run-2') / 'epoch_1.pth').touch()
    assert free_work_dir(str(work_dir)) == f'{work_dir}-3'


def test_a_run_without_a_checkpoint_is_in_nobodys_way(tmp_path):
    RunRecord(str(tmp_path)).write()
    assert not holds_run(str(tmp_path))


def test_removing_a_run_leaves_what_it_did_not_write(work_dir):
    remove_run(str(work_dir))
    assert sorted(os.listdir(work_dir)) == ['.lock', 'notes.txt']
    remove_run(str(work_dir.with_name('none')))


@pytest.mark.parametrize('name',
                         ['epoch_2.pth', 'best_coco_bbox_mAP_epoch_1.pth'])
def test_a_checkpoint_to_begin_with_is_not_removed(work_dir, name):
    with pytest.raises(InputError, match=f'removes .*{name}, which the'):
        require_spared(str(work_dir), str(work_dir / name))
    # A file of the user's own stays, and so does one elsewhere.
    require_spared(str(work_dir), str(work_dir / 'notes.txt'))
    require_spared(str(work_dir), str(work_dir.with_name('other') / name))
    require_spared(str(work_dir), None)


def test_the_record_survives_the_process(tmp_path):
    record = RunRecord(str(tmp_path))
    record.add_validation(1, 100, dict(mAP=0.1))
    record.add_validation(2, 200, dict(mAP=0.3))
    record.best['mAP'] = dict(file='best.pth', score=0.3, epoch=2, iter=200)
    record.write()

    again = RunRecord(str(tmp_path))
    assert again.run != record.run
    assert again.read()
    assert again.run == record.run == run_of(str(tmp_path))
    assert again.validations == record.validations
    assert again.best == record.best
    assert again.has_validated(2, 200)
    assert not again.has_validated(3, 300)


def test_training_by_iteration_counts_steps(tmp_path):
    record = RunRecord(str(tmp_path))
    record.add_validation(0, 100, {})
    assert record.has_validated(0, 100)
    assert not record.has_validated(0, 150)


def test_a_validation_replaces_what_comes_after_it(tmp_path):
    record = RunRecord(str(tmp_path))
    for epoch in (1, 2, 3, 2):
        record.add_validation(epoch, 100 * epoch, dict(mAP=epoch / 10))
    assert [done['epoch'] for done in record.validations] == [1, 2]


@pytest.mark.parametrize('text', [
    '',
    '[]',
    '{"run": "a"}',
    json.dumps(
        dict(
            run='a',
            fingerprint={},
            validations=[],
            best=dict(mAP=dict(file='../other/best.pth', score=1)))),
])
def test_a_record_that_is_not_ours_counts_as_none(text, tmp_path):
    (tmp_path / 'run.json').write_text(text)
    assert not RunRecord(str(tmp_path)).read()
    assert run_of(str(tmp_path)) is None


def test_two_runs_at_once(tmp_path):
    hold = (f'import custom.engine.run_folder as r\n'
            f'with r.locked({str(tmp_path)!r}):\n'
            f'    print("holds", flush=True)\n    input()\n')
    with subprocess.Popen([sys.executable, '-c', hold],
                          stdin=subprocess.PIPE,
                          stdout=subprocess.PIPE) as other:
        assert other.stdout.readline() == b'holds\n'
        with pytest.raises(InputError, match='another run is training there'):
            with locked(str(tmp_path)):
                pass
        other.kill()
        other.wait()
    with locked(str(tmp_path)):
        pass


def test_a_child_that_outlives_the_run_does_not_hold_the_folder(tmp_path):
    fork = ('import os, time\nimport custom.engine.run_folder as r\n'
            f'with r.locked({str(tmp_path)!r}):\n'
            '    if not os.fork():\n        os.close(1)\n'
            '        time.sleep(20)\n    os._exit(0)\n')
    subprocess.run([sys.executable, '-c', fork], check=True)
    with locked(str(tmp_path)):
        pass


def test_half_written_files_of_the_dead_go(tmp_path):
    dead = subprocess.Popen([sys.executable, '-c', ''])
    dead.wait()
    for pid in (dead.pid, os.getpid()):
        (tmp_path / f'epoch_3.pth.{pid}.part').touch()
    with locked(str(tmp_path)):
        left = os.listdir(tmp_path)
    assert sorted(left) == ['.lock', f'epoch_3.pth.{os.getpid()}.part']


def test_a_folder_that_cannot_be_made(tmp_path):
    (tmp_path / 'file').touch()
    with pytest.raises(InputError, match='choose another --work-dir'):
        with locked(str(tmp_path / 'file' / 'run')):
            pass


def test_one_at_a_time(tmp_path):
    order = []

    def wait():
        with alone(tmp_path):
            order.append('second')

    thread = threading.Thread(target=wait)
    with alone(tmp_path):
        thread.start()
        thread.join(0.2)
        order.append('first')
    thread.join()
    assert order == ['first', 'second']
