"""Benchmark worker processes: started, asked and ended from here."""
import contextlib
import glob
import json
import os
import os.path as osp
import subprocess
import sys
from typing import Any, List, NamedTuple, Tuple

import torch

from custom.utils.errors import InputError

_WORKERS = osp.join(osp.dirname(__file__), 'workers')
# The folder that `custom` lies in: ours need not be installed.
ROOT = osp.dirname(osp.dirname(osp.dirname(osp.abspath(__file__))))

# Tells the seconds of what {} holds and the peak kilobytes of its process.
_TIMED = """
import sys, time
from custom.utils.setup_env import setup_env
setup_env()
{}
seconds = time.perf_counter() - start
with open('/proc/self/status') as status:
    print(seconds, next(x.split()[1] for x in status if 'VmHWM' in x))
"""


class Variant(NamedTuple):
    """Variant of a comparison: an interpreter, a script, its options.

    Attributes:
        name: For the table.
        python: The interpreter.
        script: A file of ``workers/``.
        options: What the worker's ``prepare`` takes beside the job.
        ours: Whether it may import this project.
    """
    name: str
    python: str
    script: str
    options: dict
    ours: bool = True


class Worker:
    """Worker process that holds the work of a job ready.

    Args:
        variant: What runs.
        folder: Holds ``job.pt``; results and the worker's prints go there.

    Raises:
        InputError: From any method, when the worker fails.
    """

    def __init__(self, variant: Variant, folder: str) -> None:
        self._variant = variant
        self._folder = folder
        self._log = osp.join(folder, f'{id(self)}.log')
        with open(self._log, 'w') as log:
            self._process = subprocess.Popen(
                [variant.python,
                 script(variant.script), folder],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                cwd=ROOT if variant.ours else folder,
                env=environment(variant.ours))

    def prepare(self) -> Any:
        """The result of the first run, as :func:`torch.save` wrote it."""
        path = self._ask(do='prepare', options=self._variant.options)['result']
        return torch.load(path, weights_only=True)

    def run(self, seconds: float) -> float:
        """Mean seconds of a run, over about that many seconds."""
        return self._ask(do='run', seconds=seconds)['seconds']

    def memory(self) -> dict:
        """``peak`` bytes, and their ``growth`` since the work was ready."""
        return self._ask(do='memory')

    def close(self) -> None:
        """Ends the process, whatever it is doing."""
        self._process.kill()
        self._process.communicate()

    def _ask(self, **request) -> dict:
        try:
            print(json.dumps(request), file=self._process.stdin, flush=True)
            line = self._process.stdout.readline()
        except BrokenPipeError:
            line = ''
        reply = json.loads(line) if line else dict(error=self._last_words())
        if 'error' in reply:
            raise InputError(f'{self._variant.python} {self._variant.script}: '
                             f'{reply["error"]}')
        return reply

    def _last_words(self) -> str:
        code = self._process.wait()
        with open(self._log) as log:
            lines = log.read().strip().splitlines() or ['no message']
        return f'ended with code {code}: {lines[-1]}'


def run_alone(code: str,
              *words: object,
              use_torch: bool = True) -> Tuple[float, float]:
    """Time and peak memory of Python code in a process of its own.

    Args:
        code: Sets ``start = time.perf_counter()`` when its work begins.
        words: What it finds in ``sys.argv[1:]``.
        use_torch: False as the tools have it that look at data.

    Returns:
        Seconds of the work, and the largest resident memory of the process in
        MB, that of the processes which it starts aside.

    Raises:
        InputError: It fails.
    """
    done = subprocess.run(
        [sys.executable, '-c',
         _TIMED.format(code), *map(str, words)],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=dict(environment(True), USE_TORCH=str(int(use_torch))))
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ['no message'])[-1]
        raise InputError(f'{" ".join(map(str, words))}: ended with code '
                         f'{done.returncode}: {last}')
    seconds, kilobytes = map(float, done.stdout.split()[-2:])
    return seconds, kilobytes / 1024


def script(name: str) -> str:
    """The path of a worker script."""
    return osp.join(_WORKERS, name)


def environment(ours: bool, root: str = ROOT) -> dict:
    """Environment variables for a process of this project, in its folder
    ``root``, or for one that must not find it, nor the settings that its tools
    make."""
    variables = dict(os.environ)
    for name in ('PYTHONPATH', 'OMP_WAIT_POLICY'):
        variables.pop(name, None)
    if ours:
        variables.update(
            PYTHONPATH=os.pathsep.join((root, osp.join(root, 'tools'))),
            OMP_WAIT_POLICY='PASSIVE')
    return variables


def memory_of(pid: int) -> int:
    """Memory (PSS) of a process and its descendants, in bytes."""
    total = 0
    for entry in (pid, *descendants(pid)):
        with contextlib.suppress(OSError), \
                open(f'/proc/{entry}/smaps_rollup') as file:
            total += 1024 * sum(
                int(line.split()[1])
                for line in file if line.startswith('Pss:'))
    return total


def descendants(pid: int) -> List[int]:
    """Ids of the child processes of a process, and of theirs."""
    found = []
    for path in glob.glob(f'/proc/{pid}/task/*/children'):
        with contextlib.suppress(OSError), open(path) as file:
            for child in map(int, file.read().split()):
                found += [child, *descendants(child)]
    return found
