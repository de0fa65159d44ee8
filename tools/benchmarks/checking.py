"""Data set check benchmark, against a loop that only decodes the images."""
import json
import multiprocessing
import os
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Callable, Dict, Iterator, List, Sequence

import cv2
import numpy as np

from benchmarks.measure import paired_ratio, say
from benchmarks.process import run_alone
from custom.classes import NAMES
from custom.datasets.annotations.layout import (SPLITS, annotation_file,
                                                image_folder)
from custom.datasets.checks.run import check_dataset
from custom.datasets.images.scan import scan_images
from custom.sample_data.scene import make_drawing
from custom.utils.cpu import core_count
from custom.utils.errors import InputError
from custom.utils.parallel import parallel_map

COLUMNS = ('work', 'images', 'seconds', 'images/s', 'of bare loop', 'min..max',
           'peak MB')
IMAGES = 10_000
MEMORY_IMAGES = (1_000, 10_000, 100_000)
_SIDE, _TINY = 256, 64
_BOXES = 5
_CHUNK = 16

_CHECK = """
from custom.datasets.checks.run import check_dataset
start = time.perf_counter()
check_dataset(sys.argv[1], decode=sys.argv[2] == 'decode')
"""


def checking(rounds: int,
             images: int = IMAGES,
             memory_images: Sequence[int] = MEMORY_IMAGES) -> Iterator[dict]:
    """Measures the data set check; rows with the keys of ``COLUMNS``.

    First the speed on generated drawings of 256 x 256 pixels: decoding alone,
    spread over the same cores, and the checks, in turns. Then the time and
    the peak memory of whole checks (without the processes that decode) of
    more and more images of 64 x 64 pixels, five boxes each.

    Raises:
        InputError: A check fails.
    """
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch, 'drawings')
        say(f'{images} pictures are made')
        make_folder(folder, images, drawings(images))
        yield from _speed(folder, images, rounds)
    for count in memory_images:
        with tempfile.TemporaryDirectory() as scratch:
            folder = Path(scratch, 'noise')
            say(f'{count} pictures are made')
            make_folder(folder, count, noises())
            for how in ('decode', 'headers'):
                yield _memory(folder, count, how)


def make_folder(folder: Path, count: int,
                images: Iterator[np.ndarray]) -> None:
    """Writes images as a data set: JPEGs with five boxes each, eight of
    ten images in train."""
    image_folder(folder).mkdir(parents=True)
    annotation_file(folder, 'train').parent.mkdir()
    rng = np.random.default_rng(0)
    splits: Dict[str, List[str]] = {split: [] for split in SPLITS}
    for number, image in zip(range(count), images):
        name = f'{number:06d}.jpg'
        quality = [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(70, 96))]
        cv2.imwrite(str(image_folder(folder) / name), image, quality)
        split = {8: 'val', 9: 'test'}.get(number % 10, 'train')
        splits[split].append(name)
    for split, names in splits.items():
        annotation_file(folder, split).write_text(
            json.dumps(_annotations(names, image.shape[0], rng)))


def drawings(count: int) -> Iterator[np.ndarray]:
    """Generates drawings of 256 x 256 pixels; 10,000 take some minutes."""
    return parallel_map(_drawing, range(count), _not_drawn)


def noises() -> Iterator[np.ndarray]:
    """Small noise images of random squares."""
    rng = np.random.default_rng(0)
    while True:
        squares = rng.integers(0, 256, (16, 16, 3), dtype=np.uint8)
        yield cv2.resize(
            squares, (_TINY, _TINY), interpolation=cv2.INTER_NEAREST)


def _drawing(seed: int) -> np.ndarray:
    image = make_drawing(np.random.default_rng([0, seed])).image
    return cv2.resize(
        image[..., 2::-1], (_SIDE, _SIDE), interpolation=cv2.INTER_AREA)


def _not_drawn(seed: int, reason: str) -> np.ndarray:
    raise InputError(f'drawing {seed}: the process ended ({reason})')


def _annotations(names: List[str], side: int,
                 rng: np.random.Generator) -> dict:
    corners = rng.uniform(0, side * .6, (len(names) * _BOXES, 2)).round(1)
    sizes = rng.uniform(side * .2, side * .4, corners.shape).round(1)
    return dict(
        images=[
            dict(id=i, file_name=name, width=side, height=side)
            for i, name in enumerate(names)
        ],
        annotations=[
            dict(
                id=i,
                image_id=i // _BOXES,
                category_id=1 + i % len(NAMES),
                bbox=bbox)
            for i, bbox in enumerate(np.hstack([corners, sizes]).tolist())
        ],
        categories=[dict(id=i, name=name) for i, name in enumerate(NAMES, 1)])


def _speed(folder: Path, count: int, rounds: int) -> Iterator[dict]:
    names = sorted(os.listdir(image_folder(folder)))
    works: Dict[str, Callable[[], object]] = {
        'bare decode loop':
        lambda: _decode_all(image_folder(folder), names),
        'scan_images':
        lambda: sum(1 for _ in scan_images(image_folder(folder), names)),
        'check_dataset':
        lambda: check_dataset(folder),
        'check_dataset, headers':
        lambda: check_dataset(folder, decode=False),
    }
    times: Dict[str, List[float]] = {work: [] for work in works}
    for number in range(rounds + 1):
        say(f'round {number} of {rounds}')
        for work, run in works.items():
            start = time.perf_counter()
            run()
            times[work].append(time.perf_counter() - start)
    bare = times['bare decode loop'][1:]  # the first round warms up
    for work in works:
        ratio = paired_ratio(times[work][1:], bare)
        seconds = median(times[work][1:])
        yield {
            'work': work,
            'images': count,
            'seconds': f'{seconds:.2f}',
            'images/s': f'{count / seconds:.0f}',
            'of bare loop': f'{ratio.median:.0%}',
            'min..max': f'{ratio.low:.0%}..{ratio.high:.0%}',
        }


def _decode_all(folder: Path, names: List[str]) -> None:
    threads = cv2.getNumThreads()
    cv2.setNumThreads(1)
    fork = multiprocessing.get_context('fork')
    with fork.Pool(core_count()) as pool:
        paths = (str(folder / name) for name in names)
        for _ in pool.imap(_decode, paths, _CHUNK):
            pass
    cv2.setNumThreads(threads)


def _decode(path: str) -> bool:
    return cv2.imread(path) is not None


def _memory(folder: Path, count: int, how: str) -> dict:
    say(f'check of {count} images, {how}')
    seconds, megabytes = run_alone(_CHECK, folder, how, use_torch=False)
    return {
        'work': f'whole process, {how}',
        'images': count,
        'seconds': f'{seconds:.2f}',
        'images/s': f'{count / seconds:.0f}',
        'peak MB': f'{megabytes:.0f}',
    }
