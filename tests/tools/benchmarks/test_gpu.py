import json
import signal
import time

import pytest
import torch

from benchmarks.gpu import run_parts, training_rows
from benchmarks.measure import ResultRow
from custom.utils.errors import InputError
from tests.helpers.run_tool import run_tool

ROW = ResultRow('work', '', [1.])


def fails():
    raise InputError('out of memory')


def never_ends():
    yield ROW
    time.sleep(60)


def test_no_parts():
    assert run_parts({}, 10) == []


def test_a_part_that_fails(capsys):
    found = run_parts(dict(train=fails, infer=lambda: [ROW, ROW]), 10)

    assert found == [ROW, ROW]
    assert capsys.readouterr().err == (
        'train failed: InputError: out of memory\n')


def test_the_time_is_up(capsys):
    parts = dict(first=lambda: [ROW], second=never_ends, third=lambda: [ROW])

    found = run_parts(parts, .2)

    # Of the second what it had measured.
    assert found == [ROW, ROW]
    said = 'not done within 0.2 s: second, third\n'
    assert capsys.readouterr().err == said
    assert signal.getitimer(signal.ITIMER_REAL) == (0, 0)


@pytest.mark.parametrize('wait, words', [(.01, 'ahead of'),
                                         (.2, 'slower than')])
def test_rows_of_a_training(tmp_path, wait, words):
    log = tmp_path / '20260101_000000' / 'vis_data' / 'scalars.json'
    log.parent.mkdir(parents=True)
    step = dict(loss=1., data_time=wait, epoch=1)
    log.write_text('\n'.join(
        map(json.dumps, [
            dict(step, time=.5, memory=300),
            dict(step, time=.25, memory=400, epoch=2),
            {
                'coco/bbox_mAP': .125,
                'data_time': 9.,
                'time': 9.
            },
        ])))

    whole, steps, waits = training_rows(str(tmp_path), 60.)

    assert whole.work == 'demo: 2 epochs, mAP 0.125 on val'
    assert whole.seconds == [60]
    assert steps.seconds == [.5, .25]
    assert steps.peak == 400 * 2**20
    assert waits.work.endswith(f'the loader is {words} steps')
    assert waits.seconds == [wait, wait]


@pytest.mark.skipif(torch.cuda.is_available(), reason='there is a GPU')
def test_no_gpu():
    done = run_tool('benchmark', 'gpu')

    assert done.returncode == 2
    assert done.stderr.startswith('error: gpu: torch sees no GPU')
    assert done.stderr.count('\n') == 1
