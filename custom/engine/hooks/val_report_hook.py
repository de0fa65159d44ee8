"""Hook that fits score thresholds and writes a report when training ends."""
import contextlib
import os.path as osp
from typing import Dict, Iterator, List, Optional

import torch
from mmdet.registry import HOOKS
from mmengine.dist import barrier, is_main_process
from mmengine.evaluator import Evaluator
from mmengine.hooks import Hook
from mmengine.model import is_model_wrapper
from mmengine.runner import Runner, ValLoop
from mmengine.runner.amp import autocast
from torch import nn

from custom.checkpoint.dataset_meta import checkpoint_thresholds
from custom.checkpoint.loading import load
from custom.checkpoint.thresholds import write_thresholds
from custom.engine.hooks.checkpoint_hook import SafeCheckpointHook
from custom.engine.hooks.fast_inference_hook import FastInferenceHook
from custom.engine.stop_signal import StoppedBySignal
from custom.evaluation.coco_metric import CocoByNameMetric

# Beside report/, which tools/test.py writes of test.
FOLDER = 'report_val'


@HOOKS.register_module()
class ValReportHook(Hook):
    """Fits score thresholds of the best checkpoint on val, writes them into
    it, and a report of val to ``report_val`` in the work dir.

    It validates once more, with the weights that the best checkpoint holds.
    Thresholds that it has already stay, and nothing is done where the report
    is there as well: a finished run that is resumed repeats nothing. Without
    a best checkpoint, or a :class:`CocoByNameMetric`, it does nothing.
    """
    # After the curves are plotted, and before a tracker collects files.
    priority = 'LOWEST'

    def after_train(self, runner: Runner) -> None:
        best, metric = best_checkpoint(runner), box_metric(runner)
        if best is None or metric is None:
            return
        barrier()  # the first of several processes has saved the best
        checkpoint = load(best)
        thresholds = checkpoint_thresholds(checkpoint, best)
        folder = osp.join(runner.work_dir, FOLDER)
        if thresholds and osp.exists(osp.join(folder, 'index.html')):
            return
        runner.logger.info(f'{osp.basename(best)} finds the objects of '
                           f'{metric.annotations.split} for its report')
        validate(runner, metric, checkpoint['state_dict'])
        if is_main_process():
            thresholds = thresholds or fit_and_store(best, metric)
            write_report(runner, metric, best, folder, thresholds)


def best_checkpoint(runner: Runner) -> Optional[str]:
    """Path of the best checkpoint of a run, by its first metric."""
    record = getattr(runner, 'record', None)  # not with MMEngine's Runner
    for hook in runner.hooks:
        if record and isinstance(hook, SafeCheckpointHook):
            for best in record.best.values():
                return osp.join(hook.out_dir, best['file'])
    return None


def box_metric(runner: Runner) -> Optional[CocoByNameMetric]:
    """The box metric of the validation, if it has one."""
    loop = runner.val_loop
    metrics = loop.evaluator.metrics if isinstance(loop, ValLoop) else []
    return next(
        (metric for metric in metrics if isinstance(metric, CocoByNameMetric)),
        None)


def validate(runner: Runner, metric: CocoByNameMetric,
             weights: Dict[str, torch.Tensor]) -> None:
    """Runs a validation with the weights of a checkpoint, as it was run in
    training but without its hooks; ``metric.predictions`` are the result."""
    loop = runner.val_loop
    evaluator = Evaluator(metric)
    evaluator.dataset_meta = loop.dataloader.dataset.metainfo
    model = runner.model
    if is_model_wrapper(model):
        model = model.module
    with _weights(model,
                  weights), torch.no_grad(), autocast(enabled=loop.fp16):
        model = _fast(model.eval(), runner.hooks)
        for batch in loop.dataloader:
            number = runner.stop_signal.came()
            if number:
                raise StoppedBySignal(
                    number, 'stopped before the report; --resume makes it, or '
                    'tools/fit_thresholds.py and tools/test.py do')
            evaluator.process(model.val_step(batch), batch)
        evaluator.evaluate(len(loop.dataloader.dataset))


def fit_and_store(best: str, metric: CocoByNameMetric) -> Dict[str, float]:
    """Fits thresholds for F1 on what was found, and writes them into a
    checkpoint."""
    # A training needs no kernels of Numba until it ends.
    from custom.evaluation.matching import match_boxes
    from custom.evaluation.score_curves import score_curves
    from custom.evaluation.score_thresholds import fit_thresholds
    classes = metric.dataset_meta['classes']
    matches = match_boxes(metric.annotations, metric.predictions, classes,
                          metric.ann_file)
    fitted = fit_thresholds(score_curves(matches), 'f1').by_name(classes)
    write_thresholds(best, fitted)
    return fitted


def write_report(runner: Runner, metric: CocoByNameMetric, best: str,
                 folder: str, thresholds: Dict[str, float]) -> None:
    """Writes the report, and tells what limits the detector."""
    from custom.evaluation.report.evaluation_report import report_split
    data = osp.dirname(osp.dirname(metric.ann_file))
    done = report_split(
        folder, metric.annotations, metric.predictions,
        metric.dataset_meta['classes'], thresholds,
        f'{osp.basename(best)} on {metric.annotations.split} of {data}')
    runner.logger.info(done.limit)
    runner.logger.info(f'Report: {done.page}')


def _fast(model: nn.Module, hooks: List[Hook]) -> nn.Module:
    for hook in hooks:
        if isinstance(hook, FastInferenceHook):
            return hook.optimized(model)
    return model


@contextlib.contextmanager
def _weights(model: nn.Module, weights: Dict[str,
                                             torch.Tensor]) -> Iterator[None]:
    """Puts other weights into a model for a while."""
    before = {
        name: value.clone()
        for name, value in model.state_dict().items()
    }
    model.load_state_dict(weights)
    try:
        yield
    finally:
        model.load_state_dict(before)
