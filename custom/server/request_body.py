"""Request bodies: within limits of size and time; JSON read by a schema."""
import asyncio
from typing import AsyncIterator, Awaitable, Type, TypeVar

from fastapi import Request
from pydantic import BaseModel, ValidationError

from custom.server.http_errors import ServiceError
from custom.server.settings import Settings

Result = TypeVar('Result')
Model = TypeVar('Model', bound=BaseModel)


def body_limit(settings: Settings) -> int:
    """Bytes that a request may have."""
    return int(settings.max_body_mb * 1e6)


def limited_body(request: Request, settings: Settings) -> AsyncIterator[bytes]:
    """The body of a request, chunk by chunk.

    Raises:
        ServiceError: ``body_too_large``, at once where its header says so, or
            else as soon as it is.
    """
    length = request.headers.get('content-length', '')
    if length.isdecimal() and int(length) > body_limit(settings):
        raise _too_large(settings)
    return _limited(request, settings)


async def in_time(reading: Awaitable[Result], settings: Settings) -> Result:
    """Reader of a body, within the deadline.

    Raises:
        ServiceError: ``slow_body``.
    """
    try:
        return await asyncio.wait_for(reading, settings.deadline_s)
    except asyncio.TimeoutError:
        raise ServiceError(
            'slow_body', 'The request was not complete after '
            f'{settings.deadline_s:g} s.') from None


async def read_json(request: Request, settings: Settings,
                    model: Type[Model]) -> Model:
    """The JSON of a request, as a schema has it.

    Raises:
        ServiceError: ``bad_json``, or as :func:`limited_body` and
            :func:`in_time`.
    """
    chunks = limited_body(request, settings)
    body = await in_time(_joined(chunks), settings)
    try:
        return model.model_validate_json(body)
    except ValidationError as error:
        first = error.errors()[0]
        where = '.'.join(map(str, first['loc'])) or 'The request'
        raise ServiceError('bad_json', f'{where}: {first["msg"]}.') from None


async def _joined(chunks: AsyncIterator[bytes]) -> bytes:
    return b''.join([chunk async for chunk in chunks])


async def _limited(request: Request,
                   settings: Settings) -> AsyncIterator[bytes]:
    limit, received = body_limit(settings), 0
    async for chunk in request.stream():
        received += len(chunk)
        if received > limit:
            raise _too_large(settings)
        yield chunk


def _too_large(settings: Settings) -> ServiceError:
    return ServiceError(
        'body_too_large', 'The request is larger than '
        f'{settings.max_body_mb:g} megabytes.')
