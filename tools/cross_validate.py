"""Cross-validation: trains fold by fold, so that every image is test once.

    python tools/cross_validate.py CONFIG --data data/mine --folds 5
    python tools/cross_validate.py CONFIG --data data/mine --folds 5 --refit

An interrupted one goes on by the same command. --engine ray trains folds side
by side on a cluster.
"""
import argparse
import os.path as osp
import time
from pathlib import Path
from typing import Dict, List

from _children import require_tool
from _flags import (add_training_flags, config_flags, flag_words,
                    refuse_flags_of_one, training_words)
from _ray import (add_ray_training_flags, own_words, refuse_ray_training_flags,
                  require_on_ray)
from _run import run

THRESHOLDS = ('class', 'boxes', 'threshold', 'precision', 'recall', 'F1',
              'F1 at 0.5')


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('config', help='a config from configs/')
    parser.add_argument(
        '--data',
        type=Path,
        required=True,
        help='data folder; all its splits are taken')
    parser.add_argument(
        '--folds', type=int, default=5, help='default: %(default)s')
    parser.add_argument(
        '--seeds',
        type=int,
        default=1,
        metavar='N',
        help='train each fold so often, from --seed on')
    parser.add_argument(
        '--fold',
        type=int,
        metavar='K',
        help='train this one alone; who comes last pools them')
    parser.add_argument(
        '--refit',
        action='store_true',
        help='then train on all images, and write the thresholds of the '
        'folds into that checkpoint')
    parser.add_argument(
        '--work-dir',
        type=Path,
        help='default: work_dirs/<name of the config>_<folds>-fold')
    parser.add_argument(
        '--group-by',
        default='',
        metavar='REGEX',
        help='images whose file names agree in its first (...), or in all '
        'that it matches, stay together')
    add_training_flags(parser)
    add_ray_training_flags(parser, 'folds')
    args = parser.parse_args()
    refuse_flags_of_one(parser, args, 'fold')
    refuse_ray_training_flags(parser, args)
    if args.engine == 'ray' and args.fold:
        parser.error('--engine ray shares out the folds: give no --fold')
    if args.refit and args.fold and not args.no_summary:
        parser.error('--refit needs all folds: give it without --fold')
    if args.refit and args.patience:
        parser.error('--refit has no val to stop by: --epochs, not --patience')
    if args.seeds < 1:
        parser.error('--seeds: at least 1')
    if args.fold is not None and not 1 <= args.fold <= args.folds:
        parser.error(f'--fold: from 1 to {args.folds}')
    name = osp.splitext(osp.basename(args.config))[0]
    args.work_dir = args.work_dir or Path('work_dirs',
                                          f'{name}_{args.folds}-fold')
    return args


def cross_validate(args: argparse.Namespace) -> None:
    from custom.engine.cross_validation.fold_run import FoldRun
    from custom.engine.stop_signal import StoppedBySignal
    first = args.seed or 0
    runs = [
        FoldRun(args.work_dir, fold, seed)
        for seed in range(first, first + args.seeds)
        for fold in range(1, args.folds + 1)
    ]
    try:
        prepare(args)
        if args.engine == 'ray':
            train_folds_on_ray(args, runs)
        else:
            train_folds(args, runs)
        if args.no_summary:
            return
        missing = [run.name for run in runs if run.result() is None]
        if missing:
            print(f'{len(runs) - len(missing)} of {len(runs)} runs are done; '
                  f'they are pooled when all are: {", ".join(missing)}')
            return
        thresholds = summarize(args, runs)
        if args.refit:
            refit(args, first, thresholds)
    except StoppedBySignal as stopped:
        raise StoppedBySignal(
            stopped.exit_code - 128,
            f'{args.work_dir}: stopped; the same command goes on') from None


def prepare(args: argparse.Namespace) -> None:
    from custom.config.config import load_config, parse_options
    from custom.config.flags import set_flags
    from custom.config.validate import require_known_keys
    from custom.engine.cross_validation.fold_folders import make_folds
    from custom.engine.plan import make_plan
    cfg = load_config(args.config)
    set_flags(cfg, config_flags(args), parse_options(args.cfg_options))
    require_known_keys(cfg)
    plan = make_plan(
        cfg, args.data, {
            '--folds': args.folds,
            '--group-by': args.group_by,
            '--amp': args.amp,
            '--from': args.load_from
        })
    for line in make_folds(args.work_dir, args.data, args.folds, args.group_by,
                           plan):
        print(line)


def train_folds_on_ray(args: argparse.Namespace, runs) -> None:
    """Trains and tests the folds that aren't done side by side."""
    left = sorted({one.fold for one in runs if one.result() is None})
    if left:
        require_on_ray(
            args, lambda count:
            {f'fold {fold}': own_words('--fold', str(fold))
             for fold in left})


def train_folds(args: argparse.Namespace, runs) -> None:
    """Trains and tests what isn't done, and tells how long the rest takes."""
    from custom.checkpoint.newest import resumable
    from custom.engine.run_folder import locked
    todo = [
        one for one in runs
        if args.fold in (None, one.fold) and one.result() is None
    ]
    seconds: List[float] = []  # of runs from their beginning
    for done, one in enumerate(todo):
        left = len(todo) - done
        rest = (f', about {rounded(left * sum(seconds) / len(seconds))}'
                if seconds else '')
        print(
            f'\nfold {one.fold} of {args.folds}, seed {one.seed}: {left} to '
            f'go{rest}',
            flush=True)
        is_whole = not resumable(str(one.work_dir))
        begun = time.monotonic()
        with locked(str(one.fold_dir)):
            train_fold(args, one)
        if is_whole:
            seconds.append(time.monotonic() - begun)


def rounded(seconds: float) -> str:
    return f'{seconds:.0f} s' if seconds < 90 else f'{seconds / 60:.0f} min'


def train_fold(args: argparse.Namespace, one) -> None:
    from custom.engine.child_training import train_argv, trained_checkpoint
    from custom.engine.cross_validation.fold_run import test_argv
    if one.result() is None:  # another process may have done it meanwhile
        require_tool('train', [
            *train_argv(args.config, one.data, one.work_dir, one.seed),
            *training_words(args)
        ])
        checkpoint = trained_checkpoint(one.work_dir)
        require_tool('test', [
            *test_argv(args.config, one, checkpoint),
            *(flag_words(dict(device=args.device)) if args.device else ())
        ])
        one.note_result(checkpoint)


def summarize(args: argparse.Namespace, runs) -> Dict[str, float]:
    """Prints and writes what all folds tell; the thresholds by class."""
    from custom.engine.cross_validation.fold_summary import (fold_rows,
                                                             pool_folds,
                                                             write_summary)
    from custom.engine.run_folder import alone
    from custom.utils.tables import print_table, results_table
    title = (f'{osp.basename(args.config)} in {args.folds} folds of '
             f'{args.data}, seed {runs[0].seed}')
    with alone(args.work_dir):
        pooled = pool_folds(args.work_dir, runs[:args.folds], title)
        path = write_summary(args.work_dir, runs, pooled)
    rows = fold_rows(runs)
    print_table(results_table(rows, columns=[*rows[0]]))
    print_table(
        results_table(
            pooled.scores.per_class,
            columns=('class', 'images', 'boxes', 'AP', 'AP50', 'AP75', 'AR'),
            sort_by='AP'))
    print_table(results_table(pooled.threshold_rows, columns=THRESHOLDS))
    print('all images, each found by the model that has not seen it, seed '
          f'{runs[0].seed}: ' +
          '  '.join(f'{name} {score:.4f}'
                    for name, score in pooled.scores.overall.items()))
    print(pooled.report.limit)
    print(f'report: {pooled.report.page}')
    print(f'results: {path}')
    return pooled.thresholds


def refit(args: argparse.Namespace, seed: int, thresholds) -> None:
    """Trains on all images, for as many epochs, and writes the thresholds
    into the last checkpoint."""
    from custom.checkpoint.thresholds import write_thresholds
    from custom.engine.child_training import train_argv, trained_checkpoint
    from custom.engine.cross_validation.fold_run import (NO_VALIDATION,
                                                         all_data,
                                                         finished_refit)
    work_dir = args.work_dir / 'refit'
    if not finished_refit(work_dir):
        print('\nall images: no val, so the last epoch is taken', flush=True)
        require_tool('train', [
            *train_argv(args.config, all_data(args.work_dir), work_dir, seed),
            *training_words(args, *NO_VALIDATION)
        ])
    checkpoint = trained_checkpoint(work_dir)
    write_thresholds(checkpoint, thresholds)
    print(f'thresholds of the folds written into {checkpoint}')


if __name__ == '__main__':
    run(parse_args, cross_validate)
