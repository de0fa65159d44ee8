"""Kill test: runs that are killed at random moments, resumed, and compared.

    python -m tests.helpers.kill_runs --kills 100

Trains a small detector once undisturbed. Then again and again, each time
killed by SIGKILL, SIGTERM or ^C at a random moment of its steps, saves and
validations, and resumed until it is finished: images, losses, weights,
optimizer, metrics and the best must be those of the undisturbed run, bit for
bit, and after each kill the newest checkpoint must be whole.
"""
import argparse
import random
import signal
import sys
import tempfile
from collections import Counter
from pathlib import Path

from custom.checkpoint.newest import load_newest, resumable
from custom.sample_data.dataset import make_dataset
from tests.helpers.watched_run import WatchedRun, differences

SIGNALS = (signal.SIGKILL, signal.SIGTERM, signal.SIGINT)


def parse_args():
    parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    parser.add_argument('--kills', type=int, default=100)
    parser.add_argument('--seed', type=int, default=0)
    return parser.parse_args()


def main():
    args = parse_args()
    chance = random.Random(args.seed)
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        make_dataset(folder / 'data', dict(train=16, val=4, test=4), 0, 1)
        config = "default_hooks['checkpoint'].update(max_keep_ckpts=1)"
        whole = WatchedRun(folder / 'whole', folder / 'data', config)
        done = whole.train()
        assert done.returncode == 0, done.stderr
        # From the first step to the end, as the log tells.
        log, = whole.work_dir.glob('*/vis_data/scalars.json')
        times = [whole.work_dir / 'run.json', log.parent / 'config.py']
        seconds = times[0].stat().st_mtime - times[1].stat().st_mtime
        kills, where, lost, different, runs = 0, Counter(), [], [], 0
        while kills < args.kills:
            runs += 1
            run = WatchedRun(folder / f'run{runs}', folder / 'data', config)
            killed = one_run(run, chance, seconds, where, lost)
            kills += killed
            what = compare(run, whole)
            different += [f'run {runs}: {line}' for line in what]
            print(
                f'run {runs}: {killed} kills, '
                f'{"different" if what else "the same"}',
                flush=True)
    for name, count in sorted(where.items()):
        print(f'{count:4} {name}')
    print(*lost, *different, sep='\n')
    print(f'{kills} kills in {runs} runs: {len(lost)} lost, '
          f'{len(different)} different')
    sys.exit(bool(lost or different))


def one_run(run, chance, seconds, where, lost):
    """Trains a run to its end; the number of kills on the way."""
    kills, reached = 0, -1
    while True:
        number = chance.choice(SIGNALS)
        words = ['--resume'] if resumable(run.work_dir) else []
        done = run.train(*words, kill=number, after=chance.uniform(0, seconds))
        if done.returncode == 0:
            return kills
        kills += 1
        code = -number if number == signal.SIGKILL else 128 + number
        where[number.name] += 1
        if done.returncode != code:
            lost.append(f'{run.folder.name}: exit code {done.returncode}, '
                        f'not {code}: {done.stderr[-500:]}')
            return kills
        if resumable(run.work_dir):
            told = []
            _, checkpoint = load_newest(str(run.work_dir), told.append)
            step = checkpoint['meta']['iter']
            if told or step < reached:
                lost.append(f'{run.folder.name}: step {step} after {reached}'
                            f': {told}')
            reached = max(reached, step)


def compare(run, whole):
    """What differs from the undisturbed run."""
    found = []
    if run.trace() != whole.trace():
        found.append('images or losses')
    if run.names() != whole.names():
        return [*found, f'files {run.names()}']
    for name in whole.names():
        found += [
            f'{name} {what}'
            for what in differences(run.load(name), whole.load(name))[:3]
        ]
    for key in ('validations', 'best'):
        if run.record()[key] != whole.record()[key]:
            found.append(key)
    return found


if __name__ == '__main__':
    main()
