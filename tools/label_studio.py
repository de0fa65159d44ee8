"""Label pictures in Label Studio, with boxes that a detector proposes.

    python tools/label_studio.py init --url http://localhost:8080 \\
        --data drawings
    python tools/label_studio.py push --url http://localhost:8080 \\
        --data drawings --checkpoint work_dirs/mine/best.pth
    python tools/label_studio.py pull --url http://localhost:8080 \\
        --data drawings --out data/mine

LABEL_STUDIO_API_KEY in the environment holds a Personal Access Token.
"""
import argparse
import os
from pathlib import Path

from _flags import add_backend_flag, chosen_checkpoint
from _run import run
from _summary import print_notes, print_summary


def parse_args() -> argparse.Namespace:
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument('--url', required=True, help='address of Label Studio')
    common.add_argument(
        '--data',
        type=Path,
        required=True,
        help='folder of pictures, or data/NAME with boxes')
    common.add_argument(
        '--title', help='of the project (default: the name of the folder)')
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    verbs = parser.add_subparsers(dest='verb', required=True)
    add_init(verbs, common)
    add_push(verbs, common)
    pull = verbs.add_parser(
        'pull',
        parents=[common],
        help='write a data folder of what people have labeled')
    pull.add_argument(
        '--out', type=Path, required=True, help='folder to make, data/NAME')
    return parser.parse_args()


def add_init(verbs, common) -> None:
    init = verbs.add_parser(
        'init',
        parents=[common],
        help='make the project and upload the pictures; again, what is new')
    init.add_argument(
        '--classes',
        type=lambda text: [name.strip() for name in text.split(',')],
        metavar='A,B,…',
        help='of a folder without boxes (default: the 22 drawing classes)')
    init.add_argument(
        '--backend',
        metavar='URL',
        help='connect a tag service, http://HOST:8000/label-studio as Label '
        'Studio reaches it, with the login in TAGGER_LABEL_STUDIO_LOGIN')


def add_push(verbs, common) -> None:
    push = verbs.add_parser(
        'push',
        parents=[common],
        help='send the boxes that a detector finds in what nobody has '
        'labeled yet')
    push.add_argument(
        '--checkpoint',
        metavar='FILE',
        help='a .pth, .onnx or .zip file (default: the detector that comes '
        'with the project)')
    push.add_argument('--device', help='default: a GPU where there is one')
    add_backend_flag(push, opencv=True)


def init(args: argparse.Namespace) -> None:
    from custom.classes import NAMES
    from custom.datasets.labeling.pictures import find_pictures
    from custom.datasets.labeling.project import (find_project, make_project,
                                                  require_labels)
    from custom.label_studio.client import connect
    from custom.utils.progress import track
    client = connect(args.url)
    folder = find_pictures(args.data)
    classes = args.classes or folder.classes or NAMES
    project = find_project(client, title(args))
    if project is None:
        project = make_project(client, title(args), classes)
    else:
        require_labels(project, args.classes or folder.classes or (),
                       title(args))
    known = {task['data'].get('file_name') for task in project.tasks()}
    new = [one for one in folder.pictures if one.name not in known]
    for _ in track(project.add_pictures(new), 'uploading', len(new)):
        pass
    if args.backend:
        project.connect(args.backend,
                        os.environ.get('TAGGER_LABEL_STUDIO_LOGIN'))
    print_notes(folder.notes)
    print(f'{len(new)} pictures uploaded, {len(known)} were there: '
          f'{project.page}')


def push(args: argparse.Namespace) -> None:
    import tempfile

    from custom.datasets.labeling.push import (push_predictions,
                                               unpredicted_tasks)
    from custom.inference.load_predictor import load_predictor
    from custom.utils.file_digest import file_sha256, model_title
    from custom.utils.progress import track
    path = chosen_checkpoint(args.checkpoint)
    version = model_title(path, file_sha256(path))
    with tempfile.TemporaryDirectory() as cache:
        project, files = open_tasks(args, Path(cache))
        predictor = load_predictor(path, args.device, backend=args.backend)
        tasks = unpredicted_tasks(project, version)
        counts = push_predictions(project, tasks, files, predictor, version)
        boxes = sum(track(counts, 'predicting', len(tasks)))
    print(f'{boxes} boxes in {len(tasks)} pictures, as "{version}": '
          f'{project.page}')


def pull(args: argparse.Namespace) -> None:
    import shutil

    from custom.datasets.formats.coco_writer import write_folder
    from custom.datasets.labeling.pull import pull_samples
    from custom.utils.atomic_folder import progress, require_free
    from custom.utils.progress import track
    require_free(args.out)
    cache = args.out.with_name(f'.{args.out.name}.tasks')
    project, files = open_tasks(args, cache)
    labels = [label.name for label in project.config.labels]
    found = pull_samples(
        project.tasks(labeled=True), files, labels, args.data, cache, track)
    images = sum(map(len, found.splits.values()))
    with progress(args.out, images, link=False) as shown:
        write_folder(args.out, found.splits, found.classes, shown)
    shutil.rmtree(cache)
    print_summary(args.out, found)


def open_tasks(args: argparse.Namespace, cache: Path) -> tuple:
    """The project, and the files of its tasks, fetched into a folder."""
    from custom.datasets.labeling.project import open_project
    from custom.datasets.labeling.task_files import TaskFiles
    from custom.label_studio.client import connect
    from custom.label_studio.task_images import TaskImages
    client = connect(args.url)
    project = open_project(client, title(args))
    return project, TaskFiles(
        TaskImages(client), project.config, args.data, cache)


def title(args: argparse.Namespace) -> str:
    return args.title or args.data.resolve().name


def label_studio(args: argparse.Namespace) -> None:
    dict(init=init, push=push, pull=pull)[args.verb](args)


if __name__ == '__main__':
    run(parse_args, label_studio)
