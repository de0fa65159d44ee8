"""Contact sheet of the first examples of each issue."""
from itertools import groupby, islice
from pathlib import Path
from typing import List, Optional, Sequence

import cv2
import numpy as np

from custom.datasets.annotations.issues import CODES, Issue
from custom.datasets.annotations.layout import image_folder
from custom.utils.errors import InputError
from custom.utils.image_io import read_image
from custom.visualization.draw import captioned, shrink

_PER_CODE = 3
_COLUMNS = 4
_SIDE = 400
_GAP = 8
_RED, _GRAY, _WHITE = (40, 40, 230), (190, 190, 190), (255, 255, 255)


def issue_sheet(folder: Path,
                problems: Sequence[Issue]) -> Optional[np.ndarray]:
    """Up to three examples of every code that shows in images.

    Boxes that are wrong are red; an image that they stick out of has a gray
    margin there. An image that can't be decoded is gray.

    Args:
        folder: The data set folder.
        problems: In the order of the report, a code's together.

    Returns:
        uint8 (H, W, 3), BGR; None when no problem has an image.
    """
    shown = (problem for problem in problems if problem.images)
    examples = [
        _example(folder, problem)
        for _, found in groupby(shown, key=lambda problem: problem.code)
        for problem in islice(found, _PER_CODE)
    ]
    rows = [
        _side_by_side([_padded(e) for e in examples[i:i + _COLUMNS]])
        for i in range(0, len(examples), _COLUMNS)
    ]
    width = max((row.shape[1] for row in rows), default=0)
    return np.vstack([_grown(row, row.shape[0], width)
                      for row in rows]) if rows else None


def _example(folder: Path, problem: Issue) -> np.ndarray:
    drawn = []
    side = _SIDE // len(problem.images[:2])
    for name in problem.images[:2]:
        # The boxes are of the first.
        boxes = [] if drawn else problem.boxes
        try:
            image = read_image(str(image_folder(folder) / name))
        except InputError:
            image, boxes = np.full((side, side, 3), _GRAY, np.uint8), []
        drawn.append(_with_boxes(image, boxes, side))
    row = _side_by_side(drawn)
    side = (_SIDE - row.shape[1]) // 2
    row = cv2.copyMakeBorder(row, 0, 0, side, side, cv2.BORDER_CONSTANT, None,
                             _WHITE)
    return captioned(row, f'{CODES[problem.code].severity}: {problem.code}',
                     f'{problem.split} {problem.record}', problem.detail)


def _side_by_side(drawn: Sequence[np.ndarray]) -> np.ndarray:
    height = max(image.shape[0] for image in drawn)
    return np.hstack([_grown(p, height, p.shape[1]) for p in drawn])


def _grown(image: np.ndarray, height: int, width: int) -> np.ndarray:
    """White at its right and lower side up to a size in pixels."""
    return cv2.copyMakeBorder(image, 0, height - image.shape[0], 0,
                              width - image.shape[1], cv2.BORDER_CONSTANT,
                              None, _WHITE)


def _padded(image: np.ndarray) -> np.ndarray:
    return cv2.copyMakeBorder(image, *[_GAP] * 4, cv2.BORDER_CONSTANT, None,
                              _WHITE)


def _with_boxes(image: np.ndarray, boxes: Sequence[List[float]],
                side: int) -> np.ndarray:
    height, width = image.shape[:2]
    edges = np.nan_to_num([(x, y, x + w, y + h) for x, y, w, h in boxes])
    edges = edges.reshape(-1, 4)
    # As much of the outside as the farthest box needs, half a side at most.
    limit = np.array([width, height]) // 2
    margins = -edges[:, :2], edges[:, 2:] - (width, height)
    (left, top), (right, bottom) = (
        np.clip(m.max(0, initial=0), 0, limit).astype(int) for m in margins)
    image = cv2.copyMakeBorder(image, top, bottom, left, right,
                               cv2.BORDER_CONSTANT, None, _GRAY)
    scale = min(1.0, side / max(image.shape[:2]))
    image = shrink(image, side)
    last = image.shape[1] - 1, image.shape[0] - 1
    corners = np.clip((edges + (left, top) * 2) * scale, 0, last * 2)
    for x1, y1, x2, y2 in corners.round().astype(int).tolist():
        cv2.rectangle(image, (x1, y1), (x2, y2), _RED, 2)
    return image
