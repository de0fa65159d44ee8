"""Routes of the service: reads requests, answers with the models of
``schemas``."""
import asyncio
import time
from pathlib import Path
from typing import Annotated, Any, Awaitable, List

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import FileResponse, Response
from starlette.requests import ClientDisconnect

from custom.server.access_log import note, note_image
from custom.server.http_errors import ERRORS, ServiceError
from custom.server.metrics import CONTENT_TYPE
from custom.server.multipart import UploadedFile, read_form
from custom.server.options import merge_options
from custom.server.schemas import (Error, FileResult, Health, Label, Ready,
                                   TagOptions, Tags, build_response,
                                   list_labels)
from custom.server.service import TagService

PAGE = Path(__file__).with_name('page')
# Scripts, styles and images of this page alone.
_POLICY = ("default-src 'none'; script-src 'self'; style-src 'self'; "
           "img-src 'self' blob: data:; connect-src 'self'; base-uri 'none'; "
           "form-action 'none'; frame-ancestors 'none'")

# What can be wrong with a request, and with an image in it.
_REQUEST_CODES = ('bad_form', 'no_file', 'slow_body', 'body_too_large',
                  'too_many_parts', 'bad_parameter', 'internal', 'queue_full',
                  'not_ready')
_IMAGE_CODES = ('too_many_pixels', 'unsupported_type', 'bad_picture',
                'slow_picture', 'worker_died', 'deadline')


async def _service(request: Request) -> TagService:
    return request.app.state.service


Service = Annotated[TagService, Depends(_service)]
Options = Annotated[TagOptions, Query()]


def _form(field: str, several: bool) -> dict:
    """OpenAPI description of a form that is read by hand."""
    file = dict(type='string', contentMediaType='application/octet-stream')
    value = dict(type='array', items=file) if several else file
    options = TagOptions.model_json_schema(
        ref_template='#/components/schemas/{model}')['properties']
    return dict(
        requestBody=dict(
            required=True,
            content={
                'multipart/form-data':
                dict(
                    schema=dict(
                        type='object',
                        required=[field],
                        properties={
                            field: value,
                            **options
                        },
                        additionalProperties=False))
            }))


def _errors(*codes: str) -> dict:
    """OpenAPI description of the errors of a route."""
    by_status: dict = {}
    for code in codes:
        by_status.setdefault(ERRORS[code].status, []).append(code)
    return {
        status: dict(model=Error, description=', '.join(codes))
        for status, codes in by_status.items()
    }


router = APIRouter()


@router.post(
    '/tag',
    responses=_errors(*_REQUEST_CODES, *_IMAGE_CODES),
    openapi_extra=_form('file', False))
async def tag(request: Request, service: Service, options: Options) -> Tags:
    """The tags of a drawing, best first."""
    start = time.monotonic()
    deadline = start + service.settings.deadline_s
    with service.admit():  # a body in memory holds a place as well
        form = await read_form(request, service.settings, max_files=1)
        note(receive_ms=_ms_since(start))
        options = merge_options(options, form.fields, 'file')
        file, = form.files
        result = await cancel_on_disconnect(
            request, service.detect(file.data, deadline))
    return build_response(result, result.info, options,
                          1e3 * (time.monotonic() - start))


@router.post(
    '/tags',
    response_model_exclude_none=True,
    responses=_errors(*_REQUEST_CODES),
    openapi_extra=_form('files', True))
async def tags(request: Request, service: Service,
               options: Options) -> List[FileResult]:
    """The tags of several drawings, in the order of the files; one that
    is refused has an error in its place."""
    start = time.monotonic()
    deadline = start + service.settings.deadline_s

    async def one(file: UploadedFile) -> FileResult:
        try:
            result = await service.detect(file.data, deadline)
        except ServiceError as error:
            service.metrics.rejections.labels(error.code).inc()
            note_image(bytes=len(file.data), error=error.code)
            return FileResult(
                name=file.name,
                status=error.status,
                error=Error.of(error).error)
        total_ms = 1e3 * (time.monotonic() - start)
        return FileResult(
            name=file.name,
            status=200,
            result=build_response(result, result.info, options, total_ms))

    with service.admit():
        form = await read_form(request, service.settings,
                               service.settings.max_files)
        note(receive_ms=_ms_since(start))
        options = merge_options(options, form.fields, 'files')
        with service.admission.admit_more(len(form.files) - 1):
            return await cancel_on_disconnect(
                request, asyncio.gather(*map(one, form.files)))


@router.get('/labels', responses=_errors('not_ready'))
async def labels(service: Service, response: Response) -> List[Label]:
    """The classes that the model knows; its version is in the header
    ``X-Model-Version``."""
    if service.info is None:
        raise ServiceError('not_ready', 'The model is being loaded.')
    response.headers['X-Model-Version'] = service.info.version
    return list_labels(service.info)


@router.get('/healthz')
async def healthz() -> Health:
    """Whether the service lives."""
    return Health()


@router.get('/readyz', responses={503: dict(model=Ready)})
async def readyz(service: Service, response: Response) -> Ready:
    """Whether a model is warm, and which: 200, or else 503."""
    workers, info = service.workers_ready, service.info
    response.status_code = 200 if workers else 503
    return Ready(
        ready=workers > 0,
        workers=workers,
        model=info and info.name,
        version=info and info.version)


@router.get('/metrics', include_in_schema=False)
async def metrics(service: Service) -> Response:
    return Response(service.metrics.text(), media_type=CONTENT_TYPE)


@router.get('/', include_in_schema=False)
async def page() -> Response:
    return FileResponse(
        PAGE / 'index.html', headers={'Content-Security-Policy': _POLICY})


def _ms_since(start: float) -> float:
    return round(1e3 * (time.monotonic() - start), 2)


async def cancel_on_disconnect(request: Request, work: Awaitable) -> Any:
    """Result of some work, which is canceled when the client disconnects.

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
