"""Tagging that is killed at random moments: the tool, or one of its workers.

As a script:
python -m tests.helpers.killed_tagging PICTURES CHECKPOINT [KILLS [WORDS ...]]
with words for the tool, e.g. --engine ray.
"""
import contextlib
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pyarrow.dataset as ds

from tests.helpers.run_tool import ROOT
from tests.helpers.without_packages import command_without


def start_tool(words, folder):
    """Starts tools/tag_dataset.py, by ONNX Runtime, which opens the detector
    in a fifth of the time.

    Args:
        words: The command line.
        folder: For the files ``stdout`` and ``stderr``; made.

    Returns:
        subprocess.Popen: Of the tool.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / 'stdout', 'w') as stdout, \
            open(folder / 'stderr', 'w') as stderr:
        return subprocess.Popen(
            command_without(['openvino'], 'tag_dataset', *words),
            cwd=ROOT,
            stdout=stdout,
            stderr=stderr,
            env=dict(os.environ, PYTHONPATH=''))


def workers(process):
    """The ids of the processes that a process has started."""
    return _children(process.pid)


def actors(process):
    """The ids of Ray's actors in the cluster that a tool has started."""
    return [
        pid for started in workers(process) for pid in _children(started)
        if _text(Path(f'/proc/{pid}/cmdline')).startswith('ray::_Actor')
    ]


def _children(pid):
    return [
        int(child) for path in Path(f'/proc/{pid}/task').glob('*/children')
        for child in _text(path).split()
    ]


def _text(path):
    with contextlib.suppress(OSError):
        return path.read_text()
    return ''  # the process has ended


def parts(out):
    """The parts that are written."""
    return sorted(Path(out).glob('part-*.parquet'))


def wait_for(condition):
    """Waits until it holds; five minutes at most."""
    end = time.monotonic() + 300
    while not condition():
        assert time.monotonic() < end
        time.sleep(.005)


def tag_with_kills(words, out, folder, kills, seed):
    """Tags until all is done, with kills at random moments.

    Args:
        words: The command line but for ``--out``.
        out: Is given as ``--out``.
        folder: For what the tool says.
        kills: How many.
        seed: Of the moments, and of who is killed.

    Returns:
        list[str]: Who was killed, ``'tool'`` or ``'worker'``.
    """
    rng, killed = random.Random(seed), []
    find = actors if 'ray' in words else workers
    process = start_tool([*words, '--out', out], folder)
    while len(killed) < kills:
        wait_for(lambda: find(process) or process.poll() is not None)
        goal = len(parts(out)) + rng.randint(0, 1)
        wait_for(lambda: len(parts(out)) >= goal or process.poll() is not None)
        time.sleep(rng.uniform(0, .02))
        victims = dict(tool=[process.pid], worker=find(process))
        who = rng.choice(['tool', 'worker'])
        if process.poll() is not None:
            break
        with contextlib.suppress(ProcessLookupError, IndexError):
            os.kill(rng.choice(victims[who]), signal.SIGKILL)
            killed.append(who)
        if who == 'tool':
            process.wait()
            process = start_tool([*words, '--out', out], folder)
    process.wait()
    assert process.returncode == 0, (process.returncode,
                                     (folder / 'stderr').read_text())
    return killed


def records(out):
    """All records of a folder, in the order of its parts."""
    return ds.dataset([*map(str, parts(out))]).to_table().to_pylist()


def main(images, checkpoint, kills='10', *words):
    words = [images, '--checkpoint', checkpoint, '--part-size', '8', *words]
    folder = Path(tempfile.mkdtemp())
    tag_with_kills(words, folder / 'whole', folder, 0, 0)
    killed = tag_with_kills(words, folder / 'killed', folder, int(kills), 0)
    same = records(folder / 'whole') == records(folder / 'killed')
    print(f'{folder}: {killed.count("tool")} times the tool and '
          f'{killed.count("worker")} times a worker killed; '
          f'{"the same records" if same else "OTHER RECORDS"}')
    return not same


if __name__ == '__main__':
    sys.exit(main(*sys.argv[1:]))
