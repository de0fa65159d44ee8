"""HTML page that needs no other file and no network: what all are made of."""
import base64
import hashlib
import json
import os
import re
import tempfile
from pathlib import Path
from typing import (Any, Callable, Dict, Iterable, Iterator, List, Mapping,
                    Sequence, TextIO)
from urllib.parse import quote

import numpy as np

from custom.classes import hex_color
from custom.utils.atomic_write import atomic_write
from custom.visualization.page.thumbs import thumb_side, thumbs
from custom.visualization.palette import class_colors, text_color

# Thumbnails per element: the page splits the text of a few of them to show
# 60 images, and has no 20,000 elements.
BLOCK = 200

Track = Callable[[Iterable, str, int], Iterable]

_STATIC = Path(__file__).parent / 'static'


def join_static(folder: Path, shared: Sequence[str],
                own: Sequence[str]) -> str:
    """Joins files, those that pages share before those of ``folder``."""
    paths = [
        *(_STATIC / name for name in shared), *(folder / name for name in own)
    ]
    return ''.join(path.read_text(encoding='utf-8') for path in paths)


def fill_template(template: str,
                  parts: Mapping[str, Iterable[str]]) -> Iterator[str]:
    """Fills ``{{name}}`` of a template with text in pieces.

    What is filled in is not looked through for names.

    Args:
        template: HTML. ``{{script_hash}}`` in its Content-Security-Policy is
            filled with that of the part ``script``: only this very script
            runs, whatever else came into the page.
        parts: The text of each name; of ``script`` a list.
    """
    digest = hashlib.sha256(''.join(parts['script']).encode()).digest()
    script_hash = f'sha256-{base64.b64encode(digest).decode()}'
    # Every second piece is the name of a part.
    pieces = re.split(r'\{\{(\w+)\}\}', template)
    for text, name in zip(pieces[::2], [*pieces[1::2], None]):
        yield text
        if name == 'script_hash':
            yield script_hash
        elif name is not None:
            yield from parts[name]


def embed(value: Any) -> str:
    """JSON that may stand inside a ``<script>`` element.

    ``<`` is escaped, so that no text can end the element or begin another;
    so is all that is not ASCII, lone surrogates included.
    """
    text = json.dumps(value, separators=(',', ':'), allow_nan=False)
    return text.replace('<', '\\u003c')


def relative_address(folder: Path, start: Path) -> str:
    """The address of a folder, seen from another."""
    return quote(Path(os.path.relpath(folder, start)).as_posix()) + '/'


def class_styles(names: Sequence[str]) -> List[Dict[str, str]]:
    """``name``, ``color`` and ``ink`` (of text on it) of each class."""
    return [
        dict(
            name=name,
            color=hex_color(color),
            ink=hex_color(text_color(color)))
        for name, color in class_colors(names).items()
    ]


def short_figures(values: Sequence[float]) -> list:
    """Rounds numbers for JSON: to hundredths of a pixel, and 12, not 12.0."""
    rounded = [round(float(value), 2) for value in values]
    return [int(v) if v.is_integer() else v for v in rounded]


def write_with_thumbs(path: Path, images: Sequence[Path],
                      page: Callable[[np.ndarray, TextIO],
                                     Iterable[str]], track: Track) -> None:
    """Writes a page with thumbnails, whole or not at all; memory stays flat.

    Args:
        path: The HTML file.
        images: The files that the thumbnails are of.
        page: Makes the text of the page from the images' sizes, float64
            (I, 2), NaN where one can't be decoded, and the elements with the
            thumbnails.
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
        sizes = _write_thumbs(blocks, images, track)
        blocks.seek(0)
        file.writelines(page(sizes, blocks))


def _write_thumbs(file: TextIO, paths: Sequence[Path],
                  track: Track) -> np.ndarray:
    """Writes the elements that hold the thumbnails, a line for each, and
    gives the images' sizes."""
    count = len(paths)
    sizes = np.full((count, 2), np.nan)
    made = thumbs(paths, thumb_side(count))
    for image, thumb in enumerate(track(made, 'thumbnails', count)):
        if image % BLOCK == 0:
            file.write('</script>\n' * (image > 0))
            file.write('<script type="text/plain" '
                       f'id="thumbs-{image // BLOCK}">\n')
        file.write(base64.b64encode(thumb.data).decode() + '\n')
        if thumb.data:
            sizes[image] = thumb.width, thumb.height
    file.write('</script>' * (count > 0))
    return sizes
