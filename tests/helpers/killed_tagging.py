"""Tagging that is killed at random moments: the tool, or one of its workers.

As a script:
python -m tests.helpers.killed_tagging PICTURES CHECKPOINT [KILLS [WORDS ...]]
with words for the tool, e.g. --engine ray.
"""
import atexit
import contextlib
import multiprocessing.util
import os
import random
import signal
import sys
import tempfile
import time
import warnings
from pathlib import Path

import cv2
import pyarrow.dataset as ds

from tests.helpers.fork_server import run

_CONTEXT = multiprocessing.get_context('fork')


def start_tool(words, folder):
    """Starts tools/tag_dataset.py in a fork of this process.

    Args:
        words: The command line.
        folder: For the files ``stdout`` and ``stderr``; made.

    Returns:
        multiprocessing.Process: ``exitcode`` is that of the tool.
    """
    folder.mkdir(parents=True, exist_ok=True)
    process = _CONTEXT.Process(
        target=_run, args=([*map(str, words)], str(folder)))
    # OpenCV's threads don't survive a fork, and the tool would wait for them.
    threads = cv2.getNumThreads()
    cv2.setNumThreads(1)
    process.start()
    cv2.setNumThreads(threads)
    return process


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
        wait_for(lambda: find(process) or not process.is_alive())
        goal = len(parts(out)) + rng.randint(0, 1)
        wait_for(lambda: len(parts(out)) >= goal or not process.is_alive())
        time.sleep(rng.uniform(0, .1))
        victims = dict(tool=[process.pid], worker=find(process))
        who = rng.choice(['tool', 'worker'])
        if not process.is_alive():
            break
        with contextlib.suppress(ProcessLookupError, IndexError):
            os.kill(rng.choice(victims[who]), signal.SIGKILL)
            killed.append(who)
        if who == 'tool':
            process.join()
            process = start_tool([*words, '--out', out], folder)
    process.join()
    assert process.exitcode == 0, (process.exitcode,
                                   (folder / 'stderr').read_text())
    return killed


def records(out):
    """All records of a folder, in the order of its parts."""
    return ds.dataset([*map(str, parts(out))]).to_table().to_pylist()


def _run(words, folder):
    # Those of pytest lead elsewhere, and make errors of warnings.
    sys.stdout, sys.stderr = (open(fd, 'w', closefd=False) for fd in (1, 2))
    warnings.resetwarnings()
    # Ray, of a test before, would end itself in the fork, too, and crash.
    atexit._clear()
    atexit.register(multiprocessing.util._exit_function)
    for name in ('stdout', 'stderr'):
        Path(folder, name).unlink(missing_ok=True)
    run(['tools/tag_dataset.py', *words], dict(os.environ, PYTHONPATH=''),
        folder)


def main(images, checkpoint, kills='10', *words):
    import custom  # noqa: F401  once, not in each fork
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
