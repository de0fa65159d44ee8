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
    parser.add_argument(
        '--report',
        metavar='DIR',
        help='folder for the report of B with what A does better or worse; '
        'default: comparison beside B')
    parser.add_argument('--device', help='default: a GPU where there is one')
    return parser.parse_args()


def compare(args: argparse.Namespace) -> None:
    from custom.datasets.annotations.layout import class_names
    from custom.evaluation.report.comparison_report import report_comparison
    from custom.inference.predict_split import read_split
    from custom.utils.tables import print_table, results_table

    classes = class_names(args.data)
    annotations = read_split(args.data, args.split)
    # What can't be read is told before minutes of work.
    sources = [
        source(path, args, annotations, classes) for path in (args.a, args.b)
    ]
    detectors = [
        detector(name, one, args, annotations, classes)
        for name, one in zip(names_of(args.a, args.b), sources)
    ]
    done = report_comparison(
        args.report or Path(args.b).with_name('comparison'), annotations,
        detectors, classes,
        f'{detectors[1].name} against {detectors[0].name} on {args.split} of '
        f'{args.data}')
    print_table(
        results_table([*map(as_words, done.rows)], columns=[*done.rows[0]]))
    print(f'{len(annotations.image_ids)} images of {args.split}; 95 % '
          'intervals; p of a class is corrected for their number')
    print(done.verdict)
    print(f'report: {done.page}')


def names_of(*paths):
    """The ends of paths, as long as tells them apart; most are called
    best_…"""
    parts = [Path(path).parts for path in paths]
    for length in range(2, max(map(len, parts)) + 1):
        names = ['/'.join(mine[-length:]) for mine in parts]
        if len({*names}) == len(names):
            break
    return names


def source(path, args, annotations, classes):
    """A predictor, or what a file of results holds."""
    from custom.evaluation.results_file import read_predictions
    from custom.inference.load_predictor import load_predictor
    if path.lower().endswith('.json'):
        return read_predictions(Path(path), annotations, classes)
    return load_predictor(path, args.device)


def detector(name, one, args, annotations, classes):
    """Detector of a comparison: what it finds, or a file tells."""
    from custom.evaluation.report.comparison_report import Detector
    from custom.inference.predict_split import predict_split
    from custom.utils.progress import track
    if isinstance(one, list):
        return Detector(name, one, {})
    found = predict_split(one, args.data, annotations,
                          lambda rows: track(rows, name, len(rows)), classes)
    return Detector(name, found, one.thresholds)


def as_words(row):
    """A row with points to a tenth, and "-" where there is no value."""
    points = {
        key: f'{row[key]:+.1f}'
        for key in ('points', 'from', 'to') if row[key] is not None
    }
    return {
        key: '-' if value is None else value
        for key, value in {
            **row,
            **points
        }.items()
    }


if __name__ == '__main__':
    run(parse_args, compare)
