"""Checks a data set: images, boxes, classes, and copies across splits.

    python tools/check_dataset.py data/raccoon

Ends with 0 when all is well (notes apart), 1 after warnings, 2 after errors.
"""
import argparse
from pathlib import Path

from _run import run


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description='Check a data set. Exit code 0: all well, 1: warnings, '
        '2: errors')
    parser.add_argument('data', help='folder to check, data/NAME')
    parser.add_argument(
        '--fix',
        action='store_true',
        help='write a mended copy, data/NAME-mended, and a list of changes')
    parser.add_argument(
        '--json', metavar='OUT', help='file for all problems, as JSON')
    parser.add_argument(
        '--sheet',
        metavar='OUT',
        help='JPEG file for the first examples; default: '
        'work_dirs/check/NAME.jpg')
    args = parser.parse_args()
    name = Path(args.data).absolute().name
    args.sheet = args.sheet or f'work_dirs/check/{name}.jpg'
    return args


def check(args: argparse.Namespace) -> int:
    from custom.datasets.checks.check_report import issue_table, summary_lines
    from custom.datasets.checks.fixed_copy import fixed_folder
    from custom.datasets.checks.run import check_dataset, exit_code
    from custom.utils.atomic_folder import require_free
    from custom.utils.progress import track
    from custom.utils.tables import print_table

    if args.fix:  # it may take minutes until the copy is made
        require_free(fixed_folder(args.data))
    report = check_dataset(args.data, track=track)
    if report.problems:
        print_table(issue_table(report.problems))
    print('\n'.join(summary_lines(report)))
    if args.json:
        write_json(report, args.json)
    if args.fix:
        mend(report)
    draw(report, args.sheet)
    return exit_code(report.problems)


def write_json(report, path: str) -> None:
    from custom.datasets.checks.check_report import to_json
    from custom.utils.atomic_write import write_text
    write_text(path, to_json(report))
    print(f'all problems: {path}')


def draw(report, path: str) -> None:
    from custom.datasets.checks.contact_sheet import issue_sheet
    from custom.utils.image_io import write_jpeg
    sheet = issue_sheet(report.folder, report.problems)
    if sheet is not None:  # else no problem shows in an image
        write_jpeg(path, sheet)
        print(f'first examples: {path}')


def mend(report) -> None:
    from custom.datasets.checks.check_report import summary_lines
    from custom.datasets.checks.fixed_copy import (CHANGES, fixed_folder,
                                                   write_fixed)
    from custom.utils.progress import track
    out = fixed_folder(report.folder)
    total = sum(split.images for split in report.splits)
    mended = write_fixed(report, out,
                         lambda images: track(images, 'copying images', total))
    print(f'mended copy: {out}, {len(mended.changes)} changes listed in '
          f'{out / CHANGES}')
    *_, found = summary_lines(report._replace(problems=mended.left))
    print(f'left in it, {found}')


if __name__ == '__main__':
    run(parse_args, check, needs_torch=False)
