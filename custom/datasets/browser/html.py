"""HTML page of a data set that needs no other file and no network."""
import base64
from pathlib import Path
from typing import Iterator, Optional, Sequence, TextIO, Tuple

import numpy as np

from custom.datasets.annotations.issues import CODES, SEVERITIES, Issue
from custom.datasets.annotations.layout import image_folder
from custom.datasets.browser.gallery import Finder, Gallery
from custom.datasets.browser.pipeline import PipelinePreview
from custom.visualization.page.html_page import (BLOCK, Track, class_styles,
                                                 embed, fill_template,
                                                 join_static, relative_address,
                                                 short_figures,
                                                 write_with_thumbs)
from custom.visualization.page.thumbs import webp

_STATIC = Path(__file__).parent / 'static'
# In this order they are one script.
_SHARED = ('words.js', 'dom.js', 'address.js', 'image_boxes.js', 'large.js')
_SCRIPTS = ('state.js', 'images.js', 'statistics.js', 'problems.js',
            'pipeline.js', 'page.js')


def write_page(path: Path, gallery: Gallery, problems: Sequence[Issue],
               seen: Optional[PipelinePreview], track: Track) -> None:
    """Writes the page, whole or not at all; memory stays flat.

    Args:
        path: The HTML file. The large images are found from its folder, so
            that both may move together.
        gallery: The images and boxes.
        problems: What the checks found in them.
        seen: What a model would see of them, or None.
        track: Called with the thumbnails as they are made, a word and their
            number; passes them on.

    Raises:
        InputError: The file can't be written.
    """

    def page(sizes: np.ndarray, blocks: TextIO) -> Iterator[str]:
        sizes = np.where(np.isnan(sizes), gallery.sizes, sizes)
        return _page(
            Path(path), gallery._replace(sizes=sizes), problems, seen, blocks)

    images = range(len(gallery.names))
    write_with_thumbs(path, [*map(gallery.path, images)], page, track)


def _page(path: Path, gallery: Gallery, problems: Sequence[Issue],
          seen: Optional[PipelinePreview], blocks: TextIO) -> Iterator[str]:
    return fill_template(
        join_static(_STATIC, (), ['page.html']),
        dict(
            style=[join_static(_STATIC, ['base.css'], ['page.css'])],
            script=[join_static(_STATIC, _SHARED, _SCRIPTS)],
            data=_data(path, gallery, problems, seen),
            thumbs=blocks))


def _data(path: Path, gallery: Gallery, problems: Sequence[Issue],
          seen: Optional[PipelinePreview]) -> Iterator[str]:
    """The JSON object that state.js reads."""
    codes = sorted({problem.code for problem in problems}, key=_badness)
    head = dict(
        name=gallery.folder.absolute().name,
        folder=relative_address(image_folder(gallery.folder), path.parent),
        splits=gallery.splits,
        classes=class_styles(gallery.classes),
        codes=[
            dict(
                code=name,
                severity=CODES[name].severity,
                title=CODES[name].title,
                effect=CODES[name].impact,
                cure=CODES[name].fix_hint) for name in codes
        ],
        block=BLOCK,
        pipeline=None if seen is None else _seen(seen))
    yield embed(head)[:-1]
    yield ',"images":['
    for image in range(len(gallery.names)):
        yield ',' * (image > 0) + embed(_image(gallery, image))
    yield '],"problems":['
    find = Finder(gallery)
    for position, problem in enumerate(problems):
        yield ',' * (position > 0) + embed([
            codes.index(problem.code),
            gallery.splits.index(problem.split)
            if problem.split in gallery.splits else -1,
            problem.record,
            problem.detail,
            find.images(problem),
            [short_figures(b) for b in problem.boxes if np.isfinite(b).all()],
        ])
    yield ']}'


def _badness(code: str) -> Tuple[int, int]:
    return SEVERITIES.index(CODES[code].severity), list(CODES).index(code)


def _image(gallery: Gallery, image: int) -> list:
    rows = gallery.rows(image)
    size = [int(s) if np.isfinite(s) else 0 for s in gallery.sizes[image]]
    return [
        gallery.names[image],
        int(gallery.split_of[image]), *size,
        _boxes(gallery.labels[rows], gallery.boxes[rows], gallery.crowd[rows])
    ]


def _boxes(labels: np.ndarray, boxes: np.ndarray, crowd: np.ndarray) -> list:
    """label, x, y, w, h, crowd of one box after the other."""
    flat: list = []
    for label, box, ignored in zip(labels.tolist(), boxes, crowd.tolist()):
        flat += [label, *short_figures(box), int(ignored)]
    return flat


def _seen(seen: PipelinePreview) -> dict:
    return dict(
        config=seen.config,
        error=seen.error,
        steps=seen.steps,
        samples=[
            dict(
                name=sample.name,
                draws=[
                    dict(
                        source=base64.b64encode(webp(view.image)).decode(),
                        width=view.size[0],
                        height=view.size[1],
                        boxes=_boxes(view.labels, view.boxes, view.crowd))
                    for view in sample.views
                ]) for sample in seen.samples
        ])
