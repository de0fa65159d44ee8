"""Visualization hook: ground truth and detections side by side."""
import os.path as osp
from typing import Optional, Sequence

from mmdet.registry import HOOKS
from mmengine.hooks import Hook

from custom.structures.detection import Detection, to_detections
from custom.utils.image_io import read_image, write_jpeg
from custom.utils.paths import safe_name
from custom.visualization.draw import draw_pair


@HOOKS.register_module()
class DetPairVisualizationHook(Hook):
    """Saves each tested image as a pair: ground truth beside detections.

    Args:
        out_dir: Folder for the images, named by id and name of the image.
        score_thr: Detections below are not drawn.
    """

    def __init__(self, out_dir: str, score_thr: float = 0.5) -> None:
        self.out_dir = out_dir
        self.score_thr = score_thr

    def after_test_iter(self,
                        runner,
                        batch_idx: int,
                        data_batch: Optional[dict] = None,
                        outputs: Optional[Sequence] = None) -> None:
        classes = runner.test_dataloader.dataset.metainfo['classes']
        for sample in outputs:
            truth = [
                Detection(classes[label], 1., tuple(box))
                for label, box in zip(sample.gt_instances.labels.tolist(),
                                      sample.gt_instances.bboxes.tolist())
            ]
            found = [
                d for d in to_detections(sample.pred_instances, classes)
                if d.score >= self.score_thr
            ]
            pair = draw_pair(
                read_image(sample.img_path), truth, found, names=classes)
            name = osp.splitext(osp.basename(sample.img_path))[0]
            # An id may be any text, a path among them.
            name = safe_name(f'{sample.img_id}_{name}')
            write_jpeg(osp.join(self.out_dir, f'{name}.jpg'), pair)
