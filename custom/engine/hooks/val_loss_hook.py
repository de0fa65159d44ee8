"""Hook that computes the losses on the validation set."""
import contextlib
import copy
import random
import sys
from collections import defaultdict
from typing import Any, Dict, Iterator, List, Optional

import numpy as np
import torch
from mmdet.registry import HOOKS
from mmengine.config import Config
from mmengine.dist import all_reduce, get_rank, get_world_size, is_main_process
from mmengine.hooks import Hook
from mmengine.model import is_model_wrapper
from mmengine.runner import Runner
from torch import nn
from torch.utils.data import DataLoader

from custom.config.tree import nested_dicts, type_name
from custom.utils.errors import InputError
from custom.utils.tables import print_table, results_table

# What a box head calls them; others are logged and not in the table.
_COLUMNS = ('loss', 'loss_cls', 'loss_bbox', 'acc')


@HOOKS.register_module()
class ValLossHook(Hook):
    """Computes the validation loss, all parts of it, after an epoch.

    The model is in eval mode: batch norms use what they have learned and
    learn nothing, nothing is dropped out. Each time the same RoIs and anchors
    are sampled, and weights and the training's course of chance stay as they
    are. Images are those of ``val_dataloader`` without augmentation, but with
    their boxes loaded before resizing, since losses are computed on the
    resized image.

    ``val/loss``, ``val/loss_*`` and ``val/acc`` (accuracy of the sampled
    RoIs, percent), means over the images, are written to ``scalars.json``
    and drawn by :class:`PlotCurvesHook`. A line tells those of the epoch
    beside the training's, whose means are over its steps while the weights
    still changed; a table of all epochs stands at the end. With
    ``val_dataloader = None``, as for a training on all images, it does
    nothing.

    Args:
        interval: Of epochs.
    """
    # After the checkpoint hook: what fails here costs no epoch.
    priority = 'LOWEST'

    def __init__(self, interval: int = 1) -> None:
        self.interval = interval
        self._loader: Optional[DataLoader] = None
        self._rows: List[Dict[str, Any]] = []

    def before_train(self, runner: Runner) -> None:
        if runner.cfg.val_dataloader is None:
            runner.logger.info('no validation, so no losses of it')
        else:
            self._loader = build_loss_loader(runner.cfg)

    def after_train_epoch(self, runner: Runner) -> None:
        if self._loader is None or not self.every_n_epochs(
                runner, self.interval):
            return
        epoch = runner.epoch + 1
        with runner.optim_wrapper.optim_context(runner.model):
            losses = validation_losses(runner.model, self._loader)
        runner.visualizer.add_scalars(
            {
                f'val/{name}': value
                for name, value in losses.items()
            },
            step=epoch)
        steps = len(runner.train_dataloader)
        row: Dict[str, Any] = dict(epoch=epoch)
        for name in losses:
            if name in _COLUMNS:
                history = runner.message_hub.get_scalar(f'train/{name}')
                row[f'{name} train'] = float(history.mean(steps))
                row[f'{name} val'] = losses[name]
        self._rows.append(row)
        line = f'epoch {epoch}: ' + '  '.join(f'{name} {value:.3f}'
                                              for name, value in row.items()
                                              if name != 'epoch')
        runner.logger.info(line)
        # Beside a progress bar the logger writes to its file alone.
        if sys.stdout.isatty() and is_main_process():
            print(line)

    def after_train(self, runner: Runner) -> None:
        if self._rows and is_main_process():
            columns = [
                'epoch', *(f'{name} {of}' for name in _COLUMNS
                           for of in ('train', 'val')
                           if f'{name} {of}' in self._rows[0])
            ]
            print_table(results_table(self._rows, columns))


def build_loss_loader(cfg: Config) -> DataLoader:
    """Data loader of the validation set, from which losses can be computed.

    The pipeline is the training's as far as ``LoadAnnotations``, so that
    everything the losses need is loaded, and then the validation's without
    what loads.

    Raises:
        InputError: The config lacks one of these.
    """
    train = next((node['pipeline']
                  for node in nested_dicts(cfg.train_dataloader)
                  if _load_annotations(node.get('pipeline'))), None)
    loader = copy.deepcopy(cfg.val_dataloader)
    dataset = (loader or {}).get('dataset', {})
    if train is None or 'pipeline' not in dataset:
        raise InputError(
            f'{cfg.filename}: ValLossHook needs LoadAnnotations in the '
            'pipeline of train_dataloader and a pipeline in '
            'val_dataloader.dataset. Add them, or leave out the hook.')
    dataset.pipeline = train[:_load_annotations(train)] + [
        step
        for step in dataset.pipeline if not type_name(step).startswith('Load')
    ]
    # Workers for some seconds an epoch shall not stay for the rest of it.
    loader.persistent_workers = False
    return Runner.build_dataloader(loader, seed=0)


def validation_losses(model: nn.Module,
                      loader: DataLoader,
                      seed: int = 0) -> Dict[str, float]:
    """Validation losses: means over the images of a loader.

    Of several processes each computes those of its share. Images that fill up
    a share, so that all are of one length, don't count.

    Args:
        model: A detector, or what wraps it for several GPUs. It is in the
            same mode afterwards.
        loader: Its batches have boxes in pixels of the resized images.
        seed: Of the samples that the losses are computed from. The random
            generators of this process are as before afterwards.

    Returns:
        What ``train_step`` would log: ``loss``, its parts and, of some heads,
        ``acc``.
    """
    if is_model_wrapper(model):
        model = model.module
    device = next(model.parameters()).device
    sums: Dict[str, torch.Tensor] = defaultdict(lambda: torch.zeros(
        (), device=device))
    images = torch.zeros((), device=device)
    share = range(get_rank(), len(loader.dataset), get_world_size())
    done = 0
    with _chance_kept(), _in_eval_mode(model), torch.no_grad():
        for batch in loader:
            # The same draws for the same image, whoever has it.
            _seed(seed + get_rank() + get_world_size() * done)
            count = len(share[done:done + len(batch['inputs'])])
            if count:  # else it is run all the same: heads may wait for it
                batch = {key: value[:count] for key, value in batch.items()}
            data = model.data_preprocessor(batch, False)
            losses = model(**data, mode='loss')
            _, logged = model.parse_losses(losses)
            done += count
            images += count
            for name, value in logged.items():
                sums[name] += count * value
    all_reduce(images)
    for total in sums.values():
        all_reduce(total)
    return {name: float(total / images) for name, total in sums.items()}


@contextlib.contextmanager
def _in_eval_mode(model: nn.Module) -> Iterator[None]:
    # Norms that stay in eval mode during training must do so afterwards.
    modes = [(module, module.training) for module in model.modules()]
    model.eval()
    try:
        yield
    finally:
        for module, training in modes:
            module.training = training


@contextlib.contextmanager
def _chance_kept() -> Iterator[None]:
    """Leaves the random generators as they were."""
    numpy_state, python_state = np.random.get_state(), random.getstate()
    try:
        with torch.random.fork_rng():
            yield
    finally:
        np.random.set_state(numpy_state)
        random.setstate(python_state)


def _seed(seed: int) -> None:
    torch.manual_seed(seed)
    np.random.seed(seed)
    random.seed(seed)


def _load_annotations(pipeline: Optional[List[dict]]) -> int:
    """The number of steps up to LoadAnnotations; 0 without it."""
    types = [type_name(step) for step in pipeline or ()]
    return 1 + types.index('LoadAnnotations') if ('LoadAnnotations'
                                                  in types) else 0
