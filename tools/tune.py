r"""Search of settings: trains trial by trial, to find values that bring more.

    python tools/tune.py CONFIG --data data/mine --trials 20 \
        --search optim_wrapper.optimizer.lr=1e-4..1e-2:log \
        --search train_dataloader.batch_size=2,4,8

An interrupted one goes on by the same command, and several processes, each
with this command, share the trials; --engine ray starts them on a cluster.
"""
import argparse
import contextlib
import copy
import os.path as osp
import shlex
import sys
from pathlib import Path
from typing import NamedTuple

from _children import require_tool, run_tool, tool_words
from _flags import (add_training_flags, config_flags, refuse_flags_of_one,
                    training_words)
from _ray import (add_ray_training_flags, own_words, refuse_ray_training_flags,
                  require_on_ray)
from _run import run


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('config', help='a config from configs/')
    parser.add_argument(
        '--data', type=Path, required=True, help='data folder, as train.py')
    parser.add_argument(
        '--mix',
        metavar='FOLDER:SHARE',
        help='another data folder, as train.py')
    parser.add_argument(
        '--trials',
        type=int,
        required=True,
        metavar='N',
        help='how many there are to be in the end, with those that are done')
    parser.add_argument(
        '--search',
        action='append',
        required=True,
        metavar='KEY=VALUES',
        help='a key of the config and what to try: LOW..HIGH, LOW..HIGH:log '
        'or A,B,C; may be repeated')
    parser.add_argument(
        '--seeds',
        type=int,
        default=0,
        metavar='K',
        help='then train the best with so many other seeds')
    parser.add_argument(
        '--work-dir',
        type=Path,
        help='default: work_dirs/tune/<name of the config>; its name is that '
        'of the study')
    parser.add_argument(
        '--storage',
        metavar='URL',
        help='of the study, for several machines; default: study.db in the '
        'work dir')
    add_training_flags(parser)
    add_ray_training_flags(parser, 'trials')
    args = parser.parse_args()
    refuse_flags_of_one(parser, args, 'trial')
    refuse_ray_training_flags(parser, args)
    if args.trials < 1:
        parser.error('--trials: at least 1')
    if args.seeds < 0:
        parser.error('--seeds: at least 0')
    name = osp.splitext(osp.basename(args.config))[0]
    args.work_dir = args.work_dir or Path('work_dirs', 'tune', name)
    args.storage = args.storage or f'sqlite:///{args.work_dir}/study.db'
    args.seed = args.seed or 0
    return args


class Search(NamedTuple):
    """Search: what all trials have in common.

    Attributes:
        cfg: The config, with the flags of the command line in it.
        space: See :mod:`custom.engine.tuning.search_space`.
        metric: By which the best is chosen.
        study: Of Optuna.
    """
    cfg: object
    space: dict
    metric: str
    study: object


def tune(args: argparse.Namespace) -> None:
    from custom.engine.stop_signal import StoppedBySignal
    search = prepare(args)
    try:
        if args.engine == 'ray':
            run_trials_on_ray(args, search)
        running = run_trials(args, search)
        if args.no_summary:
            return
        if running:
            print(f'{args.work_dir}: {running} of {args.trials} trials are '
                  'being trained by other processes, the last of which sums '
                  'up; of one that has died the same command, a minute after '
                  'it, goes on')
            return
        summarize(args, search)
        if args.seeds:
            repeat_best(args, search)
    except StoppedBySignal as stopped:
        raise StoppedBySignal(
            stopped.exit_code - 128,
            f'{args.work_dir}: stopped; the same command goes on') from None


def prepare(args: argparse.Namespace) -> Search:
    """Finds what would fail in every trial before the first, and opens the
    study."""
    from custom.config.config import load_config, parse_options
    from custom.config.flags import best_metric, given_keys, set_flags
    from custom.engine.hooks.track_hook import require_trackers
    from custom.engine.plan import make_plan
    from custom.engine.run_folder import alone
    from custom.engine.setup import setup_training
    from custom.engine.tuning.search_space import (parse_space,
                                                   require_searchable)
    from custom.engine.tuning.study import open_study
    space = parse_space(args.search)
    cfg = load_config(args.config)
    flags, options = config_flags(args), parse_options(args.cfg_options)
    set_flags(cfg, flags, options)
    require_trackers(cfg)
    metric, rule = best_metric(cfg, 'trials')
    given = given_keys(flags, options)
    require_searchable(cfg, space, given)
    setup_training(
        copy.deepcopy(cfg),
        data=str(args.data),
        mix=args.mix,
        amp=args.amp,
        load_from=args.load_from)
    plan = make_plan(
        cfg, args.data, {
            '--search': sorted(args.search),
            '--mix': args.mix,
            '--amp': args.amp,
            '--from': args.load_from,
            '--seed': args.seed
        })
    with alone(args.work_dir):
        study = open_study(args.storage, args.work_dir, rule, plan)
    return Search(cfg, space, metric, study)


def run_trials_on_ray(args: argparse.Namespace, search: Search) -> None:
    """Starts processes on a cluster that share the trials."""
    from custom.engine.run_folder import alone
    from custom.engine.tuning.study import begun
    with alone(args.work_dir):
        left = args.trials - len(begun(search.study))
    if left > 0:
        words = own_words()
        require_on_ray(
            args, lambda count:
            {f'process {i}': words
             for i in range(min(count, left))})


def run_trials(args: argparse.Namespace, search: Search) -> int:
    """Trains what isn't begun; the number of those still in training."""
    from optuna.trial import TrialState

    from custom.engine.run_folder import alone
    from custom.engine.tuning.study import TrialFailed, begun
    while True:
        # Nobody else begins one between the count and the beginning.
        with contextlib.ExitStack() as claim:
            claim.enter_context(alone(args.work_dir))
            trials = begun(search.study)
            if len(trials) >= args.trials:
                return sum(t.state == TrialState.RUNNING for t in trials)
            search.study.optimize(
                lambda trial: run_trial(args, search, trial, claim),
                n_trials=1,
                catch=(TrialFailed, ))


def run_trial(args: argparse.Namespace, search: Search, trial,
              claim: contextlib.ExitStack) -> float:
    """Trains a trial; its score."""
    from custom.engine.child_training import train_argv
    from custom.engine.tuning.study import run_number
    from custom.engine.tuning.trial_run import (choose_values, reporting_argv,
                                                trial_score)
    number = run_number(trial)
    words = choose_values(trial, search.space, args.seed)
    claim.close()
    print(f'\ntrial {number}: {", ".join(words)}', flush=True)
    work_dir = args.work_dir / f'trial_{number}'
    code = run_tool('train', [
        *train_argv(args.config, args.data, work_dir, args.seed),
        *training_words(
            args, *words,
            *reporting_argv(search.cfg, search.study, args.storage, trial,
                            search.metric))
    ])
    return trial_score(trial, code, work_dir, search.metric)


def summarize(args: argparse.Namespace, search: Search) -> None:
    """Prints the trials, and writes plots and the config of the best."""
    from custom.engine.tuning.study import best_trial, run_number
    from custom.engine.tuning.study_summary import trial_rows, write_plots
    from custom.utils.tables import print_table, results_table
    rows = trial_rows(search.study, search.metric)
    columns = dict.fromkeys(key for row in rows for key in row)
    print_table(results_table(rows, columns=[*columns]))
    best = best_trial(search.study, args.work_dir)
    for path in write_plots(search.study, args.work_dir, search.metric):
        print(f'plot: {path}')
    path = write_best(args, search, best)
    print(f'best: trial {run_number(best)}, {search.metric} '
          f'{best.value:.4f}, config: {path}')


def write_best(args: argparse.Namespace, search: Search, best) -> Path:
    """Writes the config of the best trial; its path."""
    from custom.engine.tuning.search_space import space_argv, space_options
    from custom.engine.tuning.study import run_number
    from custom.engine.tuning.study_summary import best_config
    from custom.utils.atomic_write import write_text
    path = args.work_dir / 'best.py'
    # A fine-tuning lowers rate and epochs that the command line doesn't give.
    found = space_argv(best.params) if args.load_from else []
    train = [
        'tools/train.py',
        str(path), '--data',
        str(args.data), '--seed',
        str(args.seed), *training_words(args, *found)
    ]
    text = best_config(path, args.config, space_options(best.params), [
        f'python {shlex.join(train)}',
        f'Trial {run_number(best)}: {search.metric} '
        f'{best.value:.4f} on val. Found by',
        'python ' + shlex.join(['tools/tune.py', *sys.argv[1:]])
    ])
    write_text(path, text)
    return path


def repeat_best(args: argparse.Namespace, search: Search) -> None:
    """Trains the best with seeds that did not choose it."""
    from custom.engine.child_training import train_argv
    from custom.engine.tuning.search_space import space_argv
    from custom.engine.tuning.study import best_trial, run_number
    from custom.engine.tuning.study_summary import seed_rows
    from custom.utils.tables import print_table, results_table
    best = best_trial(search.study, args.work_dir)
    work_dirs = {
        seed: args.work_dir / f'trial_{run_number(best)}_seed_{seed}'
        for seed in range(args.seed + 1, args.seed + 1 + args.seeds)
    }
    trainings = {
        f'seed {seed}': [
            *train_argv(args.config, args.data, work_dir, seed),
            *training_words(args, *space_argv(best.params))
        ]
        for seed, work_dir in work_dirs.items()
    }
    if args.engine == 'ray':
        require_on_ray(
            args, lambda count: {
                name: tool_words('train', words)
                for name, words in trainings.items()
            })
    else:
        for words in trainings.values():
            require_tool('train', words)
    rows = seed_rows(work_dirs, search.metric)
    print_table(results_table(rows, columns=[*rows[0]]))


if __name__ == '__main__':
    run(parse_args, tune)
