"""What was found, in the words of an answer."""
from typing import Any, Dict, List, Optional, Sequence

from custom.classes import KOREAN
from custom.server.model_worker import ModelInfo
from custom.server.schemas import Format, Lang
from custom.server.service import TagResult
from custom.visualization.palette import class_colors

DEFAULT_THRESHOLD = 0.5


def threshold(info: ModelInfo, label: str) -> float:
    """The score from which an object of a class counts by default."""
    return info.thresholds.get(label, DEFAULT_THRESHOLD)


def localized_name(label: str, lang: Lang) -> str:
    """The name of a class in a language, or the class name itself."""
    return KOREAN.get(label, label) if lang == Lang.ko else label


def build_response(found: TagResult, info: ModelInfo, model: str, lang: Lang,
                   format: Format, score_thr: Optional[float],
                   total_ms: float) -> Any:
    """The JSON of a picture.

    Args:
        found: What is in it.
        info: Of the model.
        model: Its name.
        lang: Of the tags.
        format: ``list``: the distinct tags, best first; ``dict``: the boxes
            of each; ``full``: see :class:`custom.server.schemas.Full`.
        score_thr: Leaves out what scores less; None for each class's own.
        total_ms: How long it took.
    """
    kept = [
        d for d in found.objects if d.score >= (
            threshold(info, d.label) if score_thr is None else score_thr)
    ]
    if format == Format.full:
        return dict(
            width=found.width,
            height=found.height,
            model=model,
            timings_ms=dict(
                decode=round(found.decode_ms, 2),
                queue=round(found.queue_ms, 2),
                inference=round(found.inference_ms, 2),
                total=round(total_ms, 2)),
            objects=[
                dict(
                    label=d.label,
                    tag=localized_name(d.label, lang),
                    score=round(d.score, 4),
                    threshold=threshold(info, d.label),
                    box=_rounded(d.box)) for d in kept
            ])
    boxes: Dict[str, List[List[float]]] = {}
    for d in kept:
        boxes.setdefault(localized_name(d.label, lang),
                         []).append(_rounded(d.box))
    return boxes if format == Format.dict else [*boxes]


def list_labels(info: ModelInfo) -> List[dict]:
    """The classes of a model, in order of labels."""
    colours = class_colors(info.classes)
    return [
        dict(
            label=label,
            tags={lang: localized_name(label, lang)
                  for lang in Lang},
            threshold=threshold(info, label),
            colour='#{:02x}{:02x}{:02x}'.format(*colours[label]))
        for label in info.classes
    ]


def _rounded(box: Sequence[float]) -> List[float]:
    return [round(side, 2) for side in box]
