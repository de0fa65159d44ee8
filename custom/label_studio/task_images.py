"""Task images: from the Label Studio that is trusted, or a local folder.

What a task names is an address that anybody who may make tasks has chosen, so
it only ever selects a path below the one host that the operator has named.
"""
import os
from pathlib import Path
from typing import Optional
from urllib.parse import parse_qs, unquote, urlsplit

from custom.label_studio.client import LabelStudioClient, LabelStudioError

# Where Label Studio has images, and nothing else.
_PLACES = ('/data/', '/storage-data/', '/tasks/')
_LOCAL = '/data/local-files/'


class TaskImages:
    """Reader of the images that tasks name.

    Args:
        client: Of the Label Studio whose tasks they are; None to read only
            from the folder.
        folder: The folder that Label Studio has as
            ``LOCAL_FILES_DOCUMENT_ROOT``; None to ask Label Studio for
            what is in it, too.
    """

    def __init__(self,
                 client: Optional[LabelStudioClient],
                 folder: Optional[Path] = None) -> None:
        self._client = client
        self._folder = folder and Path(os.path.realpath(folder))

    def read(self, address: str, limit: int, deadline: float) -> bytes:
        """The bytes of an image.

        Args:
            address: As a task names it.
            limit: How many bytes there may be.
            deadline: Until when, in ``time.monotonic``.

        Raises:
            LabelStudioError: It is elsewhere, isn't there, is too large or
                comes too slowly.
        """
        path = self._path(address)
        place, _, query = path.partition('?')
        if self._folder is not None and place == _LOCAL:
            return self._read_file(parse_qs(query).get('d', [''])[-1], limit)
        if self._client is None:
            raise _elsewhere(address)
        return self._client.read(path, limit, deadline)

    def _path(self, address: str) -> str:
        """Path and query of an address of the Label Studio."""
        path = address
        if self._client is not None and path.startswith(
                f'{self._client.url}/'):
            path = path[len(self._client.url):]
        root = urlsplit(self._client.url).path if self._client else ''
        if root and path.startswith(f'{root}/'):
            path = path[len(root):]
        if not path.startswith(_PLACES) or _leads_up(path):
            raise _elsewhere(address)
        return path

    def _read_file(self, name: str, limit: int) -> bytes:
        try:
            path = os.path.realpath(self._folder / name.lstrip('/'))
            inside = Path(path).is_relative_to(self._folder)
            if not inside or not os.path.isfile(path):
                raise LabelStudioError(
                    f'{name}: no image below {self._folder}.')
            if os.path.getsize(path) > limit:
                raise LabelStudioError(f'{path}: has more than '
                                       f'{limit / 1e6:g} megabytes.')
            return Path(path).read_bytes()
        except (OSError, ValueError) as error:
            raise LabelStudioError(
                f'{name}: cannot be read ({error}).') from None


def _leads_up(path: str) -> bool:
    """Whether ``..`` or a backslash is in a path, however often quoted."""
    plain = path.partition('?')[0]
    while plain != unquote(plain):
        plain = unquote(plain)
    return '..' in plain.split('/') or '\\' in plain


def _elsewhere(address: str) -> LabelStudioError:
    return LabelStudioError(
        f'{address:.200}: is not an image of the Label Studio that this '
        'service was started for, and nothing else is fetched. Upload it '
        'there, or add it by a storage.')
