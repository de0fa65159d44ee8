"""Score thresholds: fits one for each class, and writes them to a checkpoint.

    python tools/fit_thresholds.py work_dirs/NAME/best.pth --data data/mine

From there ONNX files, the tag service, tools/infer.py and predictors take
them.
"""
import argparse

from _run import run

COLUMNS = ('class', 'boxes', 'threshold', 'precision', 'recall', 'F1',
           'F1 at 0.5')


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description='Fit the score from which an object of each class counts, '
        'and write it into the checkpoint')
    parser.add_argument('checkpoint', help='a .pth file that was trained here')
    parser.add_argument('--data', required=True, help='data folder, data/NAME')
    parser.add_argument(
        '--split',
        choices=['train', 'val', 'test'],
        default='val',
        help='what to fit them on; test would flatter the scores (default: '
        '%(default)s)')
    parser.add_argument(
        '--goal',
        default='f1',
        help='f1, f0.5 (precision counts more), f2 (recall counts more), or '
        'precision=0.9, the most recall at that (default: %(default)s)')
    parser.add_argument('--device', help='default: a GPU where there is one')
    return parser.parse_args()


def fit(args: argparse.Namespace) -> None:
    from custom.checkpoint.thresholds import write_thresholds
    from custom.datasets.annotations.class_mapping import match_categories
    from custom.datasets.annotations.layout import annotation_file
    from custom.evaluation.matching import match_boxes
    from custom.evaluation.score_curves import score_curves
    from custom.evaluation.score_thresholds import (ThresholdGoal,
                                                    fit_thresholds)
    from custom.evaluation.threshold_rows import threshold_rows
    from custom.inference.load_predictor import load_predictor, needs_torch
    from custom.inference.predict_split import predict_split, read_split
    from custom.utils.errors import InputError
    from custom.utils.progress import track
    from custom.utils.tables import print_table, results_table

    if not needs_torch(args.checkpoint):
        raise InputError(f'{args.checkpoint}: give the checkpoint, and export '
                         'it again: the exported file takes its thresholds.')
    # What can't be is told before minutes of work.
    ThresholdGoal.parse(args.goal)
    annotations = read_split(args.data, args.split)
    predictor = load_predictor(args.checkpoint, args.device)
    source = annotation_file(args.data, args.split)
    match_categories(annotations.categories, predictor.classes, source)
    predictions = predict_split(
        predictor, args.data, annotations,
        lambda rows: track(rows, 'finding objects', len(rows)))
    matches = match_boxes(annotations, predictions, predictor.classes, source)
    curves = score_curves(matches)
    fitted = fit_thresholds(curves, args.goal)
    rows = threshold_rows(predictor.classes, curves, fitted)
    print_table(results_table(rows, columns=COLUMNS))
    write_thresholds(args.checkpoint, fitted.by_name(predictor.classes))
    print(f'thresholds for {args.goal}, of {args.split}, written into '
          f'{args.checkpoint}')


if __name__ == '__main__':
    run(parse_args, fit)
