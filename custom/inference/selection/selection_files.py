"""Selection files: a list as JSON lines, and a folder, best image first."""
import json
import math
from pathlib import Path
from typing import Sequence

from custom.inference.selection.image_selection import SelectedImage
from custom.utils.atomic_folder import progress, write_tree
from custom.utils.atomic_write import write_text


def write_list(out: Path, selected: Sequence[SelectedImage]) -> None:
    """Writes a line of JSON for each image: ``path``, which is absolute,
    ``uncertainty`` and ``distance``, null where that is infinite.

    Raises:
        InputError: The file can't be written.
    """
    write_text(out, '\n'.join(map(_line, selected)))


def write_images(out: Path, selected: Sequence[SelectedImage],
                 link: bool) -> None:
    """Writes a folder of the images, named by their places: ``001_a.jpg``.

    Args:
        out: The folder to make; it must not exist or be empty.
        selected: The images.
        link: As for :func:`custom.utils.atomic_folder.write_tree`.

    Raises:
        InputError: As ``write_tree``.
    """
    digits = len(str(len(selected)))
    images = {
        f'{place:0{digits}}_{one.path.name}': one.path
        for place, one in enumerate(selected, 1)
    }
    with progress(out, len(images), link) as shown:
        write_tree(out, images, lambda part: None, shown, link)


def _line(one: SelectedImage) -> str:
    distance = round(one.distance, 4) if math.isfinite(one.distance) else None
    return json.dumps(
        dict(
            path=str(one.path.absolute()),
            uncertainty=round(one.uncertainty, 4),
            distance=distance),
        ensure_ascii=False)
