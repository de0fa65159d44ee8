"""Access log: a JSON line for each request, with its id and stage timings."""
import contextlib
import json
import logging
import re
import sys
import time
import uuid
from contextvars import ContextVar
from datetime import datetime, timezone
from typing import Any, Dict, Iterator, Optional

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_log = logging.getLogger('custom.server.access')

# Of who watches the service: they ask every few seconds.
_UNLOGGED = ('/healthz', '/readyz', '/metrics')
_ID = re.compile(r'[\w.:/+=-]{1,128}', re.ASCII)
_MOST_OF_PATH = 200

# The line of the request that is under way; tasks that it starts share it.
_line: ContextVar[Optional[Dict[str, Any]]] = ContextVar('line', default=None)


def log_to_stdout() -> None:
    """Writes the lines to the standard output; by default they go nowhere."""
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(logging.Formatter('%(message)s'))
    _log.addHandler(handler)
    _log.setLevel(logging.INFO)
    _log.propagate = False


def note(**fields: Any) -> None:
    """Adds fields to the access log line of the current request."""
    line = _line.get()
    if line is not None:
        line.update(fields)


def note_image(**fields: Any) -> None:
    """Adds what was done with one image of the request to its line."""
    line = _line.get()
    if line is not None:
        line.setdefault('images', []).append(fields)


class AccessLogMiddleware:
    """ASGI middleware that gives each request an id, and logs its answer.

    The id is that of the header ``X-Request-ID``, if it is one, and stands in
    the same header of the answer.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive,
                       send: Send) -> None:
        if scope['type'] != 'http':
            await self._app(scope, receive, send)
            return
        start = time.monotonic()
        given = Headers(scope=scope).get('x-request-id', '')
        line: Dict[str, Any] = dict(
            time=datetime.now(timezone.utc).isoformat(timespec='milliseconds'),
            id=given if _ID.fullmatch(given) else uuid.uuid4().hex,
            method=scope['method'],
            path=scope['path'][:_MOST_OF_PATH],
            status=500)

        async def sending(message: Message) -> None:
            if message['type'] == 'http.response.start':
                line['status'] = message['status']
                MutableHeaders(scope=message)['X-Request-ID'] = line['id']
            await send(message)

        with _logged(line, start):
            await self._app(scope, receive, sending)


@contextlib.contextmanager
def _logged(line: Dict[str, Any], start: float) -> Iterator[None]:
    token = _line.set(line)
    try:
        yield
    finally:
        _line.reset(token)
        line['ms'] = round(1e3 * (time.monotonic() - start), 2)
        if line['path'] not in _UNLOGGED:
            _log.info(json.dumps(line))
