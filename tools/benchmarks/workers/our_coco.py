"""COCO metric worker: this project's metric on the job's predictions."""
from pathlib import Path
from typing import Callable, List

from benchmarks.workers.protocol import run_worker
from custom.datasets.annotations.columns import build_table
from custom.evaluation.coco_eval import OVERALL, score_boxes
from custom.utils.setup_env import setup_env


def prepare(job: dict, options: dict) -> Callable[[], List[float]]:
    predictions = [
        dict(
            img_id=prediction['img_id'],
            **{
                key: prediction[key].numpy()
                for key in ('bboxes', 'scores', 'labels')
            }) for prediction in job['predictions']
    ]
    classes = [
        category['name'] for category in job['annotations']['categories']
    ]

    table = build_table(Path('generated boxes'), job['annotations'].get)

    def score() -> List[float]:
        scores = score_boxes(table, predictions, classes, table.path)
        return [scores.overall[name] for name in OVERALL]

    return score


if __name__ == '__main__':
    setup_env()
    run_worker(prepare)
