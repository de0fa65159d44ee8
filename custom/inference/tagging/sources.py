"""Image sources: folder, glob, list of paths, Parquet of bytes, store."""
import glob
import hashlib
import os.path as osp
from pathlib import Path
from typing import List, Protocol, Sequence

from custom.inference.tagging.image_lists import (LIST_SUFFIXES, BytesColumn,
                                                  holds_bytes, read_paths)
from custom.inference.tagging.object_store import (is_uri, list_store,
                                                   read_store)
from custom.utils.errors import InputError
from custom.utils.media import is_image
from custom.utils.paths import find_files


class ImageSource(Protocol):
    """Images in an order that stays: :class:`PathSource` or
    :class:`custom.inference.tagging.image_lists.BytesColumn`.

    ``digest`` tells one source from another, ``forks`` whether forks of a
    process may read it. It is copied into each process that does.
    """
    digest: str
    forks: bool

    def __len__(self) -> int:
        """Number of images."""

    def name(self, index: int) -> str:
        """Path of an image, or what else says where it is."""

    def read(self, index: int) -> bytes:
        """Bytes of an image file.

        Raises:
            Exception: They can't be read.
        """


class PathSource:
    """Images by their paths, on this machine or in a store.

    Args:
        paths: Of files, or ``s3://bucket/key`` as of
            :func:`custom.inference.tagging.object_store.list_store`.
        options: Of the store's file system.

    Attributes:
        forks: False of paths in a store, whose clients have threads.
        digest: Of the paths and their order; what the files hold is not
            looked at.
    """

    def __init__(self, paths: Sequence[str], options: str = '') -> None:
        self._paths = paths
        self._options = options
        self.forks = not any(map(is_uri, paths))
        digest = hashlib.sha256()
        for path in paths:
            digest.update(f'{path}\0'.encode(errors='surrogateescape'))
        self.digest = digest.hexdigest()

    def __len__(self) -> int:
        return len(self._paths)

    def name(self, index: int) -> str:
        return self._paths[index]

    def read(self, index: int) -> bytes:
        """Bytes of an image file.

        Raises:
            InputError: As :func:`read_store`.
            OSError: Of a file of this machine.
        """
        path = self._paths[index]
        if is_uri(path):
            return read_store(path, self._options)
        with open(path, 'rb') as file:
            return file.read()


def open_source(src: str, column: str) -> ImageSource:
    """Finds the images that a word of a command line means.

    Args:
        src: A folder (what is in it at any depth), an image, a glob pattern,
            a list (``.csv``, ``.jsonl`` or ``.parquet``), or the prefix of a
            store, ``s3://bucket/prefix``.
        column: Of a list: the one that holds paths or, in Parquet, bytes.

    Raises:
        InputError: It means no image, or can't be read.
    """
    source: ImageSource
    if is_uri(src):
        source = PathSource(list_store(src), src.partition('?')[2])
    elif not src.lower().endswith(LIST_SUFFIXES) or osp.isdir(src):
        source = PathSource(_find_images(src))
    elif holds_bytes(src, column):
        source = BytesColumn(src, column)
    else:
        source = PathSource(read_paths(src, column))
    if not len(source):
        raise InputError(f'{src}: no picture there; give a folder, a pattern, '
                         f'a list ({", ".join(LIST_SUFFIXES)}) or '
                         's3://bucket/prefix')
    return source


def _find_images(src: str) -> List[str]:
    if osp.isdir(src):
        found = map(str, find_files(Path(src), ('', )))
    elif osp.isfile(src):
        found = iter([src])
    else:
        found = iter(sorted(glob.glob(src, recursive=True)))
    return [
        path for path in found if osp.isfile(path) and is_image(Path(path))
    ]
