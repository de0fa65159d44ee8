"""Object store: lists and reads images of S3, GCS and what else pyarrow
knows by a URI."""
import functools
from typing import List, Tuple

from pyarrow.fs import FileSelector, FileSystem, FileType

from custom.utils.errors import InputError
from custom.utils.media import IMAGE_SUFFIXES
from custom.utils.parallel import parallel_map
from custom.utils.setup_env import without_torch


class StoreError(InputError):
    """A store that doesn't answer, which no single image is to blame for."""


def is_uri(path: str) -> bool:
    """Whether a path is that of a store: ``s3://bucket/key``."""
    return '://' in path


def list_store(uri: str) -> List[str]:
    """Lists the images below a prefix, at any depth, sorted by name.

    Args:
        uri: ``s3://bucket/prefix`` or ``gs://bucket/prefix``; options of
            pyarrow's file system follow a ``?``.

    Returns:
        ``s3://bucket/key`` of each, without the options.

    Raises:
        StoreError: The store doesn't answer, or there is no such prefix.
    """
    # In a process of its own that is no fork: the clients of stores have
    # threads, and those neither survive one nor may be there at the next.
    with without_torch():
        names, = parallel_map(
            _list, [uri], _list_crashed, start_method='spawn')
    return names


def read_store(name: str, options: str) -> bytes:
    """Reads a file of a store.

    Args:
        name: ``s3://bucket/key``, the key as it is, not quoted.
        options: Of the file system, as in a URI after the ``?``.

    Raises:
        InputError: There is no such file, or it may not be read.
        StoreError: The store doesn't answer.
    """
    scheme, _, path = name.partition('://')
    bucket = path.partition('/')[0]
    # The disk as a store, file:///images, has no bucket but its root.
    store, _ = _file_system(f'{scheme}://{bucket or "/"}', options)
    try:
        with store.open_input_stream(path) as file:
            return file.read()
    except OSError as error:
        _require_answer(store, bucket or '/', name)
        raise InputError(f'{name}: cannot be read ({error}); put the image '
                         'there, or remove its record') from None


def _list(uri: str) -> List[str]:
    base, _, options = uri.partition('?')
    store, path = _file_system(base, options)
    try:
        found = store.get_file_info(FileSelector(path, recursive=True))
    except OSError as error:
        raise StoreError(f'{base}: cannot be listed ({error}); see that the '
                         'prefix is there and that the credentials of this '
                         'machine let it be read') from None
    scheme = base.partition('://')[0]
    return sorted(f'{scheme}://{info.path}' for info in found
                  if info.type == FileType.File
                  and info.path.lower().endswith(IMAGE_SUFFIXES))


def _list_crashed(uri: str, how: str) -> List[str]:
    raise StoreError(f'{uri}: the process that listed it ended ({how})')


@functools.lru_cache(maxsize=None)
def _file_system(base: str, options: str) -> Tuple[FileSystem, str]:
    try:
        return FileSystem.from_uri(f'{base}?{options}' if options else base)
    except (OSError, ValueError) as error:
        raise StoreError(
            f'{base}: no store that pyarrow can open ({error}); '
            'give s3://bucket/prefix or gs://bucket/prefix') from None


def _require_answer(store: FileSystem, bucket: str, name: str) -> None:
    try:
        store.get_file_info(bucket)
    except OSError as error:
        raise StoreError(f'{name}: the store does not answer ({error}); start '
                         'again when it does, the parts that are written '
                         'stay') from None
