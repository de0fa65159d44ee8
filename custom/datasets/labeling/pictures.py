"""Pictures to label: those of a data set folder, or of any folder."""
from pathlib import Path
from typing import Iterator, List, NamedTuple, Optional, Tuple

from custom.datasets.annotations.layout import (annotation_file, class_names,
                                                image_folder)
from custom.datasets.formats.exporters.labelstudio import regions
from custom.datasets.formats.importers.importer import read_samples
from custom.datasets.formats.samples import ImportWarnings
from custom.utils.errors import InputError
from custom.utils.media import IMAGE_SUFFIXES
from custom.utils.paths import find_files

# Of its SUPPORTED_EXTENSIONS, what are images here.
_TAKEN = ('.jpg', '.jpeg', '.png', '.gif', '.bmp', '.webp')


class Picture(NamedTuple):
    """A picture: its name in the folder, with ``/`` before sub-folders; the
    split that it is in, '' for none; and the regions of the boxes that it
    has, None where nobody has looked for any."""
    path: Path
    name: str
    split: str = ''
    regions: Optional[List[dict]] = None


class PictureFolder(NamedTuple):
    """Pictures of a folder, the classes of their boxes, None for none, and
    what an owner should know, counted."""
    pictures: List[Picture]
    classes: Optional[Tuple[str, ...]]
    notes: ImportWarnings


def is_data_set(folder: Path) -> bool:
    """Whether a folder is a data set, and not just pictures."""
    return annotation_file(folder, 'train').exists()


def picture_path(folder: Path, name: str) -> Path:
    """Where the picture of a name is, if it is in the folder."""
    return (image_folder(folder) if is_data_set(folder) else folder) / name


def find_pictures(folder: Path) -> PictureFolder:
    """The pictures of a folder that Label Studio takes.

    Raises:
        InputError: There is none, or the data set has errors.
    """
    if not folder.is_dir():
        raise InputError(f'{folder}: no such folder. Give a data set, '
                         'data/NAME, or a folder of pictures.')
    notes = ImportWarnings()
    classes = class_names(folder) if is_data_set(folder) else None
    found = [*(_labeled(folder, notes) if classes else _plain(folder))]
    taken = [one for one in found if one.name.lower().endswith(_TAKEN)]
    notes['pictures left out, of formats that Label Studio does not show'] = (
        len(found) - len(taken))
    if not taken:
        raise InputError(f'{folder}: holds no picture that Label Studio '
                         f'shows ({", ".join(_TAKEN)}).')
    return PictureFolder(taken, classes, notes)


def _plain(folder: Path) -> Iterator[Picture]:
    for path in find_files(folder, IMAGE_SUFFIXES):
        yield Picture(path, path.relative_to(folder).as_posix())


def _labeled(folder: Path, notes: ImportWarnings) -> Iterator[Picture]:
    for split, samples in read_samples('coco', folder).splits.items():
        for sample in samples:
            yield Picture(sample.image, sample.name, split,
                          regions(sample, notes))
