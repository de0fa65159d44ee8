"""Odd but right boxes: how often they are taken for another layout.

    python -m tests.helpers.odd_boxes --sets 1000

Makes sets of boxes that are right as x, y, width, height though they look
odd, and counts those that are taken for something else; and how many sets of
the same boxes written in another layout are found out.
"""
import argparse
from typing import Dict, Iterator, Tuple

import numpy as np

from custom.datasets.annotations.box_format import (CORNERS, LAYOUTS,
                                                    BoxFormat,
                                                    find_box_format_mismatch)

COCO = BoxFormat('xywh')
SIDES = np.array([(640, 480), (480, 640), (500, 375), (300, 300), (1920, 1080),
                  (1080, 1920), (64, 64), (4000, 3000)])
KINDS = ('any', 'right border', 'bottom border', 'left border', 'all borders',
         'tiny', 'square', 'whole image', 'upper left', 'lower right',
         'centered', 'strips', 'large')


def make_boxes(kind: str, rng: np.random.Generator,
               count: int) -> Tuple[np.ndarray, np.ndarray]:
    """Boxes of a kind, xywh float64 (count, 4), and the sizes of their
    images, float64 (count, 2)."""
    sizes = SIDES[rng.integers(0, len(SIDES), count)].astype(float)
    part = rng.uniform(.03, .6, (count, 2))
    if kind == 'tiny':
        part = 3 / sizes
    elif kind == 'square':
        part = part.min(1, keepdims=True) * sizes.min(1)[:, None] / sizes
    elif kind == 'whole image':
        part = rng.uniform(.95, 1, (count, 2))
    elif kind == 'strips':
        part[:, rng.integers(0, 2)] = rng.uniform(.9, 1)
    elif kind == 'large':
        part = rng.uniform(.6, .95, (count, 2))
    place = rng.uniform(0, 1, (count, 2))  # of the room that is left
    if kind == 'right border':
        place[:, 0] = 1
    elif kind == 'bottom border':
        place[:, 1] = 1
    elif kind == 'left border':
        place[:, 0] = 0
    elif kind == 'all borders':
        place = place.round()
    elif kind == 'upper left':
        place *= .1
    elif kind == 'lower right':
        place = 1 - .1 * place
    elif kind == 'centered':
        place[:] = .5
    sides = part * sizes
    return np.hstack([place * (sizes - sides), sides]).round(1), sizes


def as_layout(boxes: np.ndarray, layout: str) -> np.ndarray:
    """Boxes xywh written in a layout."""
    if layout.startswith(('y', 'cy')):
        boxes = boxes[:, [1, 0, 3, 2]]
    first, sides = boxes[:, :2], boxes[:, 2:]
    if layout.startswith('c'):
        first = first + sides / 2
    second = first + sides if layout in CORNERS else sides
    numbers = np.hstack([first, second])
    return numbers[:, [0, 2, 1, 3]] if layout == 'xxyy' else numbers


def study(sets: int, seed: int = 0) -> Iterator[Tuple[str, int, Dict]]:
    """Of each kind the false alarms, and the sets found out by layout."""
    rng = np.random.default_rng(seed)
    for kind in KINDS:
        wrong, told = 0, dict.fromkeys([*LAYOUTS][1:], 0)
        for _ in range(sets):
            boxes, sizes = make_boxes(kind, rng, int(rng.integers(3, 300)))
            wrong += find_box_format_mismatch(boxes, sizes, COCO) is not None
            for layout in told:
                found = find_box_format_mismatch(
                    as_layout(boxes, layout), sizes, COCO)
                told[layout] += bool(found) and found.reading.layout == layout
        yield kind, wrong, told


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    parser.add_argument('--sets', type=int, default=1000)
    sets = parser.parse_args().sets
    print(f'of {sets} sets of 3 to 299 boxes: false alarms, then found out '
          f'when written as {", ".join([*LAYOUTS][1:])}')
    for kind, wrong, told in study(sets):
        print(f'{kind:14}{wrong:6}  {[*told.values()]}')


if __name__ == '__main__':
    main()
