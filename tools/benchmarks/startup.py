"""Start-up benchmark: imports and ``--help`` as whole processes."""
import subprocess
import sys
import time
from typing import Iterator, List, Optional

from benchmarks.benchmark_settings import BenchmarkSettings
from benchmarks.measure import ResultRow, say
from benchmarks.process import ROOT, environment
from custom.utils.errors import InputError

# What each needs before it can build a detector.
THEIR_IMPORT = dict(
    mmdet='import mmdet.apis',
    torchvision='import torchvision.models.detection')
# As the tools do. Without the second, Python looks through a million objects
# that live on once more after the import, and when it ends.
_OUR_IMPORT = ('import custom; from custom.utils.setup_env import setup_env; '
               'setup_env()')


def startup(settings: BenchmarkSettings) -> Iterator[ResultRow]:
    """Wall time of whole processes; the first start of each is not counted."""
    rounds = settings.rounds or 5
    yield _row('tools/train.py --help', ['tools/train.py', '--help'], None,
               rounds)
    work, other = 'import custom, setup_env()', None
    if settings.baseline:
        theirs = THEIR_IMPORT[settings.baseline.name]
        work, other = f'{work}, {theirs}', [
            settings.baseline.python, '-c', theirs
        ]
    yield _row(work, ['-c', _OUR_IMPORT], other, rounds)


def _row(work: str, ours: List[str], other: Optional[List[str]],
         rounds: int) -> ResultRow:
    say(f'{work}: starts')
    times, other_times = [], []
    for _ in range(rounds + 1):
        times.append(_wall_time([sys.executable, *ours], True))
        if other:
            other_times.append(_wall_time(other, False))
    return ResultRow(work, '', times[1:], other_times[1:])


def _wall_time(command: List[str], ours: bool) -> float:
    start = time.perf_counter()
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        cwd=ROOT if ours else None,
        env=environment(ours))
    seconds = time.perf_counter() - start
    if done.returncode:
        words = done.stderr.strip().splitlines() or ['no message']
        raise InputError(f'{" ".join(command)}: ended with code '
                         f'{done.returncode}: {words[-1]}')
    return seconds
