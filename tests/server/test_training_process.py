"""The training that Label Studio's button starts."""
import json
import os
import signal
import sys
import threading

import pytest

from custom.engine.run_folder import locked
from custom.label_studio.training_folder import write_command
from custom.server.http_errors import ServiceError
from custom.server.training_process import TrainingProcess
from custom.utils.errors import InputError
from tests.helpers.waiting import until

# Writes down how it was started, and waits for a line; then there is another
# model.
TOOL = """
import json, os, sys, time
print(json.dumps([sys.argv[1:], os.getcwd(), os.environ['USE_TORCH']]),
      flush=True)
while not os.path.exists('go'):
    time.sleep(.01)
print(os.getpriority(os.PRIO_PROCESS, 0))
open('model.pth', 'w').write(open('go').read())
"""


@pytest.fixture
def training(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / 'tool.py').write_text(TOOL)
    (tmp_path / 'model.pth').write_text('old')
    write_command(tmp_path, ['train', 'CONFIG', '--data', 'of mine'])
    found = TrainingProcess(str(tmp_path / 'model.pth'), 'tool.py')
    yield found
    found.stop()


def log(folder):
    path = folder / 'training.log'
    return path.read_text() if path.exists() else ''


def go(folder, model):
    (folder / 'part').write_text(model)
    os.replace(folder / 'part', folder / 'go')


def test_a_folder_that_is_there_no_more(tmp_path, monkeypatch):
    (tmp_path / 'then').mkdir()
    monkeypatch.chdir(tmp_path / 'then')
    write_command(tmp_path, ['train', 'CONFIG'])
    (tmp_path / 'then').rmdir()

    with pytest.raises(InputError, match='then, which is no folder any more'):
        TrainingProcess(str(tmp_path / 'model.pth'), 'tool.py')


def test_the_command_that_was_run_by_hand(training, tmp_path):
    replaced = threading.Event()
    os.chdir('/')
    training.start(replaced.set)
    until(lambda: log(tmp_path))

    with pytest.raises(ServiceError, match='A training is under way') as found:
        training.start(replaced.set)
    assert (found.value.code, found.value.status) == ('training_runs', 409)
    assert not replaced.is_set()

    go(tmp_path, 'new')

    assert replaced.wait(60)
    started, nice = map(json.loads, log(tmp_path).splitlines())
    assert started == [['train', 'CONFIG', '--data', 'of mine'],
                       str(tmp_path), '1']
    assert nice == 19


def test_a_model_that_stays_is_not_loaded_anew(training, tmp_path, caplog):
    caplog.set_level('INFO')
    replaced = threading.Event()
    go(tmp_path, 'old')

    training.start(replaced.set)

    until(lambda: 'The training ended with exit code 0' in caplog.text)
    assert not replaced.is_set()


def test_one_that_runs_by_hand(training, tmp_path):
    with locked(str(tmp_path)):
        with pytest.raises(ServiceError, match='A training is under way'):
            training.start(None)

    assert log(tmp_path) == ''


def test_it_ends_with_the_service(training, tmp_path):
    training.start(None)
    until(lambda: log(tmp_path))

    training.stop()

    assert training._process.wait(60) == -signal.SIGTERM


def test_files_that_do_not_do(tmp_path):
    with pytest.raises(InputError, match='best.pth: --label-studio-train'):
        TrainingProcess(str(tmp_path / 'best.pth'), sys.argv[0])
    with pytest.raises(InputError, match='Run tools/label_studio.py train'):
        TrainingProcess(str(tmp_path / 'model.pth'), sys.argv[0])


def test_a_model_that_is_gone(training, tmp_path, caplog):
    """The thread that waits tells how the training ended all the same."""
    caplog.set_level('INFO')
    replaced = threading.Event()
    (tmp_path / 'tool.py').write_text("import os; os.remove('model.pth')")

    training.start(replaced.set)

    until(lambda: 'The training ended with exit code 0' in caplog.text)
    assert not replaced.is_set()
