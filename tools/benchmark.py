"""Benchmark speed and memory here against stock MMDetection or torchvision.

Both sides do the same work on the same weights and inputs, in turns; first
their results are compared, and what differs is not timed.
"""
import argparse
import sys
from typing import Tuple

from _flags import at_least, chosen_checkpoint
from _run import run

GPU_OUT = 'work_dirs/gpu.json'
ALL = ('ops', 'train', 'infer', 'data', 'eval', 'startup')


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        'work',
        choices=[
            *ALL, 'scaling', 'backends', 'gpu', 'split', 'check', 'convert',
            'report', 'zoo', 'records', 'tag', 'serve', 'soak', 'all'
        ],
        help='operators, training steps, inference, loading of images, '
        'scoring of boxes, start-up; or how inference grows with pixels, '
        'RoIs and classes; or inference by each backend on the CPU; or what '
        'a GPU brings, within ten minutes; or how alike the splits of a data '
        'set are; or the check of a data set, or its import and export; or '
        'what a report on 5,000 images computes; or what training with each '
        'config costs; or how long it takes to the first step on hundreds of '
        'thousands of records; or the tagging of a data set by each engine; '
        'or the tag service under load, or with ten thousand good and bad '
        'requests')
    parser.add_argument(
        '--checkpoint',
        help='for backends, tag, serve and soak; default: the detector that '
        'comes with the project')
    parser.add_argument(
        '--configs',
        nargs='+',
        metavar='CONFIG',
        help='for zoo; default: all in configs/; or for backends, with random '
        'weights instead of a checkpoint')
    parser.add_argument(
        '--train',
        metavar='WORK_DIR',
        help='for zoo: train and test each config for a short time instead, '
        'in a folder of its name there; goes on where it was interrupted')
    parser.add_argument(
        '--against',
        metavar='PYTHON',
        help='an interpreter with stock MMDetection and compiled MMCV, or '
        'with torchvision; for serve, the folder of another version of this '
        'project; default: only measure here')
    parser.add_argument(
        '--rounds',
        type=at_least(1),
        help='how often each side runs; default: 3 to 8, and 20 splits')
    parser.add_argument(
        '--size',
        type=size,
        default=(800, 1088),
        metavar='HEIGHTxWIDTH',
        help='pictures of the R50 detector; default: 800x1088')
    parser.add_argument(
        '--device', help='cpu or cuda; default: a GPU where there is one')
    parser.add_argument(
        '--data',
        default='data/drawings22',
        help='data folder whose images are loaded or tagged, or which is '
        'split; default: data/drawings22')
    parser.add_argument(
        '--out',
        metavar='JSON',
        help='where to write all that was measured; default: nowhere, and '
        f'{GPU_OUT} for gpu')
    args = parser.parse_args()
    if args.work == 'backends' and args.device not in (None, 'cpu'):
        parser.error('backends are those of the CPU: no --device')
    if args.configs and args.checkpoint:
        parser.error('give --configs or --checkpoint')
    return args


def size(text: str) -> Tuple[int, int]:
    height, width = map(at_least(1), text.split('x'))
    return height, width


def measure_suites(args: argparse.Namespace) -> int:
    from mmengine.device import get_device

    from benchmarks.benchmark_settings import BenchmarkSettings
    from benchmarks.interpreter import describe_interpreter, find_baseline
    from benchmarks.results import environment_lines, ratio_table, to_json
    from benchmarks.suites import SUITES
    from custom.datasets.annotations.layout import class_names
    from custom.utils.atomic_write import write_text
    from custom.utils.tables import print_table
    works = ALL if args.work == 'all' else (args.work, )
    if 'data' in works:
        class_names(args.data)  # now, not after an hour
    baseline = find_baseline(args.against)
    here = describe_interpreter(sys.executable, ours=True)
    device = args.device or ('cpu'
                             if args.work == 'backends' else get_device())
    settings = BenchmarkSettings(baseline, device, args.size, args.data,
                                 args.rounds, args.checkpoint, args.configs
                                 or ())
    for line in environment_lines(here, baseline, settings.device):
        print(line)

    rows = []
    for work in works:
        measured = [*SUITES[work](settings)]
        print_table(ratio_table(measured, work))
        rows += measured
        if args.out:
            write_text(args.out, to_json(rows, here, settings))
    differing = sum(1 for row in rows
                    if row.agreement and not row.agreement.same)
    if differing:
        print(f'{differing} of {len(rows)} differ and were not timed')
    return 1 if differing else 0


def measure_gpu(args: argparse.Namespace) -> int:
    from mmengine.device import is_cuda_available

    from custom.utils.errors import InputError
    if args.device != 'cpu' and not is_cuda_available():
        raise InputError('gpu: torch sees no GPU (nvidia-smi tells whether '
                         'the driver does; a build of torch for the CPU never '
                         'does); --device cpu runs all of it on the CPU')
    args.out = args.out or GPU_OUT
    code = measure_suites(args)
    print(args.out)
    return code


def compare_splits(args: argparse.Namespace) -> int:
    from benchmarks.split_quality import COLUMNS, splitting
    from custom.utils.tables import print_table, results_table
    rows = [*splitting(args.data, args.rounds or 20)]
    print_table(results_table(rows, COLUMNS))
    return 0


def measure_check(args: argparse.Namespace) -> int:
    from benchmarks.checking import COLUMNS, checking
    from custom.utils.tables import print_table, results_table
    print_table(results_table([*checking(args.rounds or 5)], COLUMNS))
    return 0


def measure_convert(args: argparse.Namespace) -> int:
    from benchmarks.converting import COLUMNS, converting
    from custom.utils.tables import print_table, results_table
    print_table(results_table([*converting()], COLUMNS))
    return 0


def measure_report(args: argparse.Namespace) -> int:
    from benchmarks.reporting import COLUMNS, reporting
    from custom.utils.tables import print_table, results_table
    print_table(results_table([*reporting()], COLUMNS))
    return 0


def measure_configs(args: argparse.Namespace) -> int:
    from benchmarks import short_run, zoo
    from custom.utils.tables import print_table, results_table
    configs = args.configs or zoo.all_configs()
    if args.train:
        columns = short_run.COLUMNS
        rows = [*short_run.short_runs(configs, args.data, args.train)]
    else:
        columns = zoo.COLUMNS
        rows = [*zoo.zoo(configs, args.data, args.rounds or 5)]
    print_table(results_table(rows, columns))
    return 0


def measure_first_step(args: argparse.Namespace) -> int:
    from benchmarks.first_step import COLUMNS, first_step
    from custom.utils.tables import print_table, results_table
    print_table(results_table([*first_step(args.data)], COLUMNS))
    return 0


def measure_tagging(args: argparse.Namespace) -> int:
    from benchmarks.tagging import COLUMNS, tagging
    from custom.utils.tables import print_table, results_table
    rows = tagging(
        chosen_checkpoint(args.checkpoint), args.data, args.rounds or 3)
    print_table(results_table([*rows], COLUMNS))
    return 0


def measure_service(args: argparse.Namespace) -> int:
    from benchmarks.serving import COLUMNS, serving
    from custom.utils.tables import print_table, results_table
    rows = serving(
        chosen_checkpoint(args.checkpoint), args.data, args.rounds or 3,
        args.against)
    print_table(results_table([*rows], COLUMNS))
    return 0


def soak_service(args: argparse.Namespace) -> int:
    from benchmarks.serving import soak
    from custom.utils.tables import print_table, results_table
    row = soak(chosen_checkpoint(args.checkpoint), args.data, 10_000)
    print_table(results_table([row], [*row]))
    return 1 if row['wrong'] or row['unexplained'] else 0


def benchmark(args: argparse.Namespace) -> int:
    work = dict(
        gpu=measure_gpu,
        split=compare_splits,
        check=measure_check,
        convert=measure_convert,
        report=measure_report,
        tag=measure_tagging,
        records=measure_first_step,
        serve=measure_service,
        soak=soak_service,
        zoo=measure_configs)
    return work.get(args.work, measure_suites)(args)


if __name__ == '__main__':
    run(parse_args, benchmark)
