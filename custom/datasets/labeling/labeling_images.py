"""Images to label: those of a data set folder, or of any folder."""
from pathlib import Path
from typing import (Container, Dict, Iterable, Iterator, List, Mapping,
                    NamedTuple, Optional, Sequence, Tuple)

from custom.datasets.annotations.layout import (SPLITS, annotation_file,
                                                class_names, image_folder)
from custom.datasets.annotations.strict_reader import read_annotations
from custom.datasets.formats.exporters.labelstudio import regions
from custom.datasets.formats.importers.importer import read_samples
from custom.datasets.formats.importers.raw_samples import ImportOptions
from custom.datasets.formats.samples import ImportWarnings
from custom.utils.errors import InputError
from custom.utils.media import IMAGE_SUFFIXES
from custom.utils.paths import find_files, is_utf8

# Of its SUPPORTED_EXTENSIONS, what are images here.
_TAKEN = ('.jpg', '.jpeg', '.png', '.gif', '.bmp', '.webp')


class LabelingImage(NamedTuple):
    """An image: its name in the folder, with ``/`` before sub-folders; the
    split that it is in, '' for none; and the regions of the boxes that it
    has, None where nobody has looked for any."""
    path: Path
    name: str
    split: str = ''
    regions: Optional[List[dict]] = None


class LabelingFolder(NamedTuple):
    """Images of a folder, the classes of their boxes, None for none, and
    what an owner should know, counted."""
    images: List[LabelingImage]
    classes: Optional[Tuple[str, ...]]
    notes: ImportWarnings


def is_data_set(folder: Path) -> bool:
    """Whether a folder is a data set, and not just images."""
    return annotation_file(folder, 'train').exists()


def image_path(folder: Path, name: str) -> Path:
    """Path of the image of a name, if it is in the folder."""
    return (image_folder(folder) if is_data_set(folder) else folder) / name


def find_images(folder: Path) -> LabelingFolder:
    """The images of a folder that Label Studio takes.

    Raises:
        InputError: There is none, or the data set has errors.
    """
    if not folder.is_dir():
        raise InputError(f'{folder}: no such folder. Give a data set, '
                         'data/NAME, or a folder of pictures.')
    notes = ImportWarnings()
    classes = class_names(folder) if is_data_set(folder) else None
    found = [*(_labeled(folder, notes) if classes else _plain(folder))]
    taken = shown_images(found)
    notes['pictures left out, of formats or names that Label Studio does not '
          'take, or without a file'] = len(found) - len(taken)
    if not taken:
        raise InputError(f'{folder}: holds no picture that Label Studio '
                         f'shows ({", ".join(_TAKEN)}).')
    return LabelingFolder(taken, classes, notes)


def unlabeled_images(folder: Path) -> List[LabelingImage]:
    """The images of a folder that is no data set, in order of their names.

    Raises:
        InputError: It is one, or holds no image.
    """
    if is_data_set(folder):
        raise InputError(f'{folder}: is a data set, whose pictures have '
                         'labels. Give a folder of pictures.')
    found = [*_plain(folder)]
    if not found:
        raise InputError(f'{folder}: no picture there. Give a folder that '
                         'holds some.')
    return found


def labeled_images(folder: Path) -> Dict[str, List[Path]]:
    """Paths of the images of a data set, by split.

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


def shown_images(images: Iterable[LabelingImage]) -> List[LabelingImage]:
    """Images that Label Studio shows: of its formats, with names that are
    UTF-8, and no links to nothing."""
    return [
        one for one in images if one.name.lower().endswith(_TAKEN)
        and is_utf8(str(one.path)) and one.path.is_file()
    ]


def _plain(folder: Path) -> Iterator[LabelingImage]:
    for path in find_files(folder, IMAGE_SUFFIXES):
        yield LabelingImage(path, path.relative_to(folder).as_posix())


def _labeled(folder: Path, notes: ImportWarnings) -> Iterator[LabelingImage]:
    for split, samples in read_samples(
            'coco', folder, ImportOptions(flags=False)).splits.items():
        for sample in samples:
            yield LabelingImage(sample.image, sample.name, split,
                                regions(sample, notes))


class ImagePool(NamedTuple):
    """Paths of the images that are ``free`` to select; of those that are
    ``known``, since they have labels or a task; and of those of them that a
    detector has ``learned`` from, or will."""
    free: List[Path]
    known: List[Path]
    learned: List[Path]


def image_pool(images: Sequence[LabelingImage], labeled: Mapping[str,
                                                                 List[Path]],
               tasks: Container[str]) -> ImagePool:
    """The pool of a folder.

    Args:
        images: Of the folder.
        labeled: Of a data set, by split; none without one.
        tasks: Names of the images that have a task.
    """
    free = [one.path for one in images if one.name not in tasks]
    waiting = [one.path for one in images if one.name in tasks]
    known = [path for paths in labeled.values() for path in paths]
    return ImagePool(free, known + waiting,
                     [*labeled.get('train', ()), *waiting])
