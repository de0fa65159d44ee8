"""Large data set benchmark: time to the first training step, and memory."""
import contextlib
import itertools
import json
import os
import os.path as osp
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Iterator, Sequence, Tuple

from benchmarks.measure import say
from benchmarks.process import ROOT, descendants, environment, memory_of
from custom.datasets.annotations.layout import (annotation_file, class_names,
                                                image_folder)
from custom.utils.cpu import core_count
from custom.utils.errors import InputError

COLUMNS = ('records', 'processes', 'workers', 's to the check',
           's to the first step', 'peak MB of all')
CONFIG = ('configs/faster_rcnn/'
          'faster-rcnn_r18_fpn_bn_scratch-256px_1xb4-14e_drawings22.py')
RECORDS = (100_000, 300_000)
# Processes, and loader workers of each.
PROCESSES = ((1, 0), (1, 2), (2, 2))
FILES, VAL_IMAGES = 300, 10
_STEPS = 5
_CHECKED, _STEPPED = 'images kept', 'Epoch(train)'


def first_step(
    data: str,
    records: Sequence[int] = RECORDS,
    processes: Sequence[Tuple[int, int]] = PROCESSES,
    words: Sequence[str] = ()
) -> Iterator[dict]:
    """Starts trainings on large data; rows with the keys of ``COLUMNS``.

    The training images of a data folder, 300 at most, are linked again and
    again under other names, with their boxes. tools/train.py starts on them,
    with its check of the data, and is killed after five steps. Memory (PSS)
    is that of all processes of the run; memory that they share counts once.

    Args:
        data: A data folder.
        records: Annotated images, for each of the data sets.
        processes: Trainings on each: processes and workers of each of them.
        words: More for the command line of tools/train.py.

    Raises:
        InputError: The data folder is bad, or a training ends.
    """
    class_names(data)
    for count in records:
        with tempfile.TemporaryDirectory() as scratch:
            say(f'{count} records are made')
            folder = Path(scratch, 'data')
            link_records(data, folder, count)
            for number, workers in processes:
                say(f'{number} processes of {workers} workers')
                row = _start(folder, Path(scratch, 'run'), number, workers,
                             words)
                row.update(records=count, processes=number, workers=workers)
                yield row


def link_records(data: str, folder: Path, count: int) -> None:
    """Data folder of so many records: links to the images of another one.

    Args:
        data: Its first 300 training images are linked, and ten of val and
            test once.
        folder: Is made.
        count: Of the training images.
    """
    image_folder(folder).mkdir(parents=True)
    annotation_file(folder, 'train').parent.mkdir()
    _link_split(data, folder, 'train', count, FILES)
    for split in ('val', 'test'):
        _link_split(data, folder, split, VAL_IMAGES, VAL_IMAGES)


def _link_split(data: str, folder: Path, split: str, count: int,
                files: int) -> None:
    source = json.loads(annotation_file(data, split).read_bytes())
    images = source['images'][:files]
    boxes: dict = {image['id']: [] for image in images}
    for box in source['annotations']:
        if box['image_id'] in boxes:
            boxes[box['image_id']].append(box)
    chosen = [*itertools.islice(itertools.cycle(images), count)]
    names = [
        f'{split}-{i:07d}{osp.splitext(image["file_name"])[1]}'
        for i, image in enumerate(chosen)
    ]
    for image, name in zip(chosen, names):
        (image_folder(folder) / name).symlink_to(
            (image_folder(data) / image['file_name']).resolve())
    ids = itertools.count()
    with open(annotation_file(folder, split), 'w') as file:
        # A list of a million boxes as one text would take gigabytes.
        _write_list(file, '{"images": [',
                    (dict(image, id=i, file_name=name)
                     for i, (image, name) in enumerate(zip(chosen, names))))
        _write_list(file, '], "annotations": [',
                    (dict(box, id=next(ids), image_id=i)
                     for i, image in enumerate(chosen)
                     for box in boxes[image['id']]))
        file.write('], "categories": ')
        json.dump(source['categories'], file)
        file.write('}')


def _write_list(file, opening: str, records: Iterator[dict]) -> None:
    file.write(opening)
    for number, record in enumerate(records):
        file.write((', ' if number else '') + json.dumps(record))


def _start(data: Path, work_dir: Path, processes: int, workers: int,
           words: Sequence[str]) -> dict:
    """A training until its first steps: seconds, and the most memory."""
    launcher: Sequence[object] = ()
    if processes > 1:
        launcher = ('-m', 'torch.distributed.run', '--standalone',
                    '--nproc-per-node', processes)
        words = (*words, '--launcher', 'pytorch')
    command = (sys.executable, *launcher, 'tools/train.py', CONFIG, '--data',
               data, '--work-dir', work_dir, '--overwrite', '--workers',
               workers, *words, '--cfg-options',
               'default_hooks.logger.interval=1')
    log = work_dir.with_suffix('.log')
    with open(log, 'w') as file:
        start = time.monotonic()
        process = subprocess.Popen([*map(str, command)],
                                   stdout=file,
                                   stderr=subprocess.STDOUT,
                                   cwd=ROOT,
                                   env=dict(
                                       environment(True),
                                       OMP_NUM_THREADS=str(
                                           max(1,
                                               core_count() // processes))))
    checked = stepped = peak = 0.
    try:
        while True:
            said = log.read_text()
            passed = time.monotonic() - start
            if _CHECKED in said:
                checked = checked or passed
            if _STEPPED in said:
                stepped = stepped or passed
            peak = max(peak, memory_of(process.pid))
            if said.count(_STEPPED) >= _STEPS:
                break
            if process.poll() is not None:
                last = (said.strip().splitlines() or ['no message'])[-1]
                raise InputError(f'{" ".join(map(str, command))}: ended with '
                                 f'code {process.returncode}: {last}')
            time.sleep(.1)
    finally:
        _kill(process)
    return {
        's to the check': f'{checked:.1f}',
        's to the first step': f'{stepped:.1f}',
        'peak MB of all': f'{peak / 1e6:.0f}',
    }


def _kill(process: subprocess.Popen) -> None:
    # torchrun puts each of its processes into a session of its own.
    for pid in (*descendants(process.pid), process.pid):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    process.wait()
