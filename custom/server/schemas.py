"""Schemas of requests and answers; they build the JSON and describe it in
/docs."""
from enum import Enum
from typing import Annotated, Dict, List, Literal, Optional, Tuple, Union

from pydantic import BaseModel, ConfigDict, Field
from pydantic.json_schema import SkipJsonSchema

from custom.classes import KOREAN, hex_color
from custom.server.detection_pipeline import TagResult
from custom.server.http_errors import ServiceError
from custom.server.model_worker import ModelInfo
from custom.structures.detection import Detection, passes_threshold
from custom.visualization.palette import class_colors


class Lang(str, Enum):
    """Language of the returned tags."""
    ko = 'ko'
    en = 'en'


class Format(str, Enum):
    """Response format: tags, tags with boxes, or all there is."""
    list = 'list'
    dict = 'dict'
    full = 'full'


class TagOptions(BaseModel):
    """Query parameters, or fields of the form, of /tag and /tags."""
    model_config = ConfigDict(extra='forbid')

    lang: Lang = Lang.ko
    format: Format = Format.list
    # Left out or a number: null is none in an address.
    score_thr: Union[Annotated[
        float, Field(ge=0, le=1)], SkipJsonSchema[None]] = Field(
            None,
            description="Leaves out what scores less; by default each class's "
            'own threshold, or 0.5')


Box = Tuple[float, float, float, float]


class Object(BaseModel):
    """Object of an answer; ``box`` is x1, y1, x2, y2 in pixels of the image as
    a person sees it."""
    label: str = Field(examples=['sun'])
    tag: str = Field(examples=['해'])
    score: float = Field(ge=0, le=1, examples=[0.93])
    threshold: float = Field(
        description='The score from which the class counts by default')
    box: Box = Field(examples=[[12.5, 8.0, 140.0, 131.5]])


class Timings(BaseModel):
    """Stage timings in milliseconds."""
    decode: float
    queue: float
    inference: float
    total: float


class Full(BaseModel):
    """Full response format: everything about an image."""
    width: int
    height: int
    model: str
    version: str
    timings_ms: Timings
    objects: List[Object]


class ErrorDetail(BaseModel):
    code: str = Field(examples=['bad_picture'])
    message: str = Field(examples=['The PNG file is cut off or damaged.'])
    hint: str = Field(examples=['Save the picture anew, or take another.'])


class Error(BaseModel):
    """Error response body."""
    error: ErrorDetail

    @classmethod
    def of(cls, error: ServiceError) -> 'Error':
        return cls(
            error=ErrorDetail(
                code=error.code, message=error.message, hint=error.hint))


Tags = Union[List[str], Dict[str, List[Box]], Full]


class FileResult(BaseModel):
    """Result of one file of several: ``result`` is as that of /tag, or there
    is an ``error``."""
    name: str
    status: int
    result: Optional[Tags] = None
    error: Optional[ErrorDetail] = None


class Label(BaseModel):
    """A class of the model."""
    label: str = Field(examples=['sun'])
    tags: Dict[Lang, str] = Field(examples=[{'ko': '해', 'en': 'sun'}])
    threshold: float
    color: str = Field(
        serialization_alias='colour',  # codespell:ignore colour
        examples=['#f05a00'])


class Health(BaseModel):
    status: Literal['ok'] = 'ok'


class Ready(BaseModel):
    ready: bool
    workers: int = Field(description='Models that are warm')
    model: Optional[str] = Field(description='The name of its file')
    version: Optional[str] = Field(
        description='The first 12 digits of the SHA-256 of its file')


def localized_name(label: str, lang: Lang) -> str:
    """The name of a class in a language, or the class name itself."""
    return KOREAN.get(label, label) if lang == Lang.ko else label


def build_response(result: TagResult, info: ModelInfo, options: TagOptions,
                   total_ms: float) -> Tags:
    """The answer about an image.

    Args:
        result: What is in it.
        info: Of the model.
        options: Of ``format``, ``list`` is the distinct tags, best first,
            ``dict`` the boxes of each, and ``full`` a :class:`Full`.
        total_ms: How long it took.
    """
    kept = [
        found for found in result.objects
        if passes_threshold(found, info.thresholds, options.score_thr)
    ]
    if options.format == Format.full:
        return Full(
            width=result.width,
            height=result.height,
            model=info.name,
            version=info.version,
            timings_ms=Timings(
                decode=round(result.decode_ms, 2),
                queue=round(result.queue_ms, 2),
                inference=round(result.inference_ms, 2),
                total=round(total_ms, 2)),
            objects=[
                Object(
                    label=found.label,
                    tag=localized_name(found.label, options.lang),
                    score=round(found.score, 4),
                    threshold=info.threshold(found.label),
                    box=_rounded_box(found)) for found in kept
            ])
    boxes: Dict[str, List[Box]] = {}
    for found in kept:
        boxes.setdefault(localized_name(found.label, options.lang),
                         []).append(_rounded_box(found))
    return boxes if options.format == Format.dict else [*boxes]


def list_labels(info: ModelInfo) -> List[Label]:
    """The classes of a model, in order of labels."""
    colors = class_colors(info.classes)
    return [
        Label(
            label=label,
            tags={lang: localized_name(label, lang)
                  for lang in Lang},
            threshold=info.threshold(label),
            color=hex_color(colors[label])) for label in info.classes
    ]


def _rounded_box(found: Detection) -> Box:
    x1, y1, x2, y2 = (round(side, 2) for side in found.box)
    return x1, y1, x2, y2
