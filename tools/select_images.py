"""Select what to label next: uncertain images that differ.

    python tools/select_images.py drawings -n 50
    python tools/select_images.py drawings -n 50 --labeled data/mine \\
        --checkpoint work_dirs/mine/best.pth --out-dir next50 --link
    python tools/select_images.py drawings -n 50 --labeled data/mine \\
        --checkpoint work_dirs/mine/best.pth \\
        --label-studio http://localhost:8080

Active learning: of the images that the detector is least sure of, those that
differ most, from each other and from what is labeled. Near-duplicates are left
out.
"""
import argparse
import sys
from pathlib import Path

from _flags import add_inference_flags, at_least, chosen_checkpoint
from _run import run


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        'folder',
        type=Path,
        metavar='FOLDER',
        help='of pictures without labels, at any depth')
    parser.add_argument(
        '--checkpoint',
        metavar='FILE',
        help='a .pth file trained here (default: the detector that comes with '
        'the project)')
    parser.add_argument(
        '-n',
        dest='count',
        type=at_least(1),
        default=50,
        metavar='N',
        help='pictures to select (default: %(default)s)')
    parser.add_argument(
        '--labeled',
        type=Path,
        metavar='DATA',
        help='data/NAME that the detector learns from: what looks like one of '
        'its pictures is left out, and what differs most from them comes first'
    )
    parser.add_argument(
        '--out',
        type=Path,
        default=Path('work_dirs/selection.jsonl'),
        metavar='FILE',
        help='for a line of JSON per picture, best first (default: '
        '%(default)s)')
    parser.add_argument(
        '--out-dir',
        type=Path,
        metavar='FOLDER',
        help='copy the pictures there, too, numbered')
    parser.add_argument(
        '--link', action='store_true', help='link them instead of copying')
    parser.add_argument(
        '--label-studio',
        metavar='URL',
        help='make tasks of them, too, in the project of the folder, best '
        'first; what has a task there is not selected again')
    parser.add_argument(
        '--title',
        help='of the project in Label Studio (default: the name of the '
        'folder)')
    add_inference_flags(parser)
    args = parser.parse_args()
    if args.link and not args.out_dir:
        parser.error('--link is for --out-dir')
    if args.title and not args.label_studio:
        parser.error('--title is for --label-studio')
    return args


def select_images(args: argparse.Namespace) -> None:
    from custom.datasets.labeling.labeling_images import (image_pool,
                                                          labeled_images,
                                                          shown_images,
                                                          unlabeled_images)
    from custom.inference.selection.selection_files import (write_images,
                                                            write_list)
    from custom.inference.selection.view_encoder import ViewEncoder
    from custom.utils.atomic_folder import require_free
    if args.out_dir:
        require_free(args.out_dir)
    images = unlabeled_images(args.folder)
    labeled = labeled_images(args.labeled) if args.labeled else {}
    encoder = ViewEncoder(
        chosen_checkpoint(args.checkpoint), args.device, args.precision)
    client, project = open_studio(args)
    if client:
        shown = shown_images(images)
        if len(shown) < len(images):
            print(f'note: {len(images) - len(shown)} pictures left out, of '
                  'formats or names that Label Studio does not take, or '
                  'without a file')
        images = shown
    tasks = project.file_names() if project else ()
    selected = select(args, encoder, image_pool(images, labeled, tasks))
    write_list(args.out, selected)
    print(f'{len(selected)} of {len(images)} pictures, best first: '
          f'{args.out}')
    if args.out_dir:
        write_images(args.out_dir, selected, args.link)
    if client:
        by_path = {one.path: one for one in images}
        add_tasks(args, client, project, encoder.classes,
                  [by_path[one.path] for one in selected])


def select(args: argparse.Namespace, encoder, pool) -> list:
    """Selects of what is free, and tells what was left out."""
    from custom.inference.selection.distinct_images import distinct_images
    from custom.inference.selection.image_selection import select_for_labeling
    from custom.utils.errors import InputError
    from custom.utils.progress import track
    found = distinct_images(pool.free, pool.known, track)
    for path, error in found.damaged.items():
        print(f'note: left out: {path}: {error}', file=sys.stderr)
    if found.left_out:
        print(f'note: {found.left_out} left out that look like another or '
              'like one with labels or a task')
    if not found.paths:
        raise InputError(
            f'{args.folder}: no picture is left to select from: all of them '
            'have a task or labels, look like one that has, or were left out; '
            'add some')
    learned = [path for path in pool.learned if path not in found.damaged]
    return select_for_labeling(encoder, found.paths, args.count, learned,
                               track)


def open_studio(args: argparse.Namespace) -> tuple:
    """The client of Label Studio and the project, None where there is none
    yet; both None without --label-studio."""
    if not args.label_studio:
        return None, None
    from custom.datasets.labeling.project import find_project
    from custom.label_studio.client import connect
    client = connect(args.label_studio)
    return client, find_project(client, title(args))


def add_tasks(args: argparse.Namespace, client, project, classes,
              images: list) -> None:
    from custom.datasets.labeling.project import make_project
    from custom.utils.progress import track
    project = project or make_project(client, title(args), classes)
    for _ in track(project.add_images(images), 'uploading', len(images)):
        pass
    print(f'{len(images)} tasks added: {project.page}')


def title(args: argparse.Namespace) -> str:
    return args.title or args.folder.resolve().name


if __name__ == '__main__':
    run(parse_args, select_images)
