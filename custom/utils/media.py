"""Media reader: images of files, folders, globs and videos, one by one."""
import contextlib
import glob
import os
import os.path as osp
from collections import Counter
from pathlib import Path
from typing import Dict, Iterator, List, NamedTuple, Sequence

import cv2
import numpy as np
from PIL import Image

from custom.utils.errors import InputError
from custom.utils.image_io import read_image
from custom.utils.paths import is_utf8, of_macos

IMAGE_SUFFIXES = ('.jpg', '.jpeg', '.jpe', '.jfif', '.png', '.webp', '.gif',
                  '.bmp', '.dib', '.tif', '.tiff', '.ppm', '.pgm', '.pbm',
                  '.pnm', '.avif', '.heic', '.heif', '.jp2')
# Formats that a file begins with, so that its name doesn't matter.
_FORMATS = ('JPEG', 'PNG', 'WEBP', 'GIF', 'BMP', 'TIFF', 'PPM', 'AVIF', 'HEIF',
            'JPEG2000')
# Files that nobody needs to look into to see that they are no images.
_TEXT_SUFFIXES = ('.txt', '.json', '.xml', '.csv', '.yaml', '.yml', '.names',
                  '.data', '.md', '.py', '.html', '.cache', '.zip', '.pth',
                  '.safetensors', '.onnx', '.log')
VIDEO_SUFFIXES = ('.mp4', '.m4v', '.avi', '.mov', '.mkv', '.webm', '.mpg',
                  '.mpeg', '.wmv', '.3gp')
# Part of the frames that a video tells which are there at least.
_MOST_FRAMES = .95


class MediaImage(NamedTuple):
    """Image of a file, or frame of a video.

    ``name`` is unique in a run and, for a frame, ends in its number;
    ``pixels`` is uint8 (height, width, 3), BGR; ``fps`` is above 0 for a
    frame of a video and 0 for an image.
    """
    name: str
    pixels: np.ndarray
    fps: float = 0.0


def is_image(path: Path) -> bool:
    """Whether a file is an image: by its suffix, and by its content where
    that tells nothing."""
    name = path.name.lower()
    if name.endswith(IMAGE_SUFFIXES):
        return True
    if name.endswith(VIDEO_SUFFIXES) or name.endswith(_TEXT_SUFFIXES):
        return False
    # Of any bytes whatever the decoders make any exception whatever.
    with contextlib.suppress(Exception):
        with Image.open(path, formats=_FORMATS):
            return True
    return False


def find_media(inputs: Sequence[str]) -> List[str]:
    """Finds the image and video files that words of a command line mean.

    Args:
        inputs: Files, folders (their images and videos, not deeper) and glob
            patterns.

    Raises:
        InputError: A word means no file, or a file of another kind.
    """
    found: List[str] = []
    for word in inputs:
        if osp.isdir(word):
            names = sorted(n for n in os.listdir(word) if not of_macos(n))
            paths = [osp.join(word, name) for name in names]
            matches = [path for path in paths if _is_media(path)]
        elif osp.isfile(word):
            matches = [word]
        else:
            matches = sorted(glob.glob(word, recursive=True))
        if not matches:
            raise InputError(f'{word}: no image or video there; give files, '
                             'a folder that holds some, or a pattern')
        for path in matches:
            if not _is_media(path):
                raise InputError(
                    f'{path}: neither an image ({", ".join(IMAGE_SUFFIXES)}) '
                    f'nor a video ({", ".join(VIDEO_SUFFIXES)})')
        found += matches
    return list(dict.fromkeys(found))


def count_skipped(folder: str) -> Dict[str, int]:
    """Counts what :func:`find_media` passes over in a folder: files that are
    neither image nor video by their suffix, and ``'folders'``."""
    counts: Counter = Counter()
    for entry in os.scandir(folder):
        if entry.is_dir():
            counts['folders'] += 1
        elif of_macos(entry.name) or not _is_media(entry.path):
            counts[osp.splitext(entry.name)[1].lower() or 'no suffix'] += 1
    return counts


def is_video(path: str) -> bool:
    """Whether the file's name is that of a video."""
    return path.lower().endswith(VIDEO_SUFFIXES)


def open_video(path: str) -> cv2.VideoCapture:
    """Opens a video, or what may be one.

    Raises:
        InputError: Its name is no UTF-8, of which OpenCV dies.
    """
    if not is_utf8(path):
        name = path.encode(errors='backslashreplace').decode()
        raise InputError(f'{name}: its name is not UTF-8, which OpenCV needs; '
                         'rename it')
    return cv2.VideoCapture(path)


def count_images(paths: Sequence[str]) -> int:
    """Counts the images that :func:`read_media` is likely to give."""
    return sum(_frame_count(p) if is_video(p) else 1 for p in paths)


def read_media(path: str) -> Iterator[MediaImage]:
    """Reads the one image of a file, or the frames of a video.

    Raises:
        InputError: The file can't be decoded, or as :func:`open_video`; or,
            after what can be read of it, a video is damaged.
    """
    if not is_video(path):
        yield MediaImage(path, read_image(path))
        return
    video = open_video(path)
    fps = video.get(cv2.CAP_PROP_FPS) or 25.0
    count = int(video.get(cv2.CAP_PROP_FRAME_COUNT))
    number = 0
    while True:
        ok, frame = video.read()
        if not ok:
            break
        yield MediaImage(f'{path}#{number:06d}', frame, fps)
        number += 1
    video.release()
    if number == 0:
        raise InputError(f'{path}: no frame of it can be decoded; convert it '
                         'to MP4 (H.264)')
    # Of a damaged frame OpenCV says as little as of the end. Some containers
    # tell no count, or about how many there are.
    if number < _MOST_FRAMES * count - 1:
        raise InputError(f'{path}: ends after {number} of {count} frames; it '
                         'is damaged there: convert it anew')


def _is_media(path: str) -> bool:
    return is_video(path) or osp.isfile(path) and is_image(Path(path))


def _frame_count(path: str) -> int:
    video = open_video(path)
    count = int(video.get(cv2.CAP_PROP_FRAME_COUNT))
    video.release()
    return max(count, 1)
