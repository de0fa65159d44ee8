"""Proposal files of a split, as MMDetection's LoadProposals reads them."""
import functools
import os
import os.path as osp
import pickle
from pathlib import Path
from typing import (Callable, Dict, Iterable, List, NamedTuple, Optional,
                    Sequence, Union)

import numpy as np

from custom.datasets.annotations.columns import AnnotationTable
from custom.datasets.annotations.issues import raise_first_error
from custom.datasets.annotations.layout import annotation_file, image_folder
from custom.datasets.annotations.strict_reader import read_annotations
from custom.datasets.proposals.recall import ProposalRecall, proposal_recall
from custom.datasets.proposals.resume_log import (ImageProposals,
                                                  open_resume_log)
from custom.datasets.proposals.selective_search import (
    SelectiveSearchSettings, selective_search)
from custom.utils.atomic_write import write_bytes
from custom.utils.errors import InputError
from custom.utils.image_io import read_image
from custom.utils.parallel import parallel_map

Track = Callable[[Iterable, int], Iterable]

_NO_BOXES = np.empty((0, 4), np.float32)


class ProposalStats(NamedTuple):
    """Statistics of the proposals of a split.

    Attributes:
        images: How many there are.
        reused: Those of them that an earlier call had searched.
        recall: Of the boxes that aren't marked ``iscrowd`` or ``ignore``.
    """
    images: int
    reused: int
    recall: ProposalRecall


def make_proposals(folder: Union[str, os.PathLike], split: str,
                   settings: SelectiveSearchSettings, out: Path,
                   track: Track) -> ProposalStats:
    """Searches all images of a split, on all cores, and writes the boxes.

    What was found is noted image by image in a journal beside ``out`` (with
    the ending ``.jsonl``). A call that was interrupted goes on there, and a
    later one searches only the images that are new or were changed. The file
    is the same for any number of cores and interruptions.

    Args:
        folder: The data set, ``data/NAME``.
        split: ``'train'``, ``'val'`` or ``'test'``.
        settings: How to search.
        out: The file to write, ``*.pkl``: a pickled dict of dicts. The key is
            that of MMDetection, the last folder and the name of the image
            (``images/1.jpg``); the dict holds ``bboxes``, float32 (N, 4),
            xyxy in pixels of the image as decoded, best first, and
            ``scores``, float32 (N, ), falling from 1 to 1 / N.
        track: Passes the results on while it shows progress; the number is
            how many there will be.

    Raises:
        InputError: An image can't be read (after the others are searched),
            two images have one key; or as
            :func:`custom.datasets.annotations.strict_reader.read_annotations`
            and :func:`custom.datasets.proposals.resume_log.open_resume_log`.
    """
    table = read_annotations(annotation_file(folder, split))
    images = image_folder(folder)
    names = table.file_names
    keys = proposal_keys(images, names)
    with open_resume_log(out.with_suffix('.jsonl'), settings) as journal:
        todo = [
            name for name in names if name not in journal.found
            or journal.found[name].stamp != _stamp(images / name)
        ]
        problems = []
        search = functools.partial(_search, images, settings)
        results = parallel_map(search, todo, _crashed)
        for found in track(results, len(todo)):
            if found.problem:
                problems.append(found.problem)
            else:
                journal.add(found)
        raise_first_error(annotation_file(folder, split), iter(problems))
        boxes = [journal.found[name].boxes for name in names]
    write_bytes(out, pickle.dumps(_as_loaded(keys, boxes)))
    return ProposalStats(
        len(names),
        len(names) - len(todo), proposal_recall(boxes, _objects(table)))


def proposal_keys(images: Path, names: Sequence[str]) -> List[str]:
    """The keys that MMDetection looks proposals up by.

    It takes the last folder and the name of an image
    (``BaseDetDataset.load_proposals``).

    Args:
        images: The folder of the images.
        names: Relative to it.

    Raises:
        InputError: Two images have one key.
    """
    keys: Dict[str, str] = {}
    for name in names:
        head, tail = osp.split(images / name)
        key = osp.join(osp.basename(head), tail)
        if key in keys:
            raise InputError(
                f'{images}: "{keys[key]}" and "{name}" both have the '
                f'proposals of "{key}" for MMDetection. Rename one of them, '
                'or remove its record')
        keys[key] = name
    return list(keys)


def _search(images: Path, settings: SelectiveSearchSettings,
            name: str) -> ImageProposals:
    # Before reading: a change meanwhile is then noticed by the next call.
    stamp = _stamp(images / name)
    try:
        image = read_image(str(images / name))
    except InputError as error:
        return ImageProposals(name, stamp, _NO_BOXES, str(error))
    return ImageProposals(name, stamp, selective_search(image, settings))


def _crashed(name: str, how: str) -> ImageProposals:
    return ImageProposals(
        name, None, _NO_BOXES, f'{name}: its search ended with {how}; is it '
        'too large for the memory?')


def _stamp(path: Path) -> Optional[List[int]]:
    try:
        status = path.stat()
    except (OSError, ValueError):  # ValueError: a name with a NUL in it
        return None
    return [status.st_size, status.st_mtime_ns]


def _as_loaded(keys: Sequence[str],
               boxes: Sequence[np.ndarray]) -> Dict[str, Dict]:
    loaded = {}
    for key, found in zip(keys, boxes):
        scores = np.linspace(1, 0, len(found), False, dtype=np.float32)
        # A copy, since the pickle of an array that came from a process isn't
        # byte by byte that of an array made here.
        loaded[key] = dict(bboxes=found.astype(np.float32), scores=scores)
    return loaded


def _objects(table: AnnotationTable) -> List[np.ndarray]:
    """The boxes to find, float64 (K, 4), xyxy, image by image."""
    rows = np.flatnonzero(~table.crowd)
    rows = rows[np.argsort(table.image_of[rows], kind='stable')]
    boxes = table.boxes[rows]
    boxes[:, 2:] += boxes[:, :2]
    images = np.arange(1, len(table.image_ids))
    return np.split(boxes, np.searchsorted(table.image_of[rows], images))
