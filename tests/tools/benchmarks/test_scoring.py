from benchmarks.scoring import FOUND, scoring_job
from custom.classes import NAMES
from custom.evaluation.coco_eval import score_boxes


def test_generated_boxes_score_neither_nothing_nor_all():
    job = scoring_job(images=3)

    scores = score_boxes(job['annotations'], job['predictions'], NAMES,
                         'generated boxes')

    assert [len(p['bboxes']) for p in job['predictions']] == [FOUND] * 3
    assert 0 < scores.overall['mAP'] < .9
