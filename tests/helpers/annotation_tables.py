"""Tables made in memory, for the tests of the checks."""
from pathlib import Path

import numpy as np

from custom.datasets.annotations.columns import AnnotationTable


def make_table(boxes=(),
               image_of=None,
               category_of=None,
               sizes=((60, 40), ),
               names=('cat', 'dog', 'sun'),
               split='train',
               **changes):
    """Annotations 1, 2, … with boxes xywh; images 1.png, 2.png, …

    Every box is a cat on the first image unless told otherwise.
    """
    count, images = len(boxes), len(sizes)
    table = AnnotationTable(
        path=Path(f'{split}.json'),
        split=split,
        image_ids=[*range(1, images + 1)],
        file_names=[f'{i}.png' for i in range(1, images + 1)],
        sizes=np.array(sizes, float).reshape(-1, 2),
        category_ids=[*range(1,
                             len(names) + 1)],
        category_names=[*names],
        annotation_ids=[*range(1, count + 1)],
        image_of=np.array(image_of or [0] * count, np.int64),
        category_of=np.array(category_of or [0] * count, np.int64),
        boxes=np.array(boxes, float).reshape(-1, 4),
        areas=np.full(count, np.nan),
        crowd=np.zeros(count, bool),
        malformed=np.zeros(count, bool),
        has_masks=False,
        issues=[])
    return table._replace(**changes)


def found(problems):
    """The code and the record of every problem."""
    return [(problem.code, problem.record) for problem in problems]
