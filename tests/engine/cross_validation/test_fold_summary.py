"""Folds whose predictions are the truth."""
import json

import numpy as np
import pytest

from custom.datasets.annotations.layout import annotation_file, class_names
from custom.datasets.annotations.strict_reader import read_annotations
from custom.engine.cross_validation.fold_folders import make_folds
from custom.engine.cross_validation.fold_run import FoldRun
from custom.engine.cross_validation.fold_summary import (fold_rows, pool_folds,
                                                         write_summary)
from custom.evaluation.results_file import write_predictions
from tests.helpers.sample_pool import write


@pytest.fixture
def root(tmp_path):
    """Two folds of eight images, four with a cat and four with a dog."""
    write(tmp_path / 'data', 'train',
          [f'{"cd"[i % 2]}{i}.png' for i in range(8)])
    make_folds(tmp_path / 'cv', tmp_path / 'data', 2, '', {})
    return tmp_path / 'cv'


def note(run, score):
    """The result of a run, every box of its test images found."""
    annotations = read_annotations(annotation_file(run.data, 'test'))
    classes = class_names(run.data)
    found = [
        dict(
            img_id=annotations.image_ids[row],
            bboxes=np.array([[x, y, x + w, y + h]]),
            scores=np.array([0.8]),
            labels=np.array([classes.index(annotations.category_names[label])
                             ])) for row, label, (x, y, w, h) in
        zip(annotations.image_of, annotations.category_of, annotations.boxes)
    ]
    run.work_dir.mkdir(parents=True)
    write_predictions(run.predictions, found, annotations, classes)
    scores = {
        'coco/bbox_mAP': score,
        'coco/bbox_mAP_50': 2 * score,
        'coco/bbox_mAP_75': -1
    }
    (run.work_dir / 'test_results.json').write_text(
        json.dumps(dict(scores=scores)))
    run.note_result('epoch_3.pth')


def test_table_of_folds(root):
    runs = [FoldRun(root, fold, seed) for seed in (0, 1) for fold in (1, 2)]
    for run, score in zip(runs, (0.1, 0.3, 0.2, 0.4)):
        note(run, score)

    *rows, mean, over_folds, over_seeds = fold_rows(runs)
    assert [row['run'] for row in rows] == [run.name for run in runs]
    assert rows[0] == dict(
        run='fold 1, seed 0',
        images=4,
        epoch=3,
        mAP=0.1,
        mAP50=0.2,
        mAP75=None)
    # Folds 0.15 and 0.35, seeds 0.2 and 0.3.
    assert mean['mAP'] == pytest.approx(0.25)
    assert over_folds['mAP'] == pytest.approx(0.2 / 2**0.5)
    assert over_seeds['mAP50'] == pytest.approx(0.2 / 2**0.5)
    assert mean['mAP75'] is None


def test_pooled(root):
    runs = [FoldRun(root, fold, 0) for fold in (1, 2)]
    for run in runs:
        note(run, 0.5)

    pooled = pool_folds(root, runs, 'two folds')
    found = json.loads((root / 'out_of_fold.json').read_text())
    assert sorted(record['image_id'] for record in found) == [*range(1, 9)]
    assert {record['category_id'] for record in found} == {3, 7}
    assert pooled.scores.overall['mAP'] == pytest.approx(1)
    assert [row['boxes'] for row in pooled.scores.per_class] == [4, 4]
    # Right at 0.8 and below: the middle.
    assert pooled.thresholds == dict(cat=0.4, dog=0.4)
    assert 'two folds' in pooled.report.page.read_text()

    path = write_summary(root, runs, pooled)
    written = json.loads(path.read_text())
    assert written['thresholds'] == pooled.thresholds
    assert written['spread']['mAP'] == dict(
        mean=0.5, over_folds=0, over_seeds=None)
    assert [run['fold'] for run in written['runs']] == [1, 2]
