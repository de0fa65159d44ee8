import json
import signal
import subprocess
import sys

import pytest
import torch

from tests.helpers.run_tool import ROOT, run_tool

pytestmark = pytest.mark.slow


def test_start_up_and_json(tmp_path):
    out = tmp_path / 'startup.json'

    done = run_tool('benchmark', 'startup', '--rounds', 1, '--out', out)

    assert done.returncode == 0, done.stderr
    assert 'hardware: ' in done.stdout
    assert 'tools/train.py --help' in done.stdout
    assert 'tools/train.py --help: starts' in done.stderr
    written = json.loads(out.read_text())
    assert [len(row['seconds']) for row in written['rows']] == [1, 1]
    assert written['here']['packages']['torch'] == torch.__version__


@pytest.mark.parametrize('against, words', [
    ('no/such/python', ['cannot be run', 'stock/bin/python']),
    ('README.md', ['README.md: cannot be run']),
    ('/bin/true', ['it says nothing', 'pip install torchvision']),
])
def test_a_python_that_will_not_do(against, words):
    done = run_tool('benchmark', 'ops', '--against', against)

    assert done.returncode == 2
    assert done.stderr.startswith(f'error: --against {against}: ')
    assert done.stderr.count('\n') == 1
    for word in words:
        assert word in done.stderr


def test_no_data_folder():
    done = run_tool('benchmark', 'data', '--data', 'no/such/data')

    assert done.returncode == 2
    assert done.stderr.startswith('error: no/such/data')


@pytest.mark.parametrize(
    'words', [['ops', '--size', '800'], ['ops', '--rounds', '0'], ['speed']])
def test_bad_words(words):
    done = run_tool('benchmark', *words)

    assert done.returncode == 2
    assert 'usage: ' in done.stderr
    assert 'Traceback' not in done.stderr


def test_interrupted():
    with subprocess.Popen([sys.executable, 'tools/benchmark.py', 'eval'],
                          cwd=ROOT,
                          stdout=subprocess.DEVNULL,
                          stderr=subprocess.PIPE,
                          text=True) as tool:
        assert 'starts' in tool.stderr.readline()
        tool.send_signal(signal.SIGINT)
        said = tool.stderr.read()

    assert tool.returncode == 130
    assert said.endswith('interrupted\n')
    assert 'Traceback' not in said
