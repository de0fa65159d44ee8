"""Demo of the whole path: draw a data set, train, test, show predictions.

Called by `make demo`. What is done already is reused; a training that was
interrupted goes on where it stopped.
"""
import argparse
import glob
import json
import os.path as osp
import time
from typing import Dict

from _children import require_tool
from _run import run

INSTALLED = '.venv/installed'  # make leaves the seconds in it


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('config')
    parser.add_argument('data', help='folder of the sample data set')
    parser.add_argument('--work-dir', help='default: work_dirs/<config name>')
    args = parser.parse_args()
    name = osp.splitext(osp.basename(args.config))[0]
    args.work_dir = args.work_dir or osp.join('work_dirs', name)
    return args


def train(args: argparse.Namespace) -> None:
    from mmengine.device import get_device

    from custom.checkpoint.newest import resumable
    from custom.utils.precision import has_bf16
    words = [args.config, '--data', args.data, '--work-dir', args.work_dir]
    if has_bf16(get_device()):
        words.append('--amp')
    if resumable(args.work_dir):
        words.append('--resume')
    require_tool('train', words)


def best_checkpoint(work_dir: str) -> str:
    paths = glob.glob(osp.join(glob.escape(work_dir), 'best_*.pth'))
    if not paths:
        from custom.utils.errors import InputError
        raise InputError(f'{work_dir}: its best checkpoint is gone; remove '
                         'the folder and start again')
    return max(paths, key=osp.getmtime)


def test(args: argparse.Namespace) -> None:
    require_tool('test', [
        args.config,
        best_checkpoint(args.work_dir), '--data', args.data, '--show-dir',
        osp.join(args.work_dir, 'truth_and_found')
    ])


def infer(args: argparse.Namespace) -> None:
    with open(osp.join(args.data, 'annotations', 'test.json')) as file:
        names = [image['file_name'] for image in json.load(file)['images']]
    images = [osp.join(args.data, 'images', name) for name in names[:12]]
    require_tool('infer', [
        best_checkpoint(args.work_dir), *images, '--out-dir',
        osp.join(args.work_dir, 'predictions')
    ])


def report(args: argparse.Namespace, seconds: Dict[str, float]) -> None:
    with open(osp.join(args.work_dir, 'test_results.json')) as file:
        scores = json.load(file)['scores']
    # A test leaves a log as well, but no curves.
    curves = max(
        glob.glob(
            osp.join(glob.escape(args.work_dir), '*/vis_data/scalars.json')),
        key=osp.getmtime)
    run_dir = osp.dirname(osp.dirname(curves))
    best = best_checkpoint(args.work_dir)
    print(f'\nmAP    {scores["coco/bbox_mAP"]:.3f}\n'
          f'mAP50  {scores["coco/bbox_mAP_50"]:.3f}')
    for step, spent in seconds.items():
        print(f'{step:10} {spent:5.0f} s')
    print(f'{"all":10} {sum(seconds.values()):5.0f} s')
    for what, path in (
        ('checkpoint', best),
        ('log', osp.join(run_dir, f'{osp.basename(run_dir)}.log')),
        ('curves', osp.join(args.work_dir, 'curves.png')),
        ('predictions', osp.join(args.work_dir, 'predictions')),
        ('beside truth', osp.join(args.work_dir, 'truth_and_found')),
        ('report', osp.join(args.work_dir, 'report', 'index.html')),
        ('use it', f'python tools/infer.py {best} path/to/pictures'),
        ('serve it', f'python tools/serve.py {best}'),
    ):
        print(f'{what:12} {path}')
    with open(report_file(args.work_dir)) as file:
        print(json.load(file)['limit'])


def report_file(work_dir: str) -> str:
    return osp.join(work_dir, 'report', 'report.json')


def read_note(path: str, args: argparse.Namespace) -> Dict[str, float]:
    """Seconds of the steps that are done; a repeated demo skips those."""
    if not osp.exists(path):
        return {}
    with open(path) as file:
        note = json.load(file)
    if note['data'] != args.data:
        from custom.utils.errors import InputError
        raise InputError(f'{args.work_dir}: holds the demo of {note["data"]}. '
                         'Remove it, or give another folder by --work-dir')
    return note['seconds']


def demo(args: argparse.Namespace) -> None:
    from custom.utils.atomic_write import write_text
    note = osp.join(args.work_dir, 'demo.json')
    seconds = read_note(note, args)
    if osp.exists(INSTALLED):
        with open(INSTALLED) as file:
            seconds['install'] = float(file.read())
    made = dict(data=args.data, test=report_file(args.work_dir))
    for step, action in (
        ('data', lambda: require_tool('make_sample_dataset', [args.data])),
        ('train', lambda: train(args)),
        ('test', lambda: test(args)),
        ('infer', lambda: infer(args)),
    ):
        if step in seconds and osp.exists(made.get(step, args.work_dir)):
            continue
        start = time.monotonic()
        action()
        seconds[step] = time.monotonic() - start
        if osp.isdir(args.work_dir):
            write_text(note, json.dumps(dict(data=args.data, seconds=seconds)))
    report(args, seconds)


if __name__ == '__main__':
    run(parse_args, demo)
