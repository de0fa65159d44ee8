"""Multipart forms: files and fields of a request, in memory, within limits."""
import asyncio
from typing import List, NamedTuple, Tuple

from fastapi import Request
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import parse_options_header
from starlette.datastructures import Headers, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from custom.server.http_errors import ServiceError
from custom.server.request_body import body_limit, in_time, limited_body
from custom.server.settings import Settings

_MAX_FIELDS = 8  # that are no files


class UploadedFile(NamedTuple):
    """A file as it was sent; the name is for answers alone."""
    name: str
    data: bytes


class Form(NamedTuple):
    """A form: its files, and name and text of its other fields, in order."""
    files: List[UploadedFile]
    fields: List[Tuple[str, str]]


async def read_form(request: Request, settings: Settings,
                    max_files: int) -> Form:
    """Reads the form of a multipart request, with at least one file.

    Nothing is written to disk. A body that is too long is refused when its
    header says so, or else as soon as it is.

    Raises:
        ServiceError: ``bad_form``, ``no_file``, ``too_many_parts``,
            ``body_too_large`` or ``slow_body``.
    """
    body = limited_body(request, settings)
    kind = request.headers.get('content-type', '')
    if not kind.lower().startswith('multipart/form-data'):
        raise ServiceError('bad_form', 'The request is no multipart form.')
    parser = MultiPartParser(
        _boundary_alone(kind),
        body,
        max_files=max_files,
        max_fields=_MAX_FIELDS)
    # More than comes: never on disk.
    parser.spool_max_size = body_limit(settings) + 1
    ended = asyncio.Event()
    parser.on_end = ended.set
    try:
        form = await in_time(parser.parse(), settings)
    except MultiPartException as error:
        many = error.message.startswith('Too many')
        raise ServiceError('too_many_parts' if many else 'bad_form',
                           error.message) from None
    except FormParserError as error:
        raise ServiceError('bad_form', f'The form is broken: {error}.') \
            from None
    if not ended.is_set():  # its last file would be missing without a word
        raise ServiceError('bad_form', 'The form is cut off.')
    read = Form([], [])
    for name, part in form.multi_items():
        if isinstance(part, UploadFile):
            read.files.append(
                UploadedFile(part.filename or '', await part.read()))
        else:
            read.fields.append((name, part))
    await form.close()
    if not read.files:
        raise ServiceError('no_file', 'The form holds no file.')
    return read


def _boundary_alone(kind: str) -> Headers:
    """A content type without what else it says: names in a charset such as
    "undefined" or "unicode_escape" can't be read, or can't be answered with.
    """
    boundary = parse_options_header(kind)[1].get(b'boundary', b'')
    if not boundary or b'"' in boundary or b'\\' in boundary:
        raise ServiceError('bad_form', 'The form has no proper boundary.')
    return Headers(raw=[(b'content-type', b'multipart/form-data; boundary="' +
                         boundary + b'"')])
