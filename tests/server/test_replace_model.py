"""SIGHUP: another file in the place of the one that is served."""
import contextlib
import os
import shutil
import signal
import threading

import cv2
import onnx
import pytest

from custom.server.model_worker import file_version
from tests.helpers.running_server import (children, memory_mb, post, running,
                                          value)
from tests.helpers.waiting import until

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not hasattr(signal, 'SIGHUP'), reason='Windows has no SIGHUP')
]
FAILED = 'tagger_model_replacements_total{result="failed"}'
GROWTH_MB = 20


@pytest.fixture(scope='module')
def versions(r18, tmp_path_factory):
    """By version, a file and what it calls its three classes."""
    folder = tmp_path_factory.mktemp('versions')
    found = {}
    for names in ('cat dog sun', 'cow pig moon'):
        model = onnx.load(r18[1])
        for prop in model.metadata_props:
            for old, new in zip(('cat', 'dog', 'sun'), names.split()):
                prop.value = prop.value.replace(f'"{old}"', f'"{new}"')
        path = folder / f'{names}.onnx'
        onnx.save(model, path)
        found[file_version(str(path))] = path, set(names.split())
    return found


@pytest.fixture(scope='module')
def image(images):
    return cv2.imencode('.png', images[0])[1].tobytes()


@pytest.fixture
def served(versions, tmp_path):
    path = tmp_path / 'model.onnx'
    put(versions[min(versions)][0], path)
    # By it a version is there sooner than by OpenVINO.
    with running(path, '--backend', 'onnxruntime', '--workers', '1') as client:
        client.path = path
        yield client


def put(file, path):
    """A file in the place of another, at one moment."""
    new = path.with_suffix('.new')
    shutil.copy(file, new)
    os.replace(new, path)


def replace(client, file):
    put(file, client.path)
    client.process.send_signal(signal.SIGHUP)


def served_version(client):
    return client.get('/readyz').json()['version']


@contextlib.contextmanager
def asking(client, image, answers, clients=4):
    """Clients that ask again and again, all in one list."""
    end = threading.Event()

    def ask():
        while not end.is_set():
            answers.append(post(client, image, format='full', score_thr=0))

    threads = [threading.Thread(target=ask) for _ in range(clients)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        end.set()
        for thread in threads:
            thread.join()


def test_each_request_is_answered_by_one_version(served, versions, image):
    first, second = sorted(versions)
    answers = []
    with asking(served, image, answers):
        for version in (second, first):
            replace(served, versions[version][0])
            until(lambda: served_version(served) == version, 60)

    assert {answer.status_code for answer in answers} == {200}
    for answer in (one.json() for one in answers):
        labels = {found['label'] for found in answer['objects']}
        assert labels and labels <= versions[answer['version']][1]
    assert {answer.json()['version'] for answer in answers} == {first, second}
    labels = served.get('/labels')
    assert labels.headers['x-model-version'] == first
    assert {one['label'] for one in labels.json()} == versions[first][1]


def test_a_bad_file_leaves_the_model_in_its_place(served, versions, image,
                                                  tmp_path):
    version = served_version(served)
    cut = tmp_path / 'cut'
    cut.write_bytes(served.path.read_bytes()[:9999])
    workers = children(served.process.pid)

    for count, bad in enumerate((cut, __file__), 1):
        replace(served, bad)
        until(lambda: value(served, FAILED) == count, 60)
        answer = post(served, image, format='full')
        assert (answer.status_code, answer.json()['version']) == (200, version)

    assert sorted(children(served.process.pid)) == sorted(workers)


def test_nothing_is_left_of_what_was_replaced(served, versions, image):
    pid = served.process.pid
    processes, files = len(children(pid)), open_files(pid)
    used = []
    for version in [max(versions), min(versions)] * 2:
        replace(served, versions[version][0])
        until(lambda: served_version(served) == version, 60)
        post(served, image)
        until(lambda: len(children(pid)) == processes, 60)
        used.append(memory_mb(served))

    assert open_files(pid) == files
    assert used[-1] - used[0] < GROWTH_MB


def open_files(pid):
    return len(os.listdir(f'/proc/{pid}/fd'))
