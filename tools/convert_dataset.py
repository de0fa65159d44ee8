"""Converts a data set into data/NAME/{images,annotations}.

    python tools/convert_dataset.py voc VOCdevkit/VOC2012 --out data/voc2012
    python tools/convert_dataset.py coco coco --out data/pets --drop person

Or cuts frames of videos, to be labeled:

    python tools/convert_dataset.py frames walk.mp4 --every 1s --out frames
"""
import argparse
from typing import List, Tuple

from _run import run
from _summary import print_summary

FORMATS = dict(
    voc='Pascal VOC: XML files beside images or in Annotations/',
    coco='COCO: a folder with JSON files and images, or one JSON file',
    openimages='Open Images: a folder with CSV files and images',
    yolo='YOLO: a folder with data.yaml or classes.txt, images and labels',
    labelme='LabelMe, X-AnyLabeling: a folder with a JSON file for each image',
    labelstudio='Label Studio: its JSON or JSON-MIN export',
    via='VGG Image Annotator 2: its project, JSON or CSV',
    cvat='CVAT for images 1.1: annotations.xml and images',
    csv='CSV: lines of an image, a class and corners, and images')
LAYOUTS = ('xywh', 'cxcywh', 'xyxy', 'yxhw', 'cycxhw', 'yxyx', 'xxyy', 'yx')


def parse_args() -> argparse.Namespace:
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument('src', help='folder to read')
    common.add_argument('--out', required=True, help='folder to make')
    common.add_argument(
        '--val-fraction',
        type=float,
        help='split anew, this part for val (0.15 where the source has no '
        'splits)')
    common.add_argument(
        '--test-fraction',
        type=float,
        help='split anew, this part for test (0.15 likewise)')
    common.add_argument(
        '--classes',
        type=_names,
        metavar='A,B,…',
        help='the class names in the order of their labels')
    common.add_argument(
        '--rename',
        type=_renaming,
        action='append',
        default=[],
        metavar='OLD=NEW',
        help='call a class otherwise, or join it to another; repeatable')
    common.add_argument(
        '--drop',
        action='append',
        default=[],
        metavar='NAME',
        help='leave the boxes of a class out; repeatable')
    common.add_argument(
        '--images', help='folder of the images, where they are not found')
    common.add_argument(
        '--boxes',
        choices=LAYOUTS,
        help='what the four numbers of a box are, where they are not those of '
        'the format; yx: the same with the axes exchanged')
    common.add_argument(
        '--unit',
        choices=('pixels', 'fractions', 'percent'),
        help='what boxes are counted in, likewise')
    common.add_argument(
        '--exif',
        choices=('stored', 'shown'),
        help='whether boxes are of photos before EXIF turns them, or after')
    common.add_argument(
        '--crowd-as-objects',
        action='store_true',
        help='take boxes marked iscrowd, ignore or group-of for objects')
    common.add_argument(
        '--skip-bad',
        action='store_true',
        help='leave bad records out instead of stopping')
    common.add_argument(
        '--mend',
        action='store_true',
        help='mend what can be, and leave out the rest')
    how = common.add_mutually_exclusive_group()
    how.add_argument(
        '--copy', action='store_true', help='copy the images (default)')
    how.add_argument(
        '--link',
        action='store_true',
        help='link them: no space taken, and what edits one edits the other')
    parser = argparse.ArgumentParser(
        description='Convert a data set into data/NAME/{images,annotations}')
    formats = parser.add_subparsers(dest='format', required=True)
    parsers = {
        name: formats.add_parser(name, help=words, parents=[common])
        for name, words in FORMATS.items()
    }
    parsers['openimages'].add_argument(
        '--descriptions', help='CSV file with the names of /m/ classes')
    parsers['via'].add_argument(
        '--class-attribute',
        metavar='NAME',
        help='the attribute of a region that is its class')
    add_frames(formats)
    return parser.parse_args()


def add_frames(formats) -> None:
    frames = formats.add_parser(
        'frames', help='a video: JPEG files of its frames, to be labeled')
    frames.add_argument('video', nargs='+', help='file, or folder of them')
    frames.add_argument(
        '--every',
        required=True,
        metavar='1s',
        help='from one frame to the next: 1s, 0.5s, 500ms, or 10f for every '
        'tenth')
    frames.add_argument('--out', required=True, help='folder to make')


def _names(text: str) -> List[str]:
    names = [name.strip() for name in text.split(',')]
    if not all(names):
        raise argparse.ArgumentTypeError(f'"{text}" has an empty name')
    return names


def _renaming(text: str) -> Tuple[str, str]:
    old, _, new = (part.strip() for part in text.partition('='))
    if not (old and new):
        raise argparse.ArgumentTypeError(f'"{text}" is not OLD=NEW')
    return old, new


def convert(args: argparse.Namespace) -> None:
    if args.format == 'frames':
        return cut_frames(args)
    import os
    from pathlib import Path

    from custom.datasets.formats.importers.class_selection import remap_classes
    from custom.utils.atomic_folder import require_free

    out = Path(os.path.abspath(args.out))  # "." has a name, too
    require_free(out)
    print(f'reading {args.src}')
    found = remap_classes(
        read(args, out), args.classes, args.rename, args.drop)
    write(out, found, args.link)
    print_summary(out, found)
    for line in found.problems.summary():
        print(line)
    write_problems(out, found.problems)


def cut_frames(args: argparse.Namespace) -> None:
    from custom.datasets.images.video_frames import (find_videos,
                                                     parse_interval,
                                                     write_frames)
    from custom.utils.media import count_images
    from custom.utils.progress import track
    every, videos = parse_interval(args.every), find_videos(args.video)
    kept, similar = write_frames(
        videos, every, args.out,
        lambda frames: track(frames, 'reading frames', count_images(videos)))
    print(f'{kept} frames kept, {similar} that look like one kept before '
          f'left out\nwritten to {args.out}')


def read(args: argparse.Namespace, out):
    from custom.datasets.formats.importers.error_collector import \
        ImportProblems
    from custom.datasets.formats.importers.importer import import_dataset
    from custom.datasets.formats.importers.raw_samples import ImportOptions
    from custom.utils.progress import track
    options = {
        key: getattr(args, key)
        for key in ImportOptions._fields if hasattr(args, key)
    }
    try:
        return import_dataset(args.format, args.src, ImportOptions(**options),
                              track)
    except ImportProblems as error:
        write_problems(out, error.problems)
        raise


def write_problems(out, problems) -> None:
    from custom.utils.atomic_write import write_text
    path = out.with_name(f'{out.name}.problems.txt')
    if len(problems):
        lines = (' '.join(problem.splitlines()) for problem in problems)
        write_text(path, '\n'.join(lines))
        print(f'all {len(problems)} problems: {path}')
    elif path.exists():  # of the import before
        path.unlink()


def write(out, found, link) -> None:
    from custom.datasets.formats.coco_writer import write_folder
    from custom.utils.atomic_folder import progress
    images = sum(map(len, found.splits.values()))
    with progress(out, images, link) as track:
        reused = write_folder(out, found.splits, found.classes, track, link)
    if reused:
        print(f'{reused} images were there from an interrupted run')


if __name__ == '__main__':
    run(parse_args, convert, needs_torch=False)
