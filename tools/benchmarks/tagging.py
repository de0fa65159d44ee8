"""Data set tagging benchmark: images a second by engine, and memory."""
import itertools
import os.path as osp
import tempfile
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from typing import Dict, Iterator, List, Sequence

from benchmarks.measure import say
from benchmarks.process import run_alone
from custom.inference.tagging.sources import open_source

COLUMNS = ('work', 'pictures', 'seconds', 'pictures/s', 'min..max', 'peak MB')
IMAGES = 300
MEMORY_IMAGES = (1_000, 10_000)
# Each says on how many cores, and how.
ENGINES = {
    '1 process on 1 core': (1, '--processes', 1),
    '1 process': (2, '--processes', 1),
    '2 processes': (2, '--processes', 2),
    'Ray, 2 actors': (2, '--processes', 2, '--engine', 'ray'),
}
_PARTS = 10

_TOOL = """
import os
import runpy
import custom
os.sched_setaffinity(0, [*os.sched_getaffinity(0)][:int(sys.argv.pop(1))])
sys.argv = sys.argv[1:]
start = time.perf_counter()
runpy.run_path(sys.argv[0], run_name='__main__')
"""


def tagging(
    checkpoint: str,
    data: str,
    rounds: int,
    images: int = IMAGES,
    memory_images: Sequence[int] = MEMORY_IMAGES,
    engines: Sequence[str] = tuple(ENGINES)
) -> Iterator[dict]:
    """Measures tools/tag_dataset.py; rows with the keys of ``COLUMNS``.

    First the engines in turns, Ray where it is installed. ``seconds`` are of
    the whole command, after its imports; ``images/s`` are those from the
    first tenth on, when detectors are loaded. Then lists that name the same
    images again and again, by 2 processes; ``peak MB`` is the memory of
    the command, without the processes that it starts.

    Args:
        checkpoint: The detector.
        data: A folder of images.
        rounds: How often each engine runs.
        images: So many of them.
        memory_images: Lengths of the lists.
        engines: Some of ``ENGINES``.

    Raises:
        InputError: There is no image, or a run fails.
    """
    source = open_source(data, 'path')
    paths = [osp.abspath(source.name(i)) for i in range(len(source))]
    runs: Dict[str, List[dict]] = {
        work: []
        for work in engines if 'ray' not in ENGINES[work] or find_spec('ray')
    }
    for number in range(1, rounds + 1):
        for work in runs:
            say(f'{work}: round {number} of {rounds}')
            runs[work].append(_run(checkpoint, paths, images, *ENGINES[work]))
    for work, found in runs.items():
        yield _row(work, images, found)
    for count in memory_images:
        say(f'{count} pictures')
        run = _run(checkpoint, paths, count, *ENGINES['2 processes'])
        yield _row('2 processes', count, [run])


def _run(checkpoint: str, paths: Sequence[str], count: int, cores: int, *words:
         object) -> dict:
    """Seconds, images a second and MB of one run."""
    size = max(1, count // _PARTS)
    with tempfile.TemporaryDirectory() as scratch:
        file, out = Path(scratch, 'list.csv'), Path(scratch, 'out')
        rows = itertools.islice(itertools.cycle(paths), count)
        file.write_text('\n'.join(['path', *rows]) + '\n')
        seconds, peak = run_alone(_TOOL, cores, 'tools/tag_dataset.py', file,
                                  '--checkpoint', checkpoint, '--out', out,
                                  '--part-size', size, *words)
        written = [*map(osp.getmtime, sorted(out.glob('part-*.parquet')))]
    rate = (count - size) / max(written[-1] - written[0], 1e-9)
    return dict(seconds=seconds, rate=rate, peak=peak)


def _row(work: str, count: int, runs: Sequence[dict]) -> dict:
    rates = [run['rate'] for run in runs]
    return {
        'work': work,
        'pictures': count,
        'seconds': f'{median(run["seconds"] for run in runs):.1f}',
        'pictures/s': f'{median(rates):.1f}',
        'min..max': f'{min(rates):.1f}..{max(rates):.1f}',
        'peak MB': f'{max(run["peak"] for run in runs):.0f}',
    }
