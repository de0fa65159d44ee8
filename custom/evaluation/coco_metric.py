"""The registered metric: COCO AP with classes matched by name."""
from typing import Dict, List, Optional, Sequence

from mmdet.registry import METRICS
from mmengine.evaluator import BaseMetric

from custom.datasets.annotations.strict_reader import read_annotations


@METRICS.register_module()
class CocoByNameMetric(BaseMetric):
    """Box AP as pycocotools computes it, unrounded, whatever the order of
    the file's categories.

    The results are named as MMDetection's CocoMetric names them:
    ``coco/bbox_mAP``, ``coco/bbox_mAP_50`` and so on, see
    :data:`custom.evaluation.coco_eval.OVERALL`. A model that finds nothing
    scores 0, so that the best checkpoint can be chosen from the first epoch.

    Args:
        ann_file: COCO JSON of the split that is evaluated.
        collect_device: For several processes. ``'gpu'``: over the network,
            with CPUs as well; ``'cpu'``: by files, in a folder ``.dist_test``
            that all machines share.
        prefix: Put before the names of the results instead of ``coco``.

    Attributes:
        per_class: After an evaluation, one dict per class as described at
            :class:`custom.evaluation.coco_eval.BoxScores`; empty before.
        predictions: After an evaluation, what was found, as
            :func:`custom.evaluation.coco_eval.score_boxes` takes it.
    """
    default_prefix = 'coco'

    def __init__(self,
                 ann_file: str,
                 collect_device: str = 'gpu',
                 prefix: Optional[str] = None) -> None:
        super().__init__(collect_device=collect_device, prefix=prefix)
        self.ann_file = ann_file
        self.annotations = read_annotations(ann_file)
        self.per_class: List[dict] = []
        self.predictions: List[dict] = []

    def process(self, data_batch: dict, data_samples: Sequence[dict]) -> None:
        """Keeps ``pred_instances`` (``bboxes`` xyxy, ``scores``, ``labels``)
        of each data sample."""
        for sample in data_samples:
            found = sample['pred_instances']
            self.results.append({
                'img_id': sample['img_id'],
                **{
                    key: found[key].cpu().numpy()
                    for key in ('bboxes', 'scores', 'labels')
                }
            })

    def compute_metrics(self, results: List[dict]) -> Dict[str, float]:
        """The scores over all kept predictions, 0 to 1."""
        # Kernels of Numba load with it, which what only registers can do
        # without: a sixth of a second of every start.
        from custom.evaluation.coco_eval import score_boxes
        scores = score_boxes(self.annotations, results,
                             self.dataset_meta['classes'], self.ann_file)
        self.per_class = scores.per_class
        self.predictions = results
        return {f'bbox_{name}': v for name, v in scores.overall.items()}
