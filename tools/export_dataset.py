"""Exports data/NAME to another format, for other tools.

    python tools/export_dataset.py yolo data/drawings --out drawings-yolo
"""
import argparse

from _run import run
from _summary import print_notes


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description='Export data/NAME to another format')
    parser.add_argument(
        'format',
        choices=['voc', 'yolo', 'openimages', 'labelme', 'labelstudio'],
        help='Pascal VOC, YOLO (Ultralytics), Open Images CSV, LabelMe or '
        'Label Studio')
    parser.add_argument('folder', help='data/NAME, the folder to export')
    parser.add_argument('--out', required=True, help='folder to make')
    parser.add_argument(
        '--link',
        action='store_true',
        help='link the images instead of copying them: no space taken, and '
        'what edits one edits the other')
    parser.add_argument(
        '--image-prefix',
        metavar='URL',
        help='of labelstudio: what stands before the name of an image '
        '(/data/local-files/?d=OUT/images/)')
    args = parser.parse_args()
    if args.image_prefix is not None and args.format != 'labelstudio':
        parser.error('--image-prefix is of labelstudio alone')
    return args


def export(args: argparse.Namespace) -> None:
    import os
    from functools import partial
    from pathlib import Path
    from urllib.parse import quote

    from custom.datasets.formats.exporters.base import (read_folder,
                                                        write_export)
    from custom.datasets.formats.exporters.labelme import labelme_layout
    from custom.datasets.formats.exporters.labelstudio import \
        labelstudio_layout
    from custom.datasets.formats.exporters.openimages import openimages_layout
    from custom.datasets.formats.exporters.voc import voc_layout
    from custom.datasets.formats.exporters.yolo import yolo_layout
    from custom.utils.atomic_folder import progress, require_free

    out = Path(os.path.abspath(args.out))
    prefix = (f'/data/local-files/?d={quote(out.name)}/images/'
              if args.image_prefix is None else args.image_prefix)
    layouts = dict(
        voc=voc_layout,
        yolo=yolo_layout,
        openimages=openimages_layout,
        labelme=labelme_layout,
        labelstudio=partial(labelstudio_layout, prefix=prefix))
    require_free(out)
    print(f'reading {args.folder}')
    data = read_folder(args.folder)
    layout = layouts[args.format](data)
    with progress(out, len(layout.images), args.link) as track:
        notes = write_export(out, layout, track, args.link)
    for split, records in data.splits.items():
        boxes = sum(len(record.boxes) for record in records)
        print(f'{split}: {len(records)} images, {boxes} boxes')
    print_notes(notes)
    print(f'written to {args.out}')


if __name__ == '__main__':
    run(parse_args, export, needs_torch=False)
