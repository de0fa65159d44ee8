"""ONNX metadata: classes, thresholds and resize, written and read back."""
import json
from typing import Any, Dict, Mapping, NamedTuple, Tuple

FORMAT = 1
# Of weights and activations of the network.
PRECISIONS = ('float32', 'int8')
# The names of metadata_props begin so.
_PREFIX = 'drawing_tagger.'


class OnnxMetadata(NamedTuple):
    """Metadata that a predictor needs beside the graph.

    Attributes:
        detector: The type of the model, e.g. ``FasterRCNN``.
        classes: The class names, in the order of labels.
        thresholds: The score from which an object of a class counts, of those
            classes that have one.
        scale: Width and height that an image is resized to.
        keep_ratio: The scale is the largest long side and the largest short
            side, whichever way the image lies, and its ratio stays.
        score_thr: No box in the file's answers scores lower.
        precision: One of :data:`PRECISIONS`; files that don't say it are
            float32.
    """
    detector: str
    classes: Tuple[str, ...]
    thresholds: Dict[str, float]
    scale: Tuple[int, int]
    keep_ratio: bool
    score_thr: float
    precision: str = 'float32'

    def to_props(self) -> Dict[str, str]:
        """Serializes to names and JSON values for ``metadata_props``."""
        fields = dict(format=FORMAT, **self._asdict())
        return {
            _PREFIX + name: json.dumps(value, ensure_ascii=False)
            for name, value in fields.items()
        }

    @classmethod
    def from_props(cls, props: Mapping[str, str]) -> 'OnnxMetadata':
        """Parses what :meth:`to_props` wrote.

        Raises:
            ValueError: A value is missing or is not what it should be; says
                which.
        """
        found = _read(props, 'format', int)
        if found != FORMAT:
            raise ValueError(f'its format is {found}, and this version reads '
                             f'{FORMAT}')
        classes = _read(props, 'classes', list)
        if not (classes and all(isinstance(name, str) for name in classes)):
            raise ValueError('classes are no list of names')
        thresholds = _read(props, 'thresholds', dict)
        if not all(
                name in classes and _is_score(score)
                for name, score in thresholds.items()):
            raise ValueError('thresholds are not scores of its own classes')
        scale = _read(props, 'scale', list)
        if not (len(scale) == 2
                and all(type(side) is int and side > 0 for side in scale)):
            raise ValueError('scale is not a width and a height')
        score_thr = _read(props, 'score_thr', float)
        if not _is_score(score_thr):
            raise ValueError('score_thr is no score')
        precision = _precision(props)
        return cls(
            _read(props, 'detector', str), tuple(classes), thresholds,
            tuple(scale), _read(props, 'keep_ratio', bool), score_thr,
            precision)


def _read(props: Mapping[str, str], name: str, kind: type) -> Any:
    if _PREFIX + name not in props:
        raise ValueError(f'it has no {name}')
    try:
        value = json.loads(props[_PREFIX + name])
    except (ValueError, RecursionError):
        raise ValueError(f'{name} is no JSON') from None
    if type(value) is not kind:
        raise ValueError(f'{name} is no {kind.__name__}')
    return value


def _precision(props: Mapping[str, str]) -> str:
    # It came after the format, and older files go on being read.
    if f'{_PREFIX}precision' not in props:
        return PRECISIONS[0]
    precision = _read(props, 'precision', str)
    if precision not in PRECISIONS:
        raise ValueError(f'precision is none of {", ".join(PRECISIONS)}')
    return precision


def _is_score(value: Any) -> bool:
    return isinstance(value, float) and 0 <= value <= 1
