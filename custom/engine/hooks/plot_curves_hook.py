"""Hook that plots the training curves."""
import os.path as osp

from mmdet.registry import HOOKS
from mmengine.dist import master_only
from mmengine.hooks import Hook


@HOOKS.register_module()
class PlotCurvesHook(Hook):
    """Plots loss, learning rate and mAP to ``curves.png`` in the work dir.

    A resumed run has one folder of logs a start; the curves join them all.
    """
    priority = 'VERY_LOW'

    @master_only
    def after_train(self, runner) -> None:
        # Matplotlib, which is slow to load, is needed at the end alone.
        from custom.visualization.training_curves import (find_scalars,
                                                          plot_curves)
        path = osp.join(runner.work_dir, 'curves.png')
        plot_curves(find_scalars(runner.work_dir), path)
        runner.logger.info(f'Curves: {path}')
