"""Converts a data set into data/NAME/{images,annotations}.

    python tools/convert_dataset.py voc VOCdevkit/VOC2012 --out data/voc2012
"""
import argparse


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description='Convert a data set into data/NAME/{images,annotations}')
    formats = parser.add_subparsers(dest='format', required=True)
    voc = formats.add_parser(
        'voc', help='Pascal VOC: XML files beside images or in Annotations/')
    voc.add_argument('src', help='folder to read')
    voc.add_argument('--out', required=True, help='folder to make')
    voc.add_argument(
        '--val-fraction',
        type=float,
        help='split at random, this part for val (0.15 where there are no '
        'split files)')
    voc.add_argument(
        '--test-fraction',
        type=float,
        help='split at random, this part for test (0.15 likewise)')
    return parser.parse_args()


def main() -> None:
    args = parse_args()
    from custom.errors import exit_on_input_error
    with exit_on_input_error():
        convert_voc(args)


def convert_voc(args: argparse.Namespace) -> None:
    from pathlib import Path

    from custom.datasets.class_map import class_list
    from custom.datasets.formats.records import require_free, write_folder
    from custom.datasets.formats.voc import read_voc
    from custom.progress import track

    out = Path(args.out)
    require_free(out)
    print(f'reading {args.src}')
    splits, notes = read_voc(args.src, args.val_fraction, args.test_fraction)
    names = {b.name for s in splits.values() for r in s for b in r.boxes}
    classes = class_list(sorted(names))
    write_folder(
        out, splits, classes,
        lambda records: track(records, 'copying images', len(records)))
    print_summary(out, splits, classes, notes)


def print_summary(out, splits, classes, notes) -> None:
    from collections import Counter

    from custom.classes import match_class
    for split, records in splits.items():
        boxes = [box for record in records for box in record.boxes]
        counts = Counter(match_class(box.name, classes) for box in boxes)
        print(f'{split}: {len(records)} images, {len(boxes)} boxes ('
              f'{", ".join(f"{name} {counts[name]}" for name in classes)})')
    for sentence, count in notes.items():
        print(f'note: {count} {sentence}')
    print(f'written to {out}')


if __name__ == '__main__':
    main()
