"""Regions of Label Studio: boxes in percent, as results and predictions.

Format: https://labelstud.io/guide/predictions
"""
from typing import TYPE_CHECKING, Dict, Mapping, Optional, Sequence, Tuple

from custom.label_studio.labeling_config import LabelingConfig

if TYPE_CHECKING:  # a room on the same floor
    from custom.structures.detection import Detection


def rectangle(box: Sequence[float],
              size: Tuple[int, int],
              label: str,
              number: int,
              from_name: str = 'label',
              to_name: str = 'image') -> dict:
    """Region of a box.

    Args:
        box: x, y, width and height in pixels.
        size: Width and height of the image as a person sees it.
        label: As the labeling config has it.
        number: Of the box in its image, from 1.
    """
    x, y, w, h = (100 * side / whole for side, whole in zip(box, size * 2))
    return dict(
        id=f'{number}',
        type='rectanglelabels',
        from_name=from_name,
        to_name=to_name,
        original_width=size[0],
        original_height=size[1],
        image_rotation=0,
        value=dict(
            x=x, y=y, width=w, height=h, rotation=0, rectanglelabels=[label]))


def prediction(found: Sequence['Detection'], size: Tuple[int, int],
               config: LabelingConfig, names: Mapping[str, str],
               version: str) -> Dict[str, object]:
    """Prediction for a task.

    Args:
        found: The objects; those of classes without a label are left out.
        size: As for :func:`rectangle`.
        config: Of the project.
        names: The label of each class.
        version: Of the model.

    Returns:
        ``result``, ``model_version``, and as ``score`` the mean of those of
        the boxes, None where there is none.
    """
    kept = [one for one in found if one.label in names]
    result = []
    for number, one in enumerate(kept, 1):
        x1, y1, x2, y2 = one.box
        region = rectangle((x1, y1, x2 - x1, y2 - y1), size, names[one.label],
                           number, config.from_name, config.to_name)
        result.append(dict(region, score=one.score))
    scores = [one.score for one in kept]
    mean: Optional[float] = sum(scores) / len(scores) if scores else None
    return dict(result=result, score=mean, model_version=version)
