"""Label images in Label Studio, with boxes that a detector proposes.

    python tools/label_studio.py init --url http://localhost:8080 \\
        --data drawings
    python tools/label_studio.py push --url http://localhost:8080 \\
        --data drawings --checkpoint work_dirs/mine/best.pth
    python tools/label_studio.py pull --url http://localhost:8080 \\
        --data drawings --out data/mine
    python tools/label_studio.py train CONFIG --url http://localhost:8080 \\
        --data drawings
    python tools/label_studio.py rollback work_dirs/label_studio/drawings

LABEL_STUDIO_API_KEY in the environment holds a Personal Access Token.
"""
import argparse
import os
import sys
from pathlib import Path
from typing import Sequence

from _children import require_tool
from _flags import (add_backend_flag, add_training_flags, chosen_checkpoint,
                    refuse_flags_of_one, training_words)
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
    add_train(verbs, common)
    rollback = verbs.add_parser(
        'rollback', help='use the model again that was used before')
    rollback.add_argument(
        'work_dir', type=Path, metavar='FOLDER', help='the work dir of train')
    args = parser.parse_args()
    if args.verb == 'train':
        refuse_flags_of_one(parser, args, 'round')
        args.work_dir = args.work_dir or Path('work_dirs', 'label_studio',
                                              title(args))
    return args


def add_init(verbs, common) -> None:
    init = verbs.add_parser(
        'init',
        parents=[common],
        help='make the project and upload the pictures; again, what is new')
    init.add_argument(
        '--classes',
        type=lambda text: [*filter(None, map(str.strip, text.split(',')))],
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
        'labeled yet, or the labels of a report that look wrong')
    sent = push.add_mutually_exclusive_group()
    sent.add_argument(
        '--label-errors',
        metavar='FILE',
        help='label_errors.json of a report: the boxes that it suggests, for '
        'the pictures of --data, labeled as they are')
    sent.add_argument(
        '--checkpoint',
        metavar='FILE',
        help='a .pth, .onnx or .zip file (default: the detector that comes '
        'with the project)')
    push.add_argument('--device', help='default: a GPU where there is one')
    add_backend_flag(push, opencv=True)


def add_train(verbs, common) -> None:
    train = verbs.add_parser(
        'train',
        parents=[common],
        help='fine-tune the model in use on all that is labeled, and replace '
        'it if the new one is not worse')
    train.add_argument('config', help='a config from configs/')
    train.add_argument(
        '--work-dir',
        type=Path,
        help='default: work_dirs/label_studio/TITLE. Its model.pth is the one '
        'in use; the first is that of --from, or the detector that comes with '
        'the project')
    add_training_flags(train)


def init(args: argparse.Namespace) -> None:
    from custom.classes import NAMES
    from custom.datasets.labeling.labeling_images import find_images
    from custom.datasets.labeling.project import (find_project, make_project,
                                                  require_labels)
    from custom.label_studio.client import connect
    from custom.utils.progress import track
    client = connect(args.url)
    folder = find_images(args.data)
    classes = args.classes or folder.classes or NAMES
    project = find_project(client, title(args))
    if project is None:
        project = make_project(client, title(args), classes)
    else:
        require_labels(project, args.classes or folder.classes or (),
                       title(args))
    known = project.file_names()
    new = [one for one in folder.images if one.name not in known]
    for _ in track(project.add_images(new), 'uploading', len(new)):
        pass
    if args.backend:
        project.connect(args.backend,
                        os.environ.get('TAGGER_LABEL_STUDIO_LOGIN'))
    print_notes(folder.notes)
    print(f'{len(new)} pictures uploaded, {len(known)} were there: '
          f'{project.page}')


def push(args: argparse.Namespace) -> None:
    import tempfile

    from custom.datasets.labeling.push import push_predictions
    from custom.datasets.labeling.suspicious_labels import \
        read_suspicious_images
    from custom.utils.file_digest import file_sha256, model_title
    from custom.utils.progress import track
    report = args.label_errors
    images = read_suspicious_images(Path(report)) if report else []
    path = report or chosen_checkpoint(args.checkpoint)
    version = model_title(path, file_sha256(path))
    with tempfile.TemporaryDirectory() as cache:
        project, files = open_tasks(args, args.data, Path(cache))
        predictions, total = (
            find_suspicious(images, project, files, version)
            if images else find_objects(args, path, project, files, version))
        counts = push_predictions(project, predictions, version)
        boxes = sum(track(counts, 'sending', total))
    print(f'{boxes} boxes in {total} pictures, as "{version}": '
          f'{project.page}')


def find_objects(args: argparse.Namespace, path: str, project, files,
                 version: str) -> tuple:
    """Predictions of a detector, and how many there will be."""
    from custom.datasets.labeling.push import predict_tasks, unpredicted_tasks
    from custom.inference.load_predictor import load_predictor
    predictor = load_predictor(path, args.device, backend=args.backend)
    tasks = unpredicted_tasks(project, version)
    return predict_tasks(tasks, project, files, predictor, version), len(tasks)


def find_suspicious(images: list, project, files, version: str) -> tuple:
    """Labels that look wrong, as predictions, and of how many images."""
    from custom.datasets.labeling.suspicious_labels import suspicious_tasks
    done = project.predicted(version)
    found = [
        one for one in suspicious_tasks(images, project, files, version)
        if one['task'] not in done
    ]
    return found, len(found)


def pull(args: argparse.Namespace) -> None:
    from custom.utils.atomic_folder import require_free
    require_free(args.out)
    pull_data(args, args.data, Path(os.path.abspath(args.out)))


def pull_data(args: argparse.Namespace,
              before: Path,
              out: Path,
              link: bool = False,
              known: Sequence[str] = ()) -> None:
    """Writes what was labeled, with the splits of the data before, and the
    names of known classes."""
    import shutil

    from custom.datasets.formats.coco_writer import write_folder
    from custom.datasets.labeling.pull import pull_samples
    from custom.utils.atomic_folder import progress
    from custom.utils.progress import track
    cache = out.with_name(f'.{out.name}.tasks')
    project, files = open_tasks(args, before, cache)
    labels = [label.name for label in project.config.labels]
    found = pull_samples(
        project.tasks(labeled=True), files, labels, before, cache, track,
        known)
    images = sum(map(len, found.splits.values()))
    with progress(out, images, link) as shown:
        write_folder(out, found.splits, found.classes, shown, link)
    if not link:  # else links lead there, on a disk without hard ones
        shutil.rmtree(cache)
    print_summary(out, found)


def train(args: argparse.Namespace) -> None:
    from custom.engine.child_training import trained_checkpoint
    from custom.engine.labeling.model_comparison import compare_on_val
    from custom.engine.run_folder import locked
    from custom.engine.stop_signal import StoppedBySignal
    from custom.label_studio.training_folder import write_command
    from custom.utils.progress import track
    with locked(str(args.work_dir)):
        write_command(args.work_dir, sys.argv[1:])
        try:
            this = train_round(args)
        except StoppedBySignal as stopped:
            raise StoppedBySignal(
                stopped.exit_code - 128, f'{args.work_dir}: stopped; the same '
                'command goes on') from None
        new = trained_checkpoint(this.work_dir)
        figures = compare_on_val(this, new, args.device, track)
        print_decision(this, this.decide(new, figures, sys.argv[1:]))


def train_round(args: argparse.Namespace):
    """The round that is not decided, trained; one that has a checkpoint goes
    on from there."""
    from custom.checkpoint.dataset_meta import checkpoint_classes
    from custom.checkpoint.loading import load
    from custom.engine.child_training import train_argv
    from custom.engine.labeling.labeling_round import (data_before, next_round,
                                                       require_news,
                                                       use_first_model)
    from custom.engine.run_folder import holds_run
    this = next_round(args.work_dir)
    if not this.in_use.exists():
        use_first_model(args.work_dir, chosen_checkpoint(args.load_from))
    if not holds_run(str(this.work_dir)):
        this.begin()
        # Else classes that are spelled otherwise are not compared.
        known = checkpoint_classes(load(str(this.old)), str(this.old))
        pull_data(args, data_before(this, args.data), this.data, True, known)
        require_news(this, sys.argv[1:])
    args.load_from = str(this.old)
    require_tool('train', [
        *train_argv(args.config, this.data, this.work_dir, args.seed or 0),
        *training_words(args)
    ])
    return this


def print_decision(this, made: dict) -> None:
    """Prints the figures of a round, and what came of them."""
    known = made['classes']
    for kind in ('new', 'dropped'):
        if known[kind]:
            print(f'{kind} classes, not compared: {", ".join(known[kind])}')
    if made['difference'] is None:
        print('val has no box of a class that both models know')
    else:
        print('{images[val]} images of val: mAP {old_mAP:.3f} before, '
              '{new_mAP:.3f} now, a difference of {difference[points]:+.1f} '
              'points ({difference[from]:.1f} to {difference[to]:.1f})'.format(
                  **made))
    print(f'round {this.number}: {this.in_use} is {made["decision"]}; why is '
          f'in {this.folder}')


def rollback(args: argparse.Namespace) -> None:
    from custom.engine.labeling.labeling_round import roll_back
    brought = roll_back(args.work_dir)
    print(f'{brought.in_use} is that from before round {brought.number}')


def open_tasks(args: argparse.Namespace, folder: Path, cache: Path) -> tuple:
    """The project, and the files of its tasks: those of a folder, and others
    fetched into a cache."""
    from custom.datasets.labeling.project import open_project
    from custom.datasets.labeling.task_files import TaskFiles
    from custom.label_studio.client import connect
    from custom.label_studio.task_images import TaskImages
    client = connect(args.url)
    project = open_project(client, title(args))
    return project, TaskFiles(
        TaskImages(client), project.config, folder, cache)


def title(args: argparse.Namespace) -> str:
    return args.title or args.data.resolve().name


def label_studio(args: argparse.Namespace) -> None:
    verbs = dict(
        init=init, push=push, pull=pull, train=train, rollback=rollback)
    verbs[args.verb](args)


if __name__ == '__main__':
    run(parse_args, label_studio)
