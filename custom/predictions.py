"""Predictions of many files: drawn pictures, and one file in COCO's format."""
import json
import os
import os.path as osp
from typing import Iterator, List, Optional, Sequence

import cv2

from custom.analysis.draw import draw_detections
from custom.apis import Predictor
from custom.detection import Detection
from custom.files import write_text
from custom.media import Picture, is_video, read_media


def predict_files(predictor: Predictor,
                  paths: Sequence[str],
                  out_dir: str,
                  score_thr: float,
                  lang: str = 'en') -> Iterator[int]:
    """Detects in every picture, draws it, and writes ``predictions.json``.

    An image is drawn to ``<out_dir>/<name>.jpg``, a video to ``<name>.mp4``.
    The JSON has COCO's ``images``, ``categories`` and ``annotations`` (xywh
    in float pixels, with ``score``). It is written at the end, or when the
    caller stops early: then with what is done.

    Args:
        predictor: Finds the objects.
        paths: Image and video files, see :func:`custom.media.find_media`.
        out_dir: Made when it is not there.
        score_thr: Detections below are left out.
        lang: ``'en'`` or ``'ko'``, of the drawn names.

    Yields:
        The number of objects found, once a picture.

    Raises:
        InputError: A file can't be decoded, or the folder can't be written.
    """
    names = _output_names(paths)
    images: List[dict] = []
    annotations: List[dict] = []
    try:
        for path in paths:
            target = osp.join(out_dir, names[path])
            with _Canvas(target) as canvas:
                for picture in read_media(path):
                    found = [
                        d for d in predictor(picture.pixels)
                        if d.score >= score_thr
                    ]
                    images.append(_image_record(picture, len(images) + 1))
                    annotations += _box_records(found, predictor.classes,
                                                images[-1]['id'],
                                                len(annotations))
                    canvas.add(
                        draw_detections(
                            picture.pixels,
                            found,
                            lang=lang,
                            names=predictor.classes), picture.fps)
                    yield len(found)
    finally:
        write_text(
            osp.join(out_dir, 'predictions.json'),
            json.dumps(
                dict(
                    images=images,
                    categories=[
                        dict(id=i, name=name)
                        for i, name in enumerate(predictor.classes, 1)
                    ],
                    annotations=annotations),
                ensure_ascii=False))


def _output_names(paths: Sequence[str]) -> dict:
    """A name for each picture: two files of one name must not meet."""
    names: dict = {}
    for path in paths:
        stem = osp.splitext(osp.basename(path))[0]
        suffix = '.mp4' if is_video(path) else '.jpg'
        name, number = stem + suffix, 1
        while name in names.values():
            number += 1
            name = f'{stem}_{number}{suffix}'
        names[path] = name
    return names


def _image_record(picture: Picture, image_id: int) -> dict:
    height, width = picture.pixels.shape[:2]
    return dict(
        id=image_id, file_name=picture.name, width=width, height=height)


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


class _Canvas:
    """Writes one picture as JPEG, or the pictures of a video as MP4."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.video: Optional[cv2.VideoWriter] = None

    def __enter__(self) -> '_Canvas':
        os.makedirs(osp.dirname(self.path) or '.', exist_ok=True)
        return self

    def add(self, pixels, fps: float) -> None:
        if not fps:
            cv2.imwrite(self.path, pixels)
            return
        if self.video is None:
            height, width = pixels.shape[:2]
            self.video = cv2.VideoWriter(self.path,
                                         cv2.VideoWriter_fourcc(*'mp4v'), fps,
                                         (width, height))
        self.video.write(pixels)

    def __exit__(self, *_) -> None:
        if self.video is not None:
            self.video.release()
