"""Image files of tasks: those at hand, and others from Label Studio."""
import os
import posixpath
import time
from pathlib import Path
from typing import Any, Set
from urllib.parse import parse_qs, unquote, urlsplit

from custom.datasets.annotations.layout import escapes_folder
from custom.datasets.labeling.labeling_images import image_path
from custom.label_studio.labeling_config import LabelingConfig
from custom.label_studio.task_images import TaskImages
from custom.utils.atomic_write import write_bytes
from custom.utils.errors import InputError
from custom.utils.paths import is_utf8

_LIMIT, _FETCH_S = int(1e9), 300.
_NAME_BYTES = 255  # of file systems


class TaskFiles:
    """Names and files of the images of tasks.

    Args:
        images: Reads from Label Studio.
        config: Of the project.
        folder: Where images are at hand.
        cache: Where those from Label Studio go; what is there isn't fetched
            again.
    """

    def __init__(self, images: TaskImages, config: LabelingConfig,
                 folder: Path, cache: Path) -> None:
        self._images = images
        self._key = config.image_key
        self._folder = folder
        # As the paths at hand: an importer names files by whole paths.
        self._cache = Path(os.path.abspath(cache))
        self._names: Set[str] = set()

    def name(self, task: dict) -> str:
        """Name of the image of a task, a path below its folder: the
        name by which it was uploaded from here, or else its own in Label
        Studio; the same each time."""
        own = _own_name(self._address(task))
        told = task['data'].get('file_name')
        number = str(task['id'])
        candidates = (told, own, f'{number}-{own}')
        name = next((one for one in candidates if self._is_free(one)), number)
        self._names.add(name.casefold())
        return name

    def file(self, task: dict, name: str) -> Path:
        """The image of a task, fetched where it isn't at hand.

        Raises:
            InputError: Neither is it there, nor can it be fetched.
        """
        at_hand = image_path(self._folder, name)
        if at_hand.is_file():
            return Path(os.path.abspath(at_hand))
        path = self._cache / name
        if not path.is_file():
            write_bytes(path, self._fetch(task))
        return path

    def _fetch(self, task: dict) -> bytes:
        until = time.monotonic() + _FETCH_S
        try:
            return self._images.read(self._address(task), _LIMIT, until)
        except InputError as error:
            raise InputError(f'task {task["id"]}: {error}') from None

    def _address(self, task: dict) -> str:
        data = task.get('data')
        address = data.get(self._key) if isinstance(data, dict) else None
        if not isinstance(address, str):
            raise InputError(f'task {task["id"]}: its data have no '
                             f'"{self._key}". Delete the task.')
        return address

    def _is_free(self, name: Any) -> bool:
        return isinstance(
            name,
            str) and _is_file_name(name) and name.casefold() not in self._names


def _is_file_name(name: str) -> bool:
    return bool(name) and is_utf8(name) and not escapes_folder(name) and max(
        len(part.encode()) for part in name.split('/')) <= _NAME_BYTES


def _own_name(address: str) -> str:
    """Path of a file of a local storage, else the name of a file, with what
    Label Studio puts before it: that tells two of one name apart."""
    try:
        url = urlsplit(address)
    except ValueError:  # a host in brackets that is none
        return ''
    inside = parse_qs(url.query).get('d', [''])[0].lstrip('/')
    if inside and not escapes_folder(inside):
        return inside
    return posixpath.basename(unquote(url.path))
