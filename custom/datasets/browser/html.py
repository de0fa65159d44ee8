"""HTML page of a data set that needs no other file and no network."""
import base64
import hashlib
import json
import os
import re
import tempfile
from pathlib import Path
from typing import (Any, Callable, Dict, Iterable, Iterator, List, Optional,
                    Sequence, TextIO, Tuple)
from urllib.parse import quote

import numpy as np

from custom.datasets.annotations.issues import CODES, SEVERITIES, Issue
from custom.datasets.annotations.layout import image_folder
from custom.datasets.browser.gallery import Finder, Gallery
from custom.datasets.browser.pipeline import PipelinePreview
from custom.datasets.browser.thumbs import thumb_side, thumbs, webp
from custom.utils.atomic_write import atomic_write
from custom.visualization.palette import class_colors, text_color

# In this order they are one script.
_SCRIPTS = ('dom', 'state', 'images', 'statistics', 'problems', 'pipeline',
            'page')
# Thumbnails per element: the page splits the text of a few of them to show
# 60 pictures, and has no 20,000 elements.
_BLOCK = 200

Track = Callable[[Iterable, str, int], Iterable]


def write_page(path: Path, gallery: Gallery, problems: Sequence[Issue],
               seen: Optional[PipelinePreview], track: Track) -> None:
    """Writes the page, whole or not at all; memory stays flat.

    Args:
        path: The HTML file. The large pictures are found from its folder, so
            that both may move together.
        gallery: The images and boxes.
        problems: What the checks found in them.
        seen: What a model would see of them, or None.
        track: Called with the thumbnails as they are made, a word and their
            number; passes them on.

    Raises:
        InputError: The file can't be written.
    """
    with atomic_write(path) as part, open(
            part, 'w', encoding='utf-8') as file, tempfile.TemporaryFile(
                'w+', dir=Path(path).parent) as blocks:
        # The sizes of the images stand at the start of the page, and are
        # known when the last thumbnail is made.
        sizes = _write_thumbs(blocks, gallery, track)
        blocks.seek(0)
        page = _page(
            Path(path), gallery._replace(sizes=sizes), problems, seen, blocks)
        file.writelines(page)


def embed(value: Any) -> str:
    """JSON that may stand inside a ``<script>`` element.

    ``<`` is escaped, so that no text can end the element or begin another;
    so is all that is not ASCII, lone surrogates included.
    """
    text = json.dumps(value, separators=(',', ':'), allow_nan=False)
    return text.replace('<', '\\u003c')


def _page(path: Path, gallery: Gallery, problems: Sequence[Issue],
          seen: Optional[PipelinePreview], blocks: TextIO) -> Iterator[str]:
    script = ''.join(_own(f'{name}.js') for name in _SCRIPTS)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest())
    parts: Dict[str, Iterable[str]] = dict(
        # Only this very script runs, whatever else came into the page.
        script_hash=[f'sha256-{digest.decode()}'],
        style=[_own('page.css')],
        script=[script],
        data=_data(path, gallery, problems, seen),
        thumbs=blocks)
    # Every second piece is the name of a part.
    pieces = re.split(r'\{\{(\w+)\}\}', _own('page.html'))
    for text, name in zip(pieces[::2], [*pieces[1::2], None]):
        yield text
        if name is not None:
            yield from parts[name]


def _own(name: str) -> str:
    return (Path(__file__).parent / 'static' /
            name).read_text(encoding='utf-8')


def _data(path: Path, gallery: Gallery, problems: Sequence[Issue],
          seen: Optional[PipelinePreview]) -> Iterator[str]:
    """The JSON object that state.js reads."""
    codes = sorted({problem.code for problem in problems}, key=_badness)
    head = dict(
        name=gallery.folder.absolute().name,
        folder=_relative(image_folder(gallery.folder), path.parent),
        splits=gallery.splits,
        classes=_classes(gallery.classes),
        codes=[
            dict(
                code=name,
                severity=CODES[name].severity,
                title=CODES[name].title,
                effect=CODES[name].impact,
                cure=CODES[name].fix_hint) for name in codes
        ],
        block=_BLOCK,
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
            [_figures(b) for b in problem.boxes if np.isfinite(b).all()],
        ])
    yield ']}'


def _badness(code: str) -> Tuple[int, int]:
    return SEVERITIES.index(CODES[code].severity), list(CODES).index(code)


def _relative(folder: Path, start: Path) -> str:
    """The address of a folder, seen from another."""
    return quote(Path(os.path.relpath(folder, start)).as_posix()) + '/'


def _classes(names: Sequence[str]) -> List[dict]:
    return [
        dict(name=name, colour=_hex(color), ink=_hex(text_color(color)))
        for name, color in class_colors(names).items()
    ]


def _hex(color: Sequence[int]) -> str:
    return '#{:02x}{:02x}{:02x}'.format(*color)


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
        flat += [label, *_figures(box), int(ignored)]
    return flat


def _figures(values: Sequence[float]) -> list:
    """Hundredths of a pixel are enough to look at; 12, not 12.0, is short."""
    rounded = [round(float(value), 2) for value in values]
    return [int(v) if v.is_integer() else v for v in rounded]


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


def _write_thumbs(file: TextIO, gallery: Gallery, track: Track) -> np.ndarray:
    """Writes the elements that hold the thumbnails, a line for each.

    Returns:
        float64 (I, 2), the images' sizes as decoded, or else as recorded.
    """
    sizes = gallery.sizes.copy()
    count = len(gallery.names)
    made = thumbs([gallery.path(i) for i in range(count)], thumb_side(count))
    for image, thumb in enumerate(track(made, 'thumbnails', count)):
        if image % _BLOCK == 0:
            file.write('</script>\n' * (image > 0))
            file.write('<script type="text/plain" '
                       f'id="thumbs-{image // _BLOCK}">\n')
        file.write(base64.b64encode(thumb.data).decode() + '\n')
        if thumb.data:
            sizes[image] = thumb.width, thumb.height
    file.write('</script>' * (count > 0))
    return sizes
