"""Baseline COCO metric: pycocotools, called as its own demo calls it."""
from typing import Callable, List

from protocol import run_worker
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval


def prepare(job: dict, options: dict) -> Callable[[], List[float]]:

    def score() -> List[float]:
        truth = COCO()
        truth.dataset = job['annotations']
        truth.createIndex()
        found = truth.loadRes(_records(job['predictions']))
        evaluation = COCOeval(truth, found, 'bbox')
        evaluation.evaluate()
        evaluation.accumulate()
        evaluation.summarize()
        return [float(value) for value in evaluation.stats[:6]]

    return score


def _records(predictions: list) -> List[dict]:
    records = []
    for prediction in predictions:
        boxes = prediction['bboxes'].double()
        boxes[:, 2:] -= boxes[:, :2]
        for box, score, label in zip(boxes.tolist(),
                                     prediction['scores'].tolist(),
                                     prediction['labels'].tolist()):
            records.append(
                dict(
                    image_id=prediction['img_id'],
                    category_id=label + 1,
                    bbox=box,
                    score=score))
    return records


if __name__ == '__main__':
    run_worker(prepare)
