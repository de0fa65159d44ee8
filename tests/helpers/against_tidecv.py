"""Compares TIDE errors with tidecv 1.0.1 on random data; no part of the tests.

tidecv 1.0.1 needs pandas and seaborn, so install it beside this project in an
environment of its own.

tidecv counts a class without a box that is found somewhere as one of AP 0,
here it doesn't count: so with the cats, of which there is none, its means are
over three classes and those here over two.

It prints the greatest difference of each number and ends with 1 if one is
above 0.001 of a percent point.
"""
import sys

import numpy as np
from tidecv import TIDE
from tidecv.data import Data

from custom.evaluation.matching import match_boxes
from custom.evaluation.tide_errors import tide_errors
from tests.helpers.box_matches import CLASSES, random_case

SHORT_NAMES = ('Cls', 'Loc', 'Both', 'Dupe', 'Bkg', 'Miss')


def theirs(table, predictions):
    """mAP, cost of the six types, false positives, false negatives, counts."""
    truth, found = Data('truth'), Data('found')
    for image in range(len(table.image_ids)):
        truth.add_image(image, str(image))
    for i, box in enumerate(table.boxes.tolist()):
        add = truth.add_ignore_region if table.crowd[
            i] else truth.add_ground_truth
        add(int(table.image_of[i]), int(2 - table.category_of[i]), box)
    for one in predictions:
        boxes = np.asarray(one['bboxes'], np.float64)
        boxes[:, 2:] -= boxes[:, :2]
        for label, score, box in zip(one['labels'].tolist(),
                                     one['scores'].tolist(), boxes.tolist()):
            found.add_detection(one['img_id'] - 1, label, score, box)
    run = TIDE().evaluate(truth, found, mode=TIDE.BOX)
    main, special = run.fix_main_errors(), run.fix_special_errors()
    cost = {kind.short_name: value for kind, value in main.items()}
    counts = {
        kind.short_name: value
        for kind, value in run.count_errors().items()
    }
    return [
        run.ap, *(cost[name] for name in SHORT_NAMES), *special.values(),
        *(counts[name] for name in SHORT_NAMES)
    ]


def ours(table, predictions):
    errors = tide_errors(match_boxes(table, predictions, CLASSES, 'val.json'))
    shares = (errors.average_precision, *errors.cost.values(),
              errors.false_positives, errors.false_negatives)
    return [
        *(100 * share * 2 / 3 for share in shares), *errors.counts.values()
    ]


def main():
    worst = np.zeros(15)
    for seed in range(60):
        case = random_case(
            seed,
            num_images=2 + seed % 20,
            num_boxes=(8, 40, 130)[seed % 3],
            decimals=(1, 9)[seed % 2])
        for one in case[1]:
            # An IoU of exactly 0.5 with a crowd region ignores a box here, as
            # in COCO, but not there.
            one['bboxes'][:, 2:] += .01
        apart = np.abs(np.subtract(ours(*case), theirs(*case)))
        if apart.max() > 1e-3:
            print(seed, apart.round(4).tolist())
        worst = np.maximum(worst, apart)
    print('greatest differences', worst.tolist())
    return int(worst.max() > 1e-3)


if __name__ == '__main__':
    sys.exit(main())
