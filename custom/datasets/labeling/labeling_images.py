"""Images to label: those of a data set folder, or of any folder."""
from pathlib import Path
from typing import Dict, Iterable, Iterator, List, NamedTuple, Optional, Tuple

from custom.datasets.annotations.layout import (SPLITS, annotation_file,
                                                class_names, image_folder)
from custom.datasets.annotations.strict_reader import read_annotations
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
    taken = shown_pictures(found)
    notes['pictures left out, of formats that Label Studio does not show'] = (
        len(found) - len(taken))
    if not taken:
        raise InputError(f'{folder}: holds no picture that Label Studio '
                         f'shows ({", ".join(_TAKEN)}).')
    return PictureFolder(taken, classes, notes)


def unlabeled_pictures(folder: Path) -> List[Picture]:
    """The pictures of a folder that is no data set, in order of their names.

    Raises:
        InputError: It is one, or holds no picture.
    """
    if is_data_set(folder):
        raise InputError(f'{folder}: is a data set, whose pictures have '
                         'labels. Give a folder of pictures.')
    found = [*_plain(folder)]
    if not found:
        raise InputError(f'{folder}: no picture there. Give a folder that '
                         'holds some.')
    return found


def labeled_pictures(folder: Path) -> Dict[str, List[Path]]:
    """Paths of the pictures of a data set, by split.

    Raises:
        InputError: It is none, or has errors.
    """
    class_names(folder)
    return {
        split: [
            image_folder(folder) / name for name in read_annotations(
                annotation_file(folder, split)).file_names
        ]
        for split in SPLITS if annotation_file(folder, split).exists()
    }


def shown_pictures(pictures: Iterable[Picture]) -> List[Picture]:
    """Those that Label Studio shows."""
    return [one for one in pictures if one.name.lower().endswith(_TAKEN)]


def _plain(folder: Path) -> Iterator[Picture]:
    for path in find_files(folder, IMAGE_SUFFIXES):
        yield Picture(path, path.relative_to(folder).as_posix())


def _labeled(folder: Path, notes: ImportWarnings) -> Iterator[Picture]:
    for split, samples in read_samples('coco', folder).splits.items():
        for sample in samples:
            yield Picture(sample.image, sample.name, split,
                          regions(sample, notes))
