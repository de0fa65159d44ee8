"""Video frames for labeling: one every so often, without near duplicates."""
import re
from pathlib import Path
from typing import (Callable, Dict, Iterable, Iterator, List, NamedTuple,
                    Sequence, Union)

import cv2
import numpy as np

from custom.datasets.images.hash_table import ImageHashes
from custom.datasets.images.near_duplicates import looks_like_any
from custom.datasets.images.perceptual_hash import hash_image
from custom.datasets.images.scan import ImageScan
from custom.utils.atomic_folder import write_tree
from custom.utils.errors import InputError
from custom.utils.image_io import write_jpeg
from custom.utils.media import (VIDEO_SUFFIXES, MediaImage, find_media,
                                is_video, read_media)

_EVERY = re.compile(r'(?P<number>\d+(\.\d+)?)(?P<unit>s|ms)|(?P<frames>\d+)f')
_SECONDS = dict(s=1., ms=1e-3)


class FrameInterval(NamedTuple):
    """Interval between frames: seconds, or where these are 0 frames."""
    seconds: float
    frames: int

    def steps(self, fps: float) -> float:
        """Frames from one to the next in a video, at least 1."""
        return max(self.seconds * fps if self.seconds else self.frames, 1)


class FrameCounts(NamedTuple):
    """Counts of the frames that were written, and of those left out because
    they look the same as one that was."""
    kept: int
    similar: int


def parse_interval(text: str) -> FrameInterval:
    """Interval of a command line: ``1s``, ``0.5s``, ``500ms`` or ``10f``.

    Raises:
        InputError: It is none of these, or 0.
    """
    match = _EVERY.fullmatch(text)
    interval = FrameInterval(
        float(match['number'] or 0) * _SECONDS.get(match['unit'], 0),
        int(match['frames'] or 0)) if match else FrameInterval(0, 0)
    if not any(interval):
        raise InputError(f'--every {text}: give seconds (1s, 0.5s), '
                         'milliseconds (500ms) or frames (10f), above 0')
    return interval


def find_videos(inputs: Sequence[str]) -> List[str]:
    """Finds the videos that words of a command line mean.

    Args:
        inputs: Files, folders and patterns, as of
            :func:`custom.utils.media.find_media`.

    Raises:
        InputError: A word means no video, or two have one name, by which
            their frames are called.
    """
    by_stem: Dict[str, str] = {}
    for word in inputs:
        videos = [path for path in find_media([word]) if is_video(path)]
        if not videos:
            raise InputError(f'{word}: no video there; give one '
                             f'({", ".join(VIDEO_SUFFIXES)})')
        for path in videos:
            # Not every disk tells upper from lower case.
            stem = Path(path).stem.casefold()
            if by_stem.setdefault(stem, path) != path:
                raise InputError(
                    f'{path}: its frames would be called as those of '
                    f'{by_stem[stem]}; rename one, or cut them apart')
    return [*by_stem.values()]


def write_frames(videos: Sequence[str],
                 every: FrameInterval,
                 out: Union[str, Path],
                 track: Callable[[Iterable], Iterable] = iter) -> FrameCounts:
    """Writes frames of videos as ``VIDEO_000012.jpg`` into a folder.

    The number is that of the frame, from 0; quality is 95. A frame that looks
    the same as one that was written, of whichever video, by the judgment
    that keeps images in one split, is left out. The folder appears whole or
    not at all; what was interrupted is begun anew by the next call.

    Args:
        videos: Paths of files.
        every: From one frame to the next, in time by the frame rate that the
            video states.
        out: The folder to make; it must not exist or be empty.
        track: Passes the frames on while it shows progress.

    Raises:
        InputError: As :func:`custom.utils.atomic_folder.write_tree`, or no
            frame of a video can be decoded.
    """
    counts = FrameCounts(0, 0)

    def write(folder: Path) -> None:
        nonlocal counts
        counts = _write_new(_due(track(_frames(videos)), every), folder)

    write_tree(Path(out), {}, write)
    return counts


class _Frame(NamedTuple):
    """Frame of a video: what its file is called, and its number from 0."""
    stem: str
    number: int
    image: MediaImage


def _frames(videos: Sequence[str]) -> Iterator[_Frame]:
    for path in videos:
        for number, image in enumerate(read_media(path)):
            yield _Frame(Path(path).stem, number, image)


def _due(frames: Iterable[_Frame], every: FrameInterval) -> Iterator[_Frame]:
    """Due frames: those that are nearest to a multiple of the interval."""
    for frame in frames:
        step = every.steps(frame.image.fps)
        if round(round(frame.number / step) * step) == frame.number:
            yield frame


def _write_new(frames: Iterable[_Frame], folder: Path) -> FrameCounts:
    kept, similar = ImageHashes(), 0
    for frame in frames:
        scan = _scan(frame.image.pixels)
        if looks_like_any(scan, kept):
            similar += 1
            continue
        kept.add(scan)
        write_jpeg(
            str(folder / f'{frame.stem}_{frame.number:06d}.jpg'),
            frame.image.pixels)
    return FrameCounts(len(kept), similar)


def _scan(pixels: np.ndarray) -> ImageScan:
    height, width = pixels.shape[:2]
    phash, thumb = hash_image(cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY))
    return ImageScan('', width, height, phash=phash, thumb=thumb)
