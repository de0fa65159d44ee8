"""Model zoo costs: parameters, FLOPs and training time of each config."""
import glob
import os.path as osp
import sys
from typing import Iterator, List, Sequence

from benchmarks.measure import ask_once, measure
from benchmarks.process import ROOT, Variant
from custom.datasets.annotations.layout import class_names
from custom.utils.precision import has_bf16

COLUMNS = ('config', 'parameters', 'test size', 'GFLOPs', 's per image',
           'peak MB')


def zoo(configs: Sequence[str], data: str, rounds: int) -> Iterator[dict]:
    """Measures the cost of each config; rows with the keys of ``COLUMNS``.

    GFLOPs are those of :func:`benchmarks.complexity.complexity` at the
    config's test size. The seconds are the median of training steps with one
    image of the data folder, at the config's size, in bfloat16 where the CPU
    has it: forward, backward and optimizer; not the loading.

    Args:
        configs: Paths of leaf configs.
        data: A data folder; its classes replace those of the configs.
        rounds: Steps that are timed, after one that isn't.

    Raises:
        InputError: A config or the data folder is missing or bad.
    """
    class_names(data)  # now, not in a worker
    for path in configs:
        name = osp.splitext(osp.basename(path))[0]
        job = dict(
            config=osp.abspath(path),
            data=osp.abspath(data),
            amp=has_bf16('cpu'))
        size = ask_once(job, Variant('', sys.executable, 'zoo_size.py', {}))
        step, = measure(name, job,
                        [Variant('', sys.executable, 'zoo_step.py', {})], None,
                        None, rounds)
        height, width = size['size']
        yield {
            'config': name,
            'parameters': f'{size["parameters"] / 1e6:.1f} M',
            'test size': f'{width}x{height}',
            'GFLOPs': f'{size["flops"] / 1e9:.1f}',
            's per image': f'{step.time:.2f}',
            'peak MB': f'{step.peak / 2**20:.0f}',
        }


def all_configs() -> List[str]:
    """The leaf configs of the project, in order of their names."""
    return sorted(
        path for path in glob.glob(
            osp.join(ROOT, 'configs', '**', '*.py'), recursive=True)
        if '_base_' not in path)
