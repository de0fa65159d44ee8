"""Label Studio's machine-learning backend protocol, under /label-studio.

Protocol: https://labelstud.io/guide/ml_create. It is what Label Studio 1.23
sends and reads, see its ``label_studio/ml``.
"""
import asyncio
import logging
import os
import secrets
import time
from pathlib import Path
from typing import (Annotated, Any, Dict, List, Literal, Mapping, NamedTuple,
                    Optional)

from fastapi import APIRouter, Depends, Request, Response
from fastapi.security import HTTPBasic, HTTPBasicCredentials
from pydantic import BaseModel, Field

from custom.label_studio.client import LabelStudioError, connect
from custom.label_studio.labeling_config import (LabelingConfig,
                                                 parse_labeling_config)
from custom.label_studio.regions import prediction
from custom.label_studio.task_images import TaskImages
from custom.server.http_errors import ServiceError
from custom.server.model_worker import ModelInfo
from custom.server.request_body import body_limit, read_json
from custom.server.routes import Service, cancel_on_disconnect
from custom.server.schemas import Error
from custom.server.service import TagService
from custom.server.training_process import TrainingProcess
from custom.structures.detection import passes_threshold
from custom.utils.errors import InputError

LOGIN = 'TAGGER_LABEL_STUDIO_LOGIN'
# Label Studio waits for 100 s and then drops all, so what is not done by now
# is left out, and asked for again next time.
_PREDICT_S = 90.

_log = logging.getLogger('uvicorn.error')


class LabelStudio(NamedTuple):
    """The Label Studio that the service is for: where its images are,
    ``user:password`` that it must give, None for nothing, and the training
    that it may start, None for none."""
    images: TaskImages
    login: Optional[str] = None
    training: Optional[TrainingProcess] = None


class SetupRequest(BaseModel):
    """Setup request of a project that is connected, or looked at."""
    xml: str = Field(alias='schema')


class Task(BaseModel):
    """Task of a project; Label Studio sends more than is needed."""
    data: Dict[str, Any]


class PredictRequest(BaseModel):
    """Tasks to be labeled, and the labeling config of their project."""
    tasks: List[Task]
    label_config: str


class WebhookRequest(BaseModel):
    """An event, such as ``ANNOTATION_CREATED``."""
    action: str


class StudioHealth(BaseModel):
    """Health, in Label Studio's word."""
    status: Literal['UP'] = 'UP'


class SetupResponse(BaseModel):
    """Version of the model that a project is connected to."""
    model_version: str


class PredictResponse(BaseModel):
    """Predictions, or an ``error`` in place of one, in the order of the tasks,
    and the version of the model."""
    results: List[Dict[str, Any]]
    model_version: str


class WebhookResponse(BaseModel):
    """Outcome of an event."""
    status: Literal['ok', 'started']


def open_label_studio(
        url: Optional[str],
        folder: Optional[str],
        environ: Mapping[str, str] = os.environ,
        training: Optional[TrainingProcess] = None) -> Optional[LabelStudio]:
    """The Label Studio of a command line; None where it names none.

    Args:
        url: Its address.
        folder: Its ``LOCAL_FILES_DOCUMENT_ROOT``.
        environ: Holds the token and, where one is wanted, the login.
        training: What its training button starts.

    Raises:
        InputError: One of them is no such thing, or the token is missing.
    """
    if url is None and folder is None:
        return None
    if folder is not None and not Path(folder).is_dir():
        raise InputError(f'--label-studio-files {folder}: no such folder. '
                         'Give that of LOCAL_FILES_DOCUMENT_ROOT.')
    login = environ.get(LOGIN)
    if login is not None and not (login.isascii()
                                  and all(login.partition(':'))):
        raise InputError(f'{LOGIN}: give user:password, in ASCII')
    client = None if url is None else connect(url, environ)
    return LabelStudio(
        TaskImages(client, None if folder is None else Path(folder)), login,
        training)


async def _label_studio(
    request: Request, given: Annotated[Optional[HTTPBasicCredentials],
                                       Depends(HTTPBasic(auto_error=False))]
) -> LabelStudio:
    """The Label Studio of the service, for who may ask.

    Raises:
        ServiceError: ``unauthorized``.
    """
    known: LabelStudio = request.app.state.label_studio
    if known.login is not None:
        told = '' if given is None else f'{given.username}:{given.password}'
        if not secrets.compare_digest(told.encode(), known.login.encode()):
            raise ServiceError('unauthorized', 'User or password is wrong.')
    return known


AuthorizedStudio = Annotated[LabelStudio, Depends(_label_studio)]
router = APIRouter(prefix='/label-studio', include_in_schema=False)


@router.get('/health')
async def health(service: Service, backend: AuthorizedStudio) -> StudioHealth:
    """Whether there is a model."""
    _require_model(service)
    return StudioHealth()


@router.post('/setup')
async def setup(request: Request, service: Service,
                backend: AuthorizedStudio) -> SetupResponse:
    """Whether the labels of a project are for the model, and its version."""
    info = _require_model(service)
    asked = await read_json(request, service.settings, SetupRequest)
    _labels_for(info, asked.xml)
    return SetupResponse(model_version=info.title)


@router.post('/predict')
async def predict(request: Request, service: Service,
                  backend: AuthorizedStudio) -> PredictResponse:
    """A prediction for each task, in their order; one whose image can't be
    had or looked at has an ``error`` in its place."""
    until = time.monotonic() + _PREDICT_S
    with service.admit():
        asked = await read_json(request, service.settings, PredictRequest)
        info = _require_model(service)
        config = _labels_for(info, asked.label_config)
        at_once = min(max(len(asked.tasks), 1), service.settings.max_files)
        with service.admission.admit_more(at_once - 1):
            places = asyncio.Semaphore(at_once)

            async def one(task: Task) -> dict:
                async with places:
                    return await _predict_or_error(task, config, service,
                                                   backend, until)

            results = await cancel_on_disconnect(
                request, asyncio.gather(*map(one, asked.tasks)))
    return PredictResponse(results=results, model_version=info.title)


@router.post('/webhook')
async def webhook(request: Request, response: Response, service: Service,
                  backend: AuthorizedStudio) -> WebhookResponse:
    """Takes note of an event, or starts the training; nothing else of the
    request matters."""
    event = await read_json(request, service.settings, WebhookRequest)
    if event.action != 'START_TRAINING':
        return WebhookResponse(status='ok')
    if backend.training is None:
        raise ServiceError('no_training', 'This service trains nothing.')
    backend.training.start(service.replace_model)
    response.status_code = 202
    return WebhookResponse(status='started')


def _require_model(service: TagService) -> ModelInfo:
    if service.info is None:
        raise ServiceError('not_ready', 'The model is being loaded.')
    return service.info


def _labels_for(info: ModelInfo, xml: str) -> LabelingConfig:
    """The labeling config of a project, where it fits the model.

    Raises:
        ServiceError: ``bad_labels``.
    """
    try:
        config = parse_labeling_config(xml)
    except InputError as error:
        raise ServiceError('bad_labels', f'{error}') from None
    if not config.label_names(info.classes):
        raise ServiceError(
            'bad_labels', 'No label of the project is a class of the model, '
            f'which knows {", ".join(info.classes)}.')
    return config


async def _predict_or_error(task: Task, config: LabelingConfig,
                            service: TagService, backend: LabelStudio,
                            until: float) -> dict:
    try:
        return await _predict(task, config, service, backend, until)
    except ServiceError as error:
        service.metrics.rejections.labels(error.code).inc()
        _log.warning('Label Studio, a task: %s', error.message)
        return Error.of(error).model_dump()


async def _predict(task: Task, config: LabelingConfig, service: TagService,
                   backend: LabelStudio, until: float) -> dict:
    deadline = min(time.monotonic() + service.settings.deadline_s, until)
    address = task.data.get(config.image_key)
    if not isinstance(address, str):
        raise ServiceError(
            'no_picture', 'The data of the task have no '
            f'"{config.image_key}".')
    try:
        data = await asyncio.to_thread(backend.images.read, address,
                                       body_limit(service.settings), deadline)
    except LabelStudioError as error:
        raise ServiceError('no_picture', f'{error}') from None
    result = await service.detect(data, deadline)
    info = result.info
    kept = [
        found for found in result.objects
        if passes_threshold(found, info.thresholds, None)
    ]
    return prediction(kept, (result.width, result.height), config,
                      config.label_names(info.classes), info.title)
