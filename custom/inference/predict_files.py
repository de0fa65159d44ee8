"""Batch inference on files: drawn images, and one file in COCO's format."""
import contextlib
import json
import os
import os.path as osp
from typing import Collection, Dict, Iterator, List, Optional, Sequence, Tuple

import cv2
import numpy as np

from custom.structures.detection import Detection, Predictor, passes_threshold
from custom.utils.atomic_write import write_text
from custom.utils.errors import InputError
from custom.utils.image_io import write_jpeg
from custom.utils.media import MediaImage, is_video, open_video, read_media
from custom.visualization.draw import draw_detections

# What a call leaves that has done all, or some of it.
_RESULTS = 'predictions.json', 'predictions.partial.json'
_SHOWN = 10  # of the files that can't be read


def predict_files(predictor: Predictor,
                  paths: Sequence[str],
                  out_dir: str,
                  score_thr: Optional[float] = None,
                  lang: str = 'en',
                  classes: Optional[Collection[str]] = None) -> Iterator[int]:
    """Batch inference: every image drawn, and one ``predictions.json``.

    An image is drawn to ``<out_dir>/<name>.jpg``, a video to ``<name>.mp4``.
    The JSON has COCO's ``images``, ``categories`` and ``annotations`` (xywh
    in float pixels, with ``score``). It is written at the end; when the work
    stops early, what is done goes to ``predictions.partial.json``. A file that
    can't be read doesn't stop it: the others are done first.

    Args:
        predictor: Finds the objects.
        paths: Image and video files, see
            :func:`custom.utils.media.find_media`.
        out_dir: Made when it is not there.
        score_thr: Detections below are left out; None for the threshold
            that the checkpoint has for each class, or 0.5.
        lang: ``'en'`` or ``'ko'``, of the drawn names.
        classes: Detections of others are left out; None for all.

    Yields:
        The number of objects found, once an image.

    Raises:
        InputError: A file would be overwritten, the folder can't be written,
            or there is no such class; or, when all others are done, a file
            can't be decoded.
    """
    unknown = {*(classes or ())}.difference(predictor.classes)
    if unknown:
        raise InputError(
            f'no class {", ".join(sorted(unknown))}; the detector '
            f'finds {", ".join(predictor.classes)}')
    failures: List[str] = []
    targets = _targets(paths, out_dir)
    images: List[dict] = []
    annotations: List[dict] = []
    result = _RESULTS[1]
    try:
        for path in paths:
            with _ImageWriter(targets[path]) as writer:
                for image in _readable(path, failures):
                    found = [
                        d for d in predictor(image.pixels)
                        if passes_threshold(d, predictor.thresholds, score_thr)
                        and (classes is None or d.label in classes)
                    ]
                    images.append(_image_record(image, len(images) + 1))
                    annotations += _box_records(found, predictor.classes,
                                                images[-1]['id'],
                                                len(annotations))
                    writer.add(
                        draw_detections(
                            image.pixels,
                            found,
                            lang=lang,
                            names=predictor.classes), image.fps)
                    yield len(found)
        with contextlib.suppress(FileNotFoundError):
            os.remove(osp.join(out_dir, result))
        result = _RESULTS[0]
    finally:
        write_text(
            osp.join(out_dir, result),
            json.dumps(
                dict(
                    images=images,
                    categories=[
                        dict(id=i, name=name)
                        for i, name in enumerate(predictor.classes, 1)
                    ],
                    annotations=annotations),
                ensure_ascii=False))
    if failures:
        shown = failures[:_SHOWN] + ['…'] * (len(failures) > _SHOWN)
        raise InputError(
            f'{len(failures)} of {len(paths)} files could not be read, the '
            f'others are done ({osp.join(out_dir, result)}):\n' +
            '\n'.join(shown))


def _readable(path: str, failures: List[str]) -> Iterator[MediaImage]:
    """Images of a file until one can't be read, which is noted."""
    try:
        yield from read_media(path)
    except InputError as error:
        failures.append(str(error))


def _targets(paths: Sequence[str], out_dir: str) -> Dict[str, str]:
    """Output path of each file: two of one name must not meet, nor a drawing
    and a file that is still to be read."""
    inputs = {_file_id(path) for path in paths if osp.exists(path)}
    # What is there may be the drawings of a call before.
    is_own = any(osp.exists(osp.join(out_dir, name)) for name in _RESULTS)
    targets: Dict[str, str] = {}
    taken = set()
    for path in paths:
        stem = osp.join(out_dir, osp.splitext(osp.basename(path))[0])
        suffix = '.mp4' if is_video(path) else '.jpg'
        target, number = stem + suffix, 1
        while target.casefold() in taken:  # a disk may not tell A from a
            number += 1
            target = f'{stem}_{number}{suffix}'
        if osp.exists(target) and (not is_own or _file_id(target) in inputs):
            raise InputError(f'{target}: would be overwritten by the drawing '
                             f'of {path}; choose another --out-dir')
        taken.add(target.casefold())
        targets[path] = target
    return targets


def _file_id(path: str) -> Tuple[int, int]:
    """Device and inode: the same for all names of a file."""
    stat = os.stat(path)
    return stat.st_dev, stat.st_ino


def _image_record(image: MediaImage, image_id: int) -> dict:
    height, width = image.pixels.shape[:2]
    return dict(id=image_id, file_name=image.name, width=width, height=height)


def _box_records(found: Sequence[Detection], classes: Sequence[str],
                 image_id: int, done: int) -> List[dict]:
    records = []
    for number, detection in enumerate(found, done + 1):
        x1, y1, x2, y2 = detection.box
        records.append(
            dict(
                id=number,
                image_id=image_id,
                category_id=classes.index(detection.label) + 1,
                bbox=[x1, y1, x2 - x1, y2 - y1],
                area=(x2 - x1) * (y2 - y1),
                iscrowd=0,
                score=detection.score))
    return records


class _ImageWriter:
    """Writer of an image as JPEG, or of those of a video as MP4; whole, or
    not at all."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.part = f'{path}.part.mp4'  # OpenCV goes by the ending
        self.video: Optional[cv2.VideoWriter] = None
        self.frames = 0

    def __enter__(self) -> '_ImageWriter':
        return self

    def add(self, pixels: np.ndarray, fps: float) -> None:
        if not fps:
            write_jpeg(self.path, pixels)
            return
        if self.video is None:
            os.makedirs(osp.dirname(self.part) or '.', exist_ok=True)
            height, width = pixels.shape[:2]
            # Some files claim a rate that no writer takes.
            self.video = cv2.VideoWriter(self.part,
                                         cv2.VideoWriter_fourcc(*'mp4v'),
                                         min(fps, 120), (width, height))
            if not self.video.isOpened():
                raise InputError(f'{self.path}: cannot be written as a video '
                                 f'({width} x {height} pixels); choose '
                                 'another --out-dir')
        self.video.write(pixels)
        self.frames += 1

    def __exit__(self, kind: Optional[type], *_) -> None:
        if self.video is None:
            return
        self.video.release()
        # Of a disk that is full OpenCV says nothing.
        whole = kind is None and self._frames_in_part() >= self.frames
        if whole:
            os.replace(self.part, self.path)
        elif osp.exists(self.part):
            os.remove(self.part)
        if kind is None and not whole:
            raise InputError(f'{self.path}: cannot be written whole; is the '
                             'disk full?')

    def _frames_in_part(self) -> int:
        written = open_video(self.part)
        count = int(written.get(cv2.CAP_PROP_FRAME_COUNT))
        written.release()
        return count
