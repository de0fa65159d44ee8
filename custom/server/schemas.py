"""What requests may say and answers look like, for /docs."""
from enum import Enum
from typing import Dict, List, Optional, Tuple, Union

from pydantic import BaseModel, Field


class Lang(str, Enum):
    """Of tags."""
    ko = 'ko'
    en = 'en'


class Format(str, Enum):
    """Of an answer: tags, tags with boxes, or all there is."""
    list = 'list'
    dict = 'dict'
    full = 'full'


Box = Tuple[float, float, float, float]


class Object(BaseModel):
    """One object; ``box`` is x1, y1, x2, y2 in pixels of the picture as a
    person sees it."""
    label: str = Field(examples=['sun'])
    tag: str = Field(examples=['해'])
    score: float = Field(ge=0, le=1, examples=[0.93])
    threshold: float = Field(
        description='The score from which the class counts by default')
    box: Box = Field(examples=[[12.5, 8.0, 140.0, 131.5]])


class Timings(BaseModel):
    """Milliseconds."""
    decode: float
    queue: float
    inference: float
    total: float


class Full(BaseModel):
    """Everything about a picture."""
    width: int
    height: int
    model: str
    timings_ms: Timings
    objects: List[Object]


class ErrorDetail(BaseModel):
    code: str = Field(examples=['bad_picture'])
    message: str = Field(examples=['The PNG file is cut off or damaged.'])
    hint: str = Field(examples=['Save the picture anew, or take another.'])


class Error(BaseModel):
    """Of any request that is refused."""
    error: ErrorDetail


Tags = Union[List[str], Dict[str, List[Box]], Full]


class FileResult(BaseModel):
    """One file of several: ``result`` is as that of /tag, or there is an
    ``error``."""
    name: str
    status: int
    result: Optional[Tags] = None
    error: Optional[ErrorDetail] = None


class Label(BaseModel):
    """A class of the model."""
    label: str = Field(examples=['sun'])
    tags: Dict[Lang, str] = Field(examples=[{'ko': '해', 'en': 'sun'}])
    threshold: float
    colour: str = Field(examples=['#f05a00'])


class Ready(BaseModel):
    ready: bool
    workers: int = Field(description='Models that are warm')
