"""The service's addresses: HTTP in, HTTP out, nothing else."""
import asyncio
import contextlib
import logging
import time
from pathlib import Path
from typing import Annotated, Any, AsyncIterator, Awaitable, List, Union

from fastapi import FastAPI, Query, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import FileResponse, JSONResponse, Response
from fastapi.staticfiles import StaticFiles
from pydantic import Field
from pydantic.json_schema import SkipJsonSchema
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from custom.server import responses
from custom.server.errors import ERRORS, ServiceError
from custom.server.metrics import CONTENT_TYPE
from custom.server.multipart import UploadedFile, read_files
from custom.server.schemas import (Error, FileResult, Format, Label, Lang,
                                   Ready, Tags)
from custom.server.service import TagService

_PAGE = Path(__file__).with_name('page')
_RETRY_AFTER_S = 1
_CLIENT_GONE = 499  # nginx's number for it; nobody receives it
# Scripts, styles and pictures of this page alone.
_POLICY = ("default-src 'none'; script-src 'self'; style-src 'self'; "
           "img-src 'self' blob: data:; connect-src 'self'; base-uri 'none'; "
           "form-action 'none'; frame-ancestors 'none'")

# Left out or a number: null is none in an address.
Threshold = Union[Annotated[float, Field(ge=0, le=1)], SkipJsonSchema[None]]
# What can be wrong with a request, and with a picture in it.
_REQUEST_CODES = ('bad_form', 'no_file', 'slow_body', 'body_too_large',
                  'too_many_parts', 'bad_parameter', 'internal', 'queue_full',
                  'not_ready')
_PICTURE_CODES = ('too_many_pixels', 'unsupported_type', 'bad_picture',
                  'slow_picture', 'worker_died', 'deadline')

_log = logging.getLogger('uvicorn.error')


def create_app(tagger: TagService) -> FastAPI:
    """The web application; it starts and stops the tagger.

    Args:
        tagger: Finds the objects.
    """

    @contextlib.asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        # In the background: /healthz and /readyz answer meanwhile.
        loading = asyncio.create_task(tagger.load())
        yield
        loading.cancel()
        await tagger.stop()

    app = FastAPI(
        title='Drawing Tagger',
        description='What is in a drawing? Send it to `/tag`.',
        lifespan=lifespan)
    app.add_middleware(_Measured, tagger=tagger)
    app.mount('/page', _PageFiles(directory=_PAGE))
    _add_errors(app, tagger)
    _add_tags(app, tagger)
    _add_state(app, tagger)

    @app.get('/', include_in_schema=False)
    async def page() -> Response:
        return FileResponse(
            _PAGE / 'index.html', headers={'Content-Security-Policy': _POLICY})

    return app


def _add_tags(app: FastAPI, tagger: TagService) -> None:
    settings = tagger.settings
    score_thr = Query(
        None,
        description="Leaves out what scores less; by default each class's own "
        'threshold, or 0.5')

    @app.post(
        '/tag',
        response_model=Tags,
        responses=_errors(*_REQUEST_CODES, *_PICTURE_CODES),
        openapi_extra=_form('file', False))
    async def tag(request: Request,
                  lang: Lang = Lang.ko,
                  format: Format = Format.list,
                  score_thr: Threshold = score_thr) -> Response:
        """The tags of a drawing, best first."""
        start = time.monotonic()
        deadline = start + settings.deadline_s
        with tagger.place():  # a body in memory holds one as well
            file, = await read_files(request, settings, max_files=1)
            found = await _unless_gone(request,
                                       tagger.detect(file.data, deadline))
        return JSONResponse(
            responses.build_response(found, tagger.info, tagger.name, lang,
                                     format, score_thr,
                                     1e3 * (time.monotonic() - start)))

    @app.post(
        '/tags',
        response_model=List[FileResult],
        response_model_exclude_none=True,
        responses=_errors(*_REQUEST_CODES),
        openapi_extra=_form('files', True))
    async def tags(request: Request,
                   lang: Lang = Lang.ko,
                   format: Format = Format.list,
                   score_thr: Threshold = score_thr) -> Response:
        """The tags of several drawings, in the order of the files; one that
        is refused has an error in its place."""
        start = time.monotonic()
        deadline = start + settings.deadline_s

        async def one(file: UploadedFile) -> dict:
            try:
                found = await tagger.detect(file.data, deadline)
            except ServiceError as error:
                tagger.metrics.rejections.labels(error.code).inc()
                return dict(
                    name=file.name, status=error.status, **error.body())
            total = 1e3 * (time.monotonic() - start)
            return dict(
                name=file.name,
                status=200,
                result=responses.build_response(found, tagger.info,
                                                tagger.name, lang, format,
                                                score_thr, total))

        async def every(files: List[UploadedFile]) -> List[dict]:
            return await asyncio.gather(*map(one, files))

        with tagger.place():
            files = await read_files(request, settings, settings.max_files)
            with tagger.more_places(len(files) - 1):
                return JSONResponse(await _unless_gone(request, every(files)))


def _add_state(app: FastAPI, tagger: TagService) -> None:

    @app.get(
        '/labels', response_model=List[Label], responses=_errors('not_ready'))
    async def labels() -> Response:
        """The classes that the model knows."""
        if tagger.info is None:
            raise ServiceError('not_ready', 'The model is being loaded.')
        return JSONResponse(responses.list_labels(tagger.info))

    @app.get('/healthz')
    async def healthz() -> dict:
        """Whether the service lives."""
        return dict(status='ok')

    @app.get(
        '/readyz', response_model=Ready, responses={503: dict(model=Ready)})
    async def readyz() -> Response:
        """Whether a model is warm: 200, or else 503."""
        body = dict(ready=tagger.ready, workers=tagger.workers_ready)
        return JSONResponse(body, 200 if tagger.ready else 503)

    @app.get('/metrics', include_in_schema=False)
    async def metrics() -> Response:
        return Response(tagger.metrics.text(), media_type=CONTENT_TYPE)


def _add_errors(app: FastAPI, tagger: TagService) -> None:

    def refusal(error: ServiceError) -> Response:
        tagger.metrics.rejections.labels(error.code).inc()
        headers = {}
        if error.status == 503:
            headers['Retry-After'] = str(_RETRY_AFTER_S)
        if error.status in (408, 413):
            headers['Connection'] = 'close'  # what still comes isn't read
        return JSONResponse(error.body(), error.status, headers)

    @app.exception_handler(ServiceError)
    async def refused(request: Request, error: ServiceError) -> Response:
        return refusal(error)

    @app.exception_handler(RequestValidationError)
    async def invalid(request: Request,
                      error: RequestValidationError) -> Response:
        first = error.errors()[0]
        _, name, *_ = first['loc']
        return refusal(
            ServiceError('bad_parameter', f'{name}: {first["msg"]}.'))

    @app.exception_handler(HTTPException)
    async def http(request: Request, error: HTTPException) -> Response:
        code = dict.get({
            404: 'not_found',
            405: 'method_not_allowed'
        }, error.status_code, 'bad_form')
        answer = refusal(
            ServiceError(
                code, f'{request.method} {request.url.path}: '
                f'{error.detail}.'))
        answer.headers.update(error.headers or {})  # Allow
        return answer

    @app.exception_handler(ClientDisconnect)
    async def gone(request: Request, error: ClientDisconnect) -> Response:
        return Response(status_code=_CLIENT_GONE)

    @app.exception_handler(Exception)
    async def unforeseen(request: Request, error: Exception) -> Response:
        return refusal(ServiceError('internal', 'The service has a fault.'))


async def _unless_gone(request: Request, work: Awaitable) -> Any:
    """The result of some work, which ends when the client is gone.

    Raises:
        ClientDisconnect: It is.
    """

    async def gone() -> None:
        while (await request.receive())['type'] != 'http.disconnect':
            pass

    working = asyncio.ensure_future(work)
    watching = asyncio.create_task(gone())
    try:
        await asyncio.wait((working, watching),
                           return_when=asyncio.FIRST_COMPLETED)
        if not working.done():
            raise ClientDisconnect
        return working.result()
    finally:
        working.cancel()
        watching.cancel()


class _PageFiles(StaticFiles):
    """The page's files; a browser asks whether they are still the same."""

    def file_response(self, *args, **kwargs) -> Response:
        response = super().file_response(*args, **kwargs)
        response.headers['Cache-Control'] = 'no-cache'
        return response


class _Measured:
    """ASGI middleware that counts and times requests."""

    def __init__(self, app: ASGIApp, tagger: TagService) -> None:
        self._app = app
        self._metrics = tagger.metrics

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


def _form(field: str, several: bool) -> dict:
    """What OpenAPI says of a form that is read by hand."""
    file = dict(type='string', contentMediaType='application/octet-stream')
    value = dict(type='array', items=file) if several else file
    return dict(
        requestBody=dict(
            required=True,
            content={
                'multipart/form-data':
                dict(
                    schema=dict(
                        type='object',
                        required=[field],
                        properties={field: value}))
            }))


def _errors(*codes: str) -> dict:
    """What OpenAPI says of the errors of an address."""
    by_status: dict = {}
    for code in codes:
        by_status.setdefault(ERRORS[code].status, []).append(code)
    return {
        status: dict(model=Error, description=', '.join(codes))
        for status, codes in by_status.items()
    }
