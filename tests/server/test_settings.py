import argparse

import pytest

from custom.server.settings import (Settings, add_settings, read_settings,
                                    resolved)
from custom.utils.errors import InputError


def read(*words):
    parser = argparse.ArgumentParser()
    add_settings(parser)
    return read_settings(parser.parse_args(words))


def test_by_itself():
    assert read().model_dump() == dict(
        workers=0,
        threads=0,
        max_batch=8,
        max_wait_ms=5.,
        queue=64,
        deadline_s=10.,
        decoders=2,
        decode_s=3.,
        max_body_mb=20.,
        max_megapixels=40.,
        max_files=16)


def test_a_flag_goes_before_the_environment(monkeypatch):
    monkeypatch.setenv('TAGGER_QUEUE', '9')
    monkeypatch.setenv('TAGGER_MAX_BATCH', '3')

    settings = read('--queue', '10', '--max-wait-ms', '0')

    assert (settings.queue, settings.max_batch, settings.max_wait_ms) == (10,
                                                                          3, 0)


@pytest.mark.parametrize('name, value', [('--queue', '0'), ('--queue', '2.5'),
                                         ('--deadline-s', '-1'),
                                         ('--deadline-s', 'nan'),
                                         ('--max-files', '100001'),
                                         ('--workers', 'many'),
                                         ('--workers', '-1')])
def test_what_is_no_number_that_makes_sense(name, value):
    with pytest.raises(InputError, match=f'{name} {value}: give a'):
        read(name, value)


def test_a_bad_variable_is_named(monkeypatch):
    monkeypatch.setenv('TAGGER_WORKERS', 'many')
    with pytest.raises(InputError, match='TAGGER_WORKERS many: give a whole'):
        read()


@pytest.mark.parametrize('given, onnx, cores, workers, threads', [
    ({}, True, 2, 2, 1),
    ({}, True, 16, 4, 4),
    ({}, False, 16, 1, 16),
    (dict(workers=3), True, 16, 3, 5),
    (dict(workers=3), True, 2, 3, 1),
    (dict(threads=2), False, 16, 1, 2),
])
def test_workers_and_threads_fit_the_machine(given, onnx, cores, workers,
                                             threads):
    settings = resolved(Settings(**given), onnx, cores)
    assert (settings.workers, settings.threads) == (workers, threads)
