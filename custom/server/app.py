"""Web application: the service's routes, with metrics, error answers and the
page's files."""
import asyncio
import contextlib
import time
from typing import AsyncIterator, Optional

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from custom.server import ml_backend
from custom.server.access_log import AccessLogMiddleware, note
from custom.server.http_errors import ServiceError
from custom.server.metrics import Metrics
from custom.server.options import describe_error
from custom.server.routes import PAGE, router
from custom.server.schemas import Error
from custom.server.service import TagService

_RETRY_AFTER_S = 1
_CLIENT_GONE = 499  # nginx's number for it; nobody receives it
_HTTP_CODES = {
    401: 'unauthorized',
    404: 'not_found',
    405: 'method_not_allowed'
}


def create_app(service: TagService,
               labels_for: Optional[ml_backend.LabelStudio] = None) -> FastAPI:
    """The web application; it starts and stops the service.

    Args:
        service: Finds the objects.
        labels_for: The Label Studio for which it is a backend, if any.
    """

    @contextlib.asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        # In the background: /healthz and /readyz answer meanwhile.
        running = asyncio.create_task(service.run())
        yield
        running.cancel()
        service.stop()
        if labels_for is not None and labels_for.training is not None:
            labels_for.training.stop()

    app = FastAPI(
        title='Drawing Tagger',
        description='What is in a drawing? Send it to `/tag`.',
        lifespan=lifespan,
        exception_handlers={
            ServiceError: _refused,
            RequestValidationError: _invalid,
            HTTPException: _http_error,
            ClientDisconnect: _gone,
        })
    app.state.service = service
    app.add_middleware(_FaultMiddleware)  # inside of those that tell of it
    app.add_middleware(_MetricsMiddleware, metrics=service.metrics)
    app.add_middleware(AccessLogMiddleware)  # around the other
    app.mount('/page', _PageFiles(directory=PAGE))
    app.include_router(router)
    if labels_for is not None:
        app.state.label_studio = labels_for
        app.include_router(ml_backend.router)
    return app


async def _refused(request: Request, error: ServiceError) -> Response:
    request.app.state.service.metrics.rejections.labels(error.code).inc()
    note(error=error.code)
    headers = {}
    if error.status == 401:
        headers['WWW-Authenticate'] = 'Basic'
    if error.status == 503:
        headers['Retry-After'] = str(_RETRY_AFTER_S)
    if error.status in (408, 413):
        headers['Connection'] = 'close'  # what still comes isn't read
    return Response(
        Error.of(error).model_dump_json(), error.status, headers,
        'application/json')


async def _invalid(request: Request,
                   error: RequestValidationError) -> Response:
    return await _refused(
        request,
        ServiceError('bad_parameter', describe_error(error.errors()[0])))


async def _http_error(request: Request, error: HTTPException) -> Response:
    answer = await _refused(
        request,
        ServiceError(
            _HTTP_CODES.get(error.status_code, 'bad_form'),
            f'{request.method} {request.url.path}: {error.detail}.'))
    answer.headers.update(error.headers or {})  # Allow
    return answer


async def _gone(request: Request, error: ClientDisconnect) -> Response:
    return Response(status_code=_CLIENT_GONE)


class _PageFiles(StaticFiles):
    """The page's files; a browser asks whether they are still the same."""

    def file_response(self, *args, **kwargs) -> Response:
        response = super().file_response(*args, **kwargs)
        response.headers['Cache-Control'] = 'no-cache'
        return response


class _FaultMiddleware:
    """ASGI middleware that answers 500 to what nobody foresaw, and raises it
    again, for the traceback in the log.

    Starlette's own handler of exceptions stands around all middleware: its
    answers have no request id, and its lines in the access log no error.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive,
                       send: Send) -> None:
        begun = False

        async def sending(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self._app(scope, receive, sending)
        except Exception:
            if scope['type'] == 'http' and not begun:
                fault = ServiceError('internal', 'The service has a fault.')
                answer = await _refused(Request(scope), fault)
                await answer(scope, receive, send)
            raise


class _MetricsMiddleware:
    """ASGI middleware that counts and times requests."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive,
                       send: Send) -> None:
        if scope['type'] != 'http':
            await self._app(scope, receive, send)
            return
        start = time.monotonic()
        status = 500

        async def sending(message: Message) -> None:
            nonlocal status
            if message['type'] == 'http.response.start':
                status = message['status']
            await send(message)

        try:
            await self._app(scope, receive, sending)
        finally:
            # Of the route, not of the address: anybody can invent those.
            path = getattr(scope.get('route'), 'path', 'other')
            self._metrics.requests.labels(path, status).inc()
            self._metrics.seconds.labels(path).observe(time.monotonic() -
                                                       start)
