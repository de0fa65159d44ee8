"""Compares two detectors on the same images: is one better, or is it chance?

    python tools/compare.py A.pth B.pth --data data/mine
"""
import argparse
from pathlib import Path

from _run import run


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description='Compare two detectors on the same images')
    for name in 'ab':
        parser.add_argument(
            name,
            metavar=name.upper(),
            help='a checkpoint, an .onnx file, or a COCO results file (JSON) '
            'of any other detector')
    parser.add_argument('--data', required=True, help='data folder, data/NAME')
    parser.add_argument(
        '--split', choices=['train', 'val', 'test'], default='test')
    parser.add_argument('--device', help='default: a GPU where there is one')
    return parser.parse_args()


def compare(args: argparse.Namespace) -> None:
    from custom.datasets.annotations.layout import annotation_file, class_names
    from custom.evaluation.matching import match_boxes
    from custom.evaluation.paired_comparison import compare, comparison_rows
    from custom.evaluation.score_thresholds import threshold_column
    from custom.inference.predict_split import read_split
    from custom.utils.tables import print_table, results_table

    classes = class_names(args.data)
    annotations = read_split(args.data, args.split)
    matches, thresholds = [], []
    for path in (args.a, args.b):
        predictions, own = predict(path, args, annotations, classes)
        matches.append(
            match_boxes(annotations, predictions, classes,
                        annotation_file(args.data, args.split)))
        thresholds.append(threshold_column(own, classes))
    found = compare(*matches, thresholds)
    rows = comparison_rows(classes, found)
    print_table(results_table([*map(as_words, rows)], columns=[*rows[0]]))
    print(f'{len(annotations.image_ids)} images of {args.split}; 95 % '
          'intervals; p of a class is corrected for their number')
    print(verdict(found))


def predict(path, args, annotations, classes):
    """The predictions of a detector or of a file, and the detector's
    thresholds."""
    from custom.evaluation.results_file import read_predictions
    from custom.inference.load_predictor import load_predictor
    from custom.inference.predict_split import predict_split
    from custom.utils.progress import track
    if path.lower().endswith('.json'):
        return read_predictions(Path(path), annotations, classes), {}
    predictor = load_predictor(path, args.device)
    found = predict_split(predictor, args.data, annotations,
                          lambda rows: track(rows,
                                             Path(path).name, len(rows)),
                          classes)
    return found, predictor.thresholds


def as_words(row):
    """A row with points to a tenth."""
    points = {
        key: f'{row[key]:+.1f}'
        for key in ('points', 'from', 'to') if row[key] == row[key]
    }
    return {**row, **dict.fromkeys(('points', 'from', 'to')), **points}


def verdict(found) -> str:
    """The answer in one sentence."""
    low, high = 100 * found.difference.low[0], 100 * found.difference.high[0]
    if low > 0 or high < 0:
        name = 'B' if low > 0 else 'A'
        return f'{name} is better: its mAP is higher by more than chance.'
    return ('These images cannot tell them apart: the difference in mAP lies '
            f'between {low:.1f} and {high:.1f} points.')


if __name__ == '__main__':
    run(parse_args, compare)
