"""Evaluation: COCO mAP, a row for every class, and a report.

    python tools/test.py CHECKPOINT --data data/mine
    python tools/test.py CONFIG CHECKPOINT
    python tools/test.py --predictions results.json --data data/mine
"""
import argparse
import json
import os.path as osp
from pathlib import Path
from typing import Any, Dict, List, NamedTuple, Sequence

from _flags import (add_backend_flag, add_device_flag, add_test_time_flags,
                    use_device)
from _run import run

# Data loading and metric where none is given; all else is the checkpoint's.
BASE = (
    Path(__file__).resolve().parents[1] /
    'configs/faster_rcnn/faster-rcnn_r50_fpn_1x_drawings22.py')


class Measured(NamedTuple):
    """Measured result; ``annotations`` is None without a metric of ours."""
    name: str
    split: str
    scores: Dict[str, float]
    per_class: List[dict]
    meta: Dict[str, Any]
    thresholds: Dict[str, float]
    annotations: Any = None
    predictions: Sequence[dict] = ()
    classes: Sequence[str] = ()


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description='Evaluate a checkpoint, or the predictions of any '
        'detector: COCO mAP, a row for every class, and a report',
        usage='test.py CHECKPOINT --data DIR [options]\n'
        '       test.py CONFIG CHECKPOINT [options]\n'
        '       test.py --predictions FILE --data DIR [options]')
    parser.add_argument(
        'config',
        nargs='?',
        metavar='CONFIG',
        help='a config; by default the detector and test pipeline that the '
        'checkpoint carries')
    parser.add_argument(
        'checkpoint',
        nargs='?',
        metavar='CHECKPOINT',
        help='a .pth file, or an .onnx file')
    parser.add_argument(
        '--predictions',
        metavar='FILE',
        help='a COCO results file (JSON) of any detector, instead of CONFIG '
        'and CHECKPOINT')
    parser.add_argument(
        '--data', help='data folder, if not the one in the config')
    parser.add_argument(
        '--split', choices=['train', 'val', 'test'], default='test')
    parser.add_argument(
        '--out',
        metavar='JSON',
        help='where to write the results; default: <split>_results.json '
        'beside the checkpoint, NAME_scores.json beside NAME.json')
    parser.add_argument(
        '--report',
        metavar='DIR',
        help='folder for the report, a page with its figures and plots; '
        'default: report beside the checkpoint or the predictions')
    parser.add_argument(
        '--slice-by',
        action='append',
        default=[],
        metavar='KEY',
        help='slice the images of the report by a key of their records, such '
        'as source; may be given several times')
    parser.add_argument(
        '--show-dir',
        metavar='DIR',
        help='folder for pictures: the truth beside what was found')
    parser.add_argument(
        '--errors-dir',
        metavar='DIR',
        help='folder for pictures of every error: FP/CLASS, FN/CLASS')
    parser.add_argument(
        '--save-predictions',
        metavar='JSON',
        help='file for what was found, in the format of COCO results')
    parser.add_argument(
        '--precision',
        choices=['auto', 'fp32', 'bf16'],
        help='auto: bfloat16 on a CPU that has it, else float32; default: '
        'what the config says')
    add_device_flag(parser)
    add_backend_flag(parser)
    add_test_time_flags(parser)
    parser.add_argument(
        '--cfg-options',
        nargs='+',
        default=[],
        metavar='KEY=VALUE',
        help='override keys of the config')
    # Words may stand between options, as in CONFIG --data DIR CHECKPOINT.
    args = parser.parse_intermixed_args()
    if args.config and not (args.checkpoint or args.config.endswith('.py')):
        args.config, args.checkpoint = None, args.config
    require_fitting(parser, args)
    if args.device:
        use_device(args.device)
    return args


def require_fitting(parser: argparse.ArgumentParser,
                    args: argparse.Namespace) -> None:
    """Checks that options go together; ends the tool where they don't."""
    if args.predictions:
        for name in ('config', 'checkpoint', 'show_dir', 'save_predictions',
                     'precision', 'device', 'backend', 'tta', 'slice',
                     'cfg_options'):
            if getattr(args, name) != parser.get_default(name):
                word = name.upper() if name in ('config',
                                                'checkpoint') else f'--{name}'
                parser.error(f'--predictions: runs no detector, and takes no '
                             f'{word.replace("_", "-")}')
        if not args.data:
            parser.error('--predictions: needs --data, the folder they are of')
    elif not args.checkpoint:
        parser.error('give CHECKPOINT, or --predictions FILE')
    elif not (args.config or args.data):
        parser.error('CHECKPOINT: needs --data, the folder to test it on, or '
                     'a CONFIG before it that names one')
    require_own_places(parser, args)


def require_own_places(parser: argparse.ArgumentParser,
                       args: argparse.Namespace) -> None:
    """Checks that nothing written would replace something else."""
    files = {
        '--predictions': args.predictions,
        '--out': results_path(args, args.split),
        '--save-predictions': args.save_predictions
    }
    folders = {
        '--errors-dir': args.errors_dir,
        '--show-dir': args.show_dir,
        '--report': args.report
    }
    for paths in (files, folders):
        owners: Dict[str, str] = {}
        for flag, path in paths.items():
            other = owners.setdefault(osp.realpath(path),
                                      flag) if path else flag
            if other != flag:
                parser.error(f'{flag} and {other} are both {path}; give each '
                             'its own')
    for flag in ('--show-dir', '--report') if args.errors_dir else ():
        path = folders[flag] or ''
        if Path(args.errors_dir).resolve() in Path(path).resolve().parents:
            parser.error(f'{flag} {path} is in --errors-dir, which holds '
                         'errors alone; choose another')


def test(args: argparse.Namespace) -> None:
    if args.errors_dir:
        from custom.evaluation.report.error_folders import require_errors_dir
        require_errors_dir(args.errors_dir)
    found = read_results(args) if args.predictions else run_detector(args)
    print_scores(found)
    write_scores(args, found)
    if args.save_predictions:
        save_predictions(args.save_predictions, found)
    if found.annotations:
        report(args, found)
    if args.show_dir:
        print(f'pictures: {args.show_dir}')


def run_detector(args: argparse.Namespace) -> Measured:
    from mmengine.registry import RUNNERS

    from custom.config.config import load_config, parse_options, set_options
    from custom.datasets.annotations.image_values import image_values
    from custom.engine.setup import (measured_split, require_device,
                                     setup_test, use_detector_of)
    from custom.evaluation.results_file import category_ids
    from custom.utils.errors import InputError
    if args.device:
        require_device(args.device)
    cfg = load_config(args.config or str(BASE))
    if not args.config:
        use_detector_of(cfg, args.checkpoint)
    set_options(cfg, parse_options(args.cfg_options))
    # Its log goes where the results do.
    cfg.work_dir = osp.dirname(osp.abspath(results_path(args, args.split)))
    for line in setup_test(cfg, args.checkpoint, args.data, args.split,
                           args.precision, args.tta, args.slice, args.backend):
        print(line)
    if args.show_dir:
        cfg.custom_hooks = [
            *(cfg.get('custom_hooks') or ()),
            dict(type='DetPairVisualizationHook', out_dir=args.show_dir)
        ]

    runner = RUNNERS.build(cfg)
    # Ours; others may stand beside it.
    metric = next((metric for metric in runner.test_loop.evaluator.metrics
                   if hasattr(metric, 'per_class')), None)
    # What can't be done is told before minutes of work.
    if metric:
        image_values(Path(metric.ann_file), args.slice_by)
        if args.save_predictions:
            category_ids(
                metric.annotations,
                runner.test_loop.dataloader.dataset.metainfo['classes'])
    for name in ('save_predictions', 'report', 'errors_dir', 'slice_by'):
        if getattr(args, name) and not metric:
            raise InputError(
                f'--{name.replace("_", "-")}: the config measures without '
                'CocoByNameMetric, which keeps what was found; add it to '
                'test_evaluator')
    scores = runner.test()
    found = Measured(
        args.checkpoint, args.split if args.data else measured_split(cfg),
        scores, metric.per_class if metric else [],
        dict(
            checkpoint=args.checkpoint,
            **of_run(args.checkpoint),
            tta=args.tta,
            slice=args.slice), thresholds_of(runner, args.checkpoint))
    return found if metric is None else found._replace(
        annotations=metric.annotations,
        predictions=metric.predictions,
        classes=metric.dataset_meta['classes'])


def of_run(checkpoint: str) -> Dict[str, Any]:
    """Run and epoch of a checkpoint; an ONNX file doesn't say."""
    from custom.checkpoint.loading import load
    from custom.checkpoint.publish import IDENTITY
    from custom.inference.load_predictor import is_onnx
    meta = {} if is_onnx(checkpoint) else load(checkpoint).get('meta', {})
    return {key: meta.get(key) for key in IDENTITY}


def thresholds_of(runner, checkpoint: str) -> Dict[str, float]:
    """The score thresholds in a checkpoint, or in an ONNX file's metadata."""
    from custom.checkpoint.dataset_meta import checkpoint_thresholds
    meta = getattr(runner.model, 'dataset_meta',
                   runner.loaded_meta.get('dataset_meta'))
    return checkpoint_thresholds(
        dict(meta=dict(dataset_meta=meta)), checkpoint)


def read_results(args: argparse.Namespace) -> Measured:
    from custom.datasets.annotations.layout import annotation_file, class_names
    from custom.evaluation.coco_eval import score_boxes
    from custom.evaluation.results_file import read_predictions
    from custom.inference.predict_split import read_split
    classes = class_names(args.data)
    annotations = read_split(args.data, args.split)
    predictions = read_predictions(
        Path(args.predictions), annotations, classes)
    scores = score_boxes(annotations, predictions, classes,
                         annotation_file(args.data, args.split))
    return Measured(args.predictions, args.split, {
        f'coco/bbox_{name}': value
        for name, value in scores.overall.items()
    }, scores.per_class, dict(predictions=args.predictions), {}, annotations,
                    predictions, classes)


def print_scores(found: Measured) -> None:
    from custom.utils.tables import print_table, results_table
    if found.per_class:
        print_table(
            results_table(
                found.per_class,
                columns=('class', 'images', 'boxes', 'AP', 'AP50', 'AP75',
                         'AR'),
                sort_by='AP'))
    print(f'{found.split}: ' +
          '  '.join(f'{name.rpartition("bbox_")[2]} {score:.4f}'
                    for name, score in found.scores.items()))


def write_scores(args: argparse.Namespace, found: Measured) -> None:
    from custom.utils.atomic_write import write_text
    out = results_path(args, found.split)
    write_text(
        out,
        json.dumps(
            dict(
                found.meta,
                split=found.split,
                scores=found.scores,
                per_class=found.per_class),
            indent=1,
            default=float,  # NumPy's numbers
            ensure_ascii=False))
    print(f'results: {out}')


def results_path(args: argparse.Namespace, split: str) -> str:
    if args.out:
        return args.out
    if args.predictions:
        # Not over the predictions, whatever their name.
        return f'{osp.splitext(args.predictions)[0]}_scores.json'
    return osp.join(
        osp.dirname(osp.abspath(args.checkpoint)), f'{split}_results.json')


def report(args: argparse.Namespace, found: Measured) -> None:
    """Writes the report, and tells what limits the detector."""
    from custom.evaluation.report.evaluation_report import report_split
    folder = osp.dirname(osp.dirname(found.annotations.path))
    title = f'{osp.basename(found.name)} on {found.split} of {folder}'
    done = report_split(
        args.report or osp.join(osp.dirname(found.name), 'report'),
        found.annotations, found.predictions, found.classes, found.thresholds,
        title + options_of(args), args.errors_dir, args.slice_by)
    print(done.limit)
    print(f'report: {done.page}')
    if args.errors_dir:
        print(f'errors: {args.errors_dir}')


def options_of(args: argparse.Namespace) -> str:
    """Test-time options, for a title."""
    return ' --tta' * args.tta + (f' --slice {args.slice}'
                                  if args.slice else '')


def save_predictions(path: str, found: Measured) -> None:
    from custom.evaluation.results_file import write_predictions
    write_predictions(path, found.predictions, found.annotations,
                      found.classes)
    print(f'predictions: {path}')


if __name__ == '__main__':
    run(parse_args, test)
