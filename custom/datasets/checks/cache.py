"""On-disk cache of the header-only data set check."""
import contextlib
import hashlib
import json
import os
from pathlib import Path
from typing import Sequence

import cv2
import PIL

from custom.classes import CLASSES
from custom.datasets.annotations.issues import Issue
from custom.datasets.annotations.layout import (CHECK_PREFIX, SplitSummary,
                                                annotation_file, image_folder)
from custom.datasets.annotations.reader import open_coco
from custom.datasets.checks.run import CheckReport, check_dataset
from custom.utils.atomic_write import write_text
from custom.utils.errors import InputError

# Of what the check finds: raise it with any change of that. Decoders and the
# known class names decide too.
_VERSION = 4
_DEPENDS_ON = _VERSION, cv2.__version__, PIL.__version__, CLASSES


def cached_quick_check(folder: Path, classes: Sequence[str],
                       splits: Sequence[str]) -> CheckReport:
    """:func:`check_dataset` without decoding; at once if nothing has changed.

    What was found is kept in the folder, in ``.check-train-val.json`` and the
    like. It holds as long as the annotation files have the same content, the
    image files the same names, sizes and times, and the check the same
    version.

    Args:
        folder: The data set folder.
        classes: The class names that the categories must mean.
        splits: Which splits to check; each must be there.

    Raises:
        InputError: As :func:`check_dataset`.
    """
    folder = Path(folder)
    file = folder / f'{CHECK_PREFIX}{"-".join(splits)}.json'
    state = _state(folder, classes, splits)
    try:
        kept = json.loads(file.read_text(encoding='utf-8'))
        if kept['state'] == state:
            return CheckReport(
                folder, tuple(classes),
                [SplitSummary(*split) for split in kept['splits']],
                [Issue(*problem) for problem in kept['problems']])
    # There is none, or something else has written it.
    except (OSError, ValueError, LookupError, TypeError):
        pass
    report = check_dataset(folder, classes, splits, decode=False)
    try:
        write_text(
            file,
            json.dumps(
                dict(
                    state=state,
                    splits=report.splits,
                    problems=report.problems)))
    except InputError:  # the folder may be on a disk that is read-only
        pass
    return report


def _state(folder: Path, classes: Sequence[str], splits: Sequence[str]) -> str:
    state = hashlib.blake2b(
        repr((list(classes), list(splits), _DEPENDS_ON)).encode())
    for path in [annotation_file(folder, s) for s in splits]:
        with contextlib.suppress(InputError):  # the check will raise it
            state.update(open_coco(path).digest)
    seen = set()
    for parent, folders, names in os.walk(
            image_folder(folder), followlinks=True):
        real = os.path.realpath(parent)
        # A link may lead back up.
        folders[:] = [] if real in seen else sorted(folders)
        seen.add(real)
        for name in sorted(names):
            path = os.path.join(parent, name)
            with contextlib.suppress(OSError):  # a link to nowhere
                status = os.stat(path)
                state.update(
                    repr((path, status.st_size, status.st_mtime_ns)).encode())
    return state.hexdigest()
