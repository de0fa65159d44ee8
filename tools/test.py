"""Evaluate a checkpoint: COCO mAP, and a row for every class."""
import argparse
import json
import os.path as osp

from _run import run


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('config', help='the config it was trained with')
    parser.add_argument('checkpoint', help='a .pth file, or an .onnx file')
    parser.add_argument(
        '--data', help='data folder, if not the one in the config')
    parser.add_argument(
        '--split', choices=['train', 'val', 'test'], default='test')
    parser.add_argument(
        '--out',
        metavar='JSON',
        help='where to write the results; default: <split>_results.json '
        'beside the checkpoint')
    parser.add_argument(
        '--report',
        metavar='DIR',
        help='folder for the report, a page with its figures and plots; '
        'default: report beside the checkpoint')
    parser.add_argument(
        '--show-dir',
        metavar='DIR',
        help='folder for pictures: the truth beside what was found')
    parser.add_argument(
        '--save-predictions',
        metavar='JSON',
        help='file for what was found, in the format of COCO results')
    parser.add_argument(
        '--precision',
        choices=['auto', 'fp32', 'bf16'],
        help='auto: bfloat16 on a CPU that has it, else float32; default: '
        'what the config says')
    parser.add_argument(
        '--cfg-options',
        nargs='+',
        default=[],
        metavar='KEY=VALUE',
        help='override keys of the config')
    return parser.parse_args()


def test(args: argparse.Namespace) -> None:
    from mmengine.registry import RUNNERS

    from custom.config.config import load_config, parse_options
    from custom.engine.setup import measured_split, setup_test
    from custom.utils.atomic_write import write_text
    from custom.utils.tables import print_table, results_table
    cfg = load_config(args.config, parse_options(args.cfg_options))
    cfg.work_dir = osp.dirname(osp.abspath(args.checkpoint))
    for line in setup_test(cfg, args.checkpoint, args.data, args.split,
                           args.precision):
        print(line)
    if args.show_dir:
        cfg.custom_hooks.append(
            dict(type='DetPairVisualizationHook', out_dir=args.show_dir))

    runner = RUNNERS.build(cfg)
    scores = runner.test()
    # Ours; others may stand beside it.
    metric = next((metric for metric in runner.test_loop.evaluator.metrics
                   if hasattr(metric, 'per_class')), None)
    per_class = metric.per_class if metric else []
    split = measured_split(cfg)

    if per_class:
        print_table(
            results_table(
                per_class,
                columns=('class', 'images', 'boxes', 'AP', 'AP50', 'AP75',
                         'AR'),
                sort_by='AP'))
    print(f'{split}: ' + '  '.join(f'{name.rpartition("bbox_")[2]} {score:.4f}'
                                   for name, score in scores.items()))
    out = args.out or osp.join(cfg.work_dir, f'{split}_results.json')
    write_text(
        out,
        json.dumps(
            dict(
                checkpoint=args.checkpoint,
                run=runner.loaded_meta.get('run'),
                fingerprint=runner.loaded_meta.get('fingerprint'),
                split=split,
                scores=scores,
                per_class=per_class),
            indent=1,
            default=float,  # NumPy's numbers
            ensure_ascii=False))
    print(f'results: {out}')
    if metric:
        report(args, metric, runner.loaded_meta, split)
    if args.save_predictions:
        save_predictions(args.save_predictions, metric)
    if args.show_dir:
        print(f'pictures: {args.show_dir}')


def report(args: argparse.Namespace, metric, meta, split) -> None:
    """Writes the report, and tells what limits the detector."""
    from custom.evaluation.report.report import report_split
    done = report_split(
        args.report or osp.join(osp.dirname(args.checkpoint), 'report'),
        metric.annotations, metric.predictions, metric.dataset_meta['classes'],
        meta.get('dataset_meta', {}).get('thresholds', {}),
        f'{osp.basename(args.checkpoint)} on {split} of '
        f'{osp.dirname(osp.dirname(metric.ann_file))}')
    print(done.limit)
    print(f'report: {done.page}')


def save_predictions(path: str, metric) -> None:
    from custom.evaluation.results_file import write_predictions
    from custom.utils.errors import InputError
    if metric is None:
        raise InputError('--save-predictions: the config measures without '
                         'CocoByNameMetric, which keeps what was found; add '
                         'it to test_evaluator')
    write_predictions(path, metric.predictions, metric.annotations,
                      metric.dataset_meta['classes'])
    print(f'predictions: {path}')


if __name__ == '__main__':
    run(parse_args, test)
