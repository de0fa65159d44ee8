from pathlib import Path

from benchmarks.scoring import FOUND, scoring_job
from custom.classes import NAMES
from custom.datasets.annotations.columns import build_table
from custom.evaluation.coco_eval import score_boxes


def test_generated_boxes_score_neither_nothing_nor_all():
    job = scoring_job(images=3)

    table = build_table(Path('generated boxes'), job['annotations'].get)
    scores = score_boxes(table, job['predictions'], NAMES, table.path)

    assert [len(p['bboxes']) for p in job['predictions']] == [FOUND] * 3
    assert 0 < scores.overall['mAP'] < .9
