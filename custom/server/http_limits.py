"""HTTP limits: uvicorn's protocol with bounds on size and time of headers.
"""
import asyncio
import json
from typing import Optional

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from custom.server.http_errors import ServiceError
from custom.server.schemas import Error

_HEAD_BYTES = 64 * 1024  # of request line and headers
_HEAD_S = 10.  # until they are here
_REASONS = {400: 'Bad Request', 431: 'Request Header Fields Too Large'}


class LimitedHttp(HttpToolsProtocol):
    """HTTP protocol that closes connections with too long or slow headers.

    httptools keeps a header of any length, and the time that it takes grows
    with the square of it: 150 MB stopped the service for 26 s.
    """
    _timer: Optional[asyncio.TimerHandle] = None  # while a head is expected
    _head_bytes = 0

    def connection_made(self, transport: asyncio.Transport) -> None:
        super().connection_made(transport)
        self._expect_head()

    def connection_lost(self, exc: Optional[Exception]) -> None:
        self._head_ended()
        super().connection_lost(exc)

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._expect_head()

    def on_headers_complete(self) -> None:
        self._head_ended()
        super().on_headers_complete()

    def data_received(self, data: bytes) -> None:
        in_head = self._timer is not None
        super().data_received(data)
        # What holds the end of a head may go on with a long body.
        if in_head and self._timer is not None:
            self._head_bytes += len(data)
            if self._head_bytes > _HEAD_BYTES:
                self._refuse(
                    ServiceError(
                        'headers_too_large', 'The request has more than '
                        f'{_HEAD_BYTES // 1024} KB of headers.'))

    def send_400_response(self, msg: str) -> None:
        """Uvicorn's answer to what is no HTTP, in the shape of all errors."""
        self._refuse(ServiceError('bad_request', msg))

    def _expect_head(self) -> None:
        self._head_ended()
        self._head_bytes = 0
        self._timer = self.loop.call_later(_HEAD_S, self.transport.close)

    def _head_ended(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _refuse(self, error: ServiceError) -> None:
        self._head_ended()
        body = json.dumps(Error.of(error).model_dump()).encode()
        self.transport.write(
            f'HTTP/1.1 {error.status} {_REASONS[error.status]}\r\n'
            'content-type: application/json\r\n'
            f'content-length: {len(body)}\r\n'
            'connection: close\r\n\r\n'.encode() + body)
        self.transport.close()
