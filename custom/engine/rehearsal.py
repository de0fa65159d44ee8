"""Rehearsal of a training: its time and memory, measured before it starts."""
import contextlib
import copy
import itertools
import multiprocessing
import os
import os.path as osp
import shutil
import signal
import tempfile
import threading
import time
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Iterator, List, NamedTuple, Optional, Sequence, Tuple

import torch
from mmdet.registry import LOOPS
from mmengine.config import Config
from mmengine.registry import RUNNERS
from mmengine.runner import EpochBasedTrainLoop
from mmengine.utils import import_modules_from_strings
from torch import nn
from torch.nn import functional as F
from torch.utils.data import Dataset

from custom.engine.hooks.val_report_hook import ValReportHook
from custom.engine.memory import (Memory, device_memory, explain_out_of_memory,
                                  memory_limit_error)
from custom.utils.errors import InputError
from custom.utils.parallel import end_with_parent
from custom.utils.setup_env import setup_env

_SECONDS, _STEPS = 10, 6  # at least so many of each are timed
_VAL_BATCHES = 3  # the first of them warms up
_DRAWS = 4  # of an image, whose augmented size is random


class Timing(NamedTuple):
    """Timing of a training, in seconds.

    ``epoch`` is that to go on from, ``reports`` whether a report follows, and
    ``losses`` are those of the first steps.
    """
    start: float
    step: float
    val_image: float
    epoch: int
    steps_per_epoch: int
    val_images: int
    val_begin: int
    val_interval: int
    reports: bool
    losses: List[float]

    def validations(self, max_epochs: int) -> int:
        """Number of validations of a training up to an epoch, one more for
        its report included."""
        times = sum(epoch >= self.val_begin and (
            epoch % self.val_interval == 0 or epoch == max_epochs)
                    for epoch in range(self.epoch + 1, max_epochs + 1))
        return times and self.val_images and times + self.reports

    def seconds(self, max_epochs: int) -> float:
        """Seconds that a training up to an epoch will take."""
        steps = (max_epochs - self.epoch) * self.steps_per_epoch
        images = self.validations(max_epochs) * self.val_images
        return self.start + steps * self.step + images * self.val_image


class Rehearsal(NamedTuple):
    """Rehearsal of a training: what it holds and, if that was asked, takes.

    ``images`` is the number of images of an epoch.
    """
    memory: Memory
    images: int
    timing: Optional[Timing]


def rehearse(cfg: Config, seconds: float = _SECONDS) -> Rehearsal:
    """Rehearses a training: builds all of it and takes some steps.

    It runs in a process of its own, with a work dir that is removed, and
    leaves nothing behind: no file, no memory, no state of MMEngine or of the
    random generators.

    Args:
        cfg: As :func:`custom.engine.setup.setup_training` leaves it.
        seconds: How long to time steps on batches of the loader, six at
            least, and some of validation; with 0 nothing is timed. Memory is
            measured on :func:`largest_batch` in any case.

    Raises:
        InputError: It trains by iterations or on several GPUs; or what a
            training would raise.
        MemoryLimitError: The memory doesn't suffice.
    """
    several = cfg.get('launcher', 'none') != 'none'
    if several or 'max_iters' in cfg.train_cfg:
        raise InputError(
            f'{cfg.filename}: can be rehearsed only if it trains by epochs '
            'and without --launcher. Leave out what asks for a rehearsal '
            '(--dry-run, --time, --batch auto).')
    started = time.time()
    # Spawned: neither CUDA nor the threads of OpenMP survive a fork. ^C is
    # answered here.
    executor = ProcessPoolExecutor(1, multiprocessing.get_context('spawn'),
                                   signal.signal,
                                   (signal.SIGINT, signal.SIG_IGN))
    others = {*multiprocessing.active_children()}
    try:
        with tempfile.TemporaryDirectory() as folder, executor:
            done = executor.submit(_rehearse, _aside(cfg, folder, seconds),
                                   started)
            process, = {*multiprocessing.active_children()} - others
            try:
                return done.result()
            finally:
                process.kill()
    except BrokenProcessPool:
        if process.exitcode != -signal.SIGKILL:
            raise
        raise memory_limit_error(cfg) from None  # the kernel did it


def largest_batch(dataset: Dataset, batch_size: int) -> List[dict]:
    """Largest batch that a data set may give, before it is collated.

    All its images are the one with the most boxes among those of extreme
    sizes, padded to the greatest height and the greatest width of them: lying
    and upright images do meet in a batch.
    """
    samples = [
        dataset[index] for index in _extremes(dataset) for _ in range(_DRAWS)
    ]
    height, width = (
        max(sample['inputs'].shape[dim] for sample in samples)
        for dim in (1, 2))
    fullest = max(
        samples, key=lambda sample: len(sample['data_samples'].gt_instances))
    image = fullest['inputs']
    fullest['inputs'] = F.pad(
        image, (0, width - image.shape[2], 0, height - image.shape[1]))
    return [copy.deepcopy(fullest) for _ in range(batch_size)]


@LOOPS.register_module()
class RehearsalLoop(EpochBasedTrainLoop):
    """Training loop of a rehearsal; its result is ``rehearsal``.

    Args:
        started: ``time.time()`` of the start.
        seconds: As for :func:`rehearse`.
    """

    def __init__(self, *args, started: float, seconds: float,
                 **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self._started = started
        self._seconds = seconds
        self.rehearsal: Optional[Rehearsal] = None

    def run(self) -> nn.Module:
        """BaseLoop.run: some steps, the largest one, and validation."""
        self.runner.call_hook('before_train')
        self.runner.call_hook('before_train_epoch')
        self.runner.model.train()
        epoch = self.epoch
        # Held on to, for without it the loader's workers would end.
        batches = itertools.chain.from_iterable(
            itertools.repeat(self.dataloader))
        losses, ends = self._steps(batches)
        self._largest_step()
        timing = None
        if self._seconds:
            # The first third warms up: caches fill, also those of transforms.
            warm = len(ends) // 3
            step = (ends[-1] - ends[warm - 1]) / (len(ends) - warm)
            timing = Timing(ends[warm - 1] - warm * step, step,
                            self._val_image(), epoch, len(self.dataloader),
                            self._val_images(), self.val_begin,
                            self.val_interval, self._reports(), losses)
        self.rehearsal = Rehearsal(device_memory(),
                                   len(self.dataloader.dataset), timing)
        return self.runner.model

    def _steps(self,
               batches: Iterator[dict]) -> Tuple[List[float], List[float]]:
        """Losses of some steps, and the seconds at their ends."""
        losses, ends = [], []
        for number, batch in enumerate(batches, 1):
            self.run_iter(number - 1, batch)
            loss = self.runner.message_hub.get_scalar('train/loss').current()
            losses.append(float(loss))
            ends.append(self._now())
            if not self._seconds or (number >= _STEPS
                                     and ends[-1] - ends[0] >= self._seconds):
                break
        return losses, ends

    def _largest_step(self) -> None:
        loader = self.dataloader
        batch = largest_batch(loader.dataset, loader.batch_sampler.batch_size)
        self.runner.model.train_step(
            loader.collate_fn(batch), self.runner.optim_wrapper)

    def _reports(self) -> bool:
        return any(
            isinstance(hook, ValReportHook) for hook in self.runner.hooks)

    def _val_images(self) -> int:
        loop = self.runner.val_loop
        return len(loop.dataloader.dataset) if loop else 0

    def _val_image(self) -> float:
        if not self._val_images():
            return 0
        self.runner.call_hook('before_val')
        self.runner.call_hook('before_val_epoch')
        self.runner.model.eval()
        loop = self.runner.val_loop
        ends, counts = [self._now()], []
        for number, batch in zip(range(_VAL_BATCHES), loop.dataloader):
            loop.run_iter(number, batch)
            ends.append(self._now())
            counts.append(len(batch['data_samples']))
        warm = int(len(counts) > 1)
        return (ends[-1] - ends[warm]) / sum(counts[warm:])

    def _now(self) -> float:
        if torch.cuda.is_available():
            torch.cuda.synchronize()
        return time.time() - self._started


def _extremes(dataset: Dataset) -> Sequence[int]:
    """Images of extreme sizes and with the most boxes, by index."""
    infos = [dataset.get_data_info(index) for index in range(len(dataset))]
    measures = (lambda info: info['width'], lambda info: info['height'],
                lambda info: info['width'] / info['height'],
                lambda info: info['height'] / info['width'],
                lambda info: len(info['instances']))
    return sorted({
        max(range(len(infos)), key=lambda index: measure(infos[index]))
        for measure in measures
    })


def _aside(cfg: Config, folder: str, seconds: float) -> Config:
    """Isolated config: no log, no tracker, no file outside of ``folder``."""
    cfg = copy.deepcopy(cfg)
    with contextlib.suppress(OSError):
        # Which validations need not be made up on resume.
        shutil.copy(osp.join(cfg.work_dir, 'run.json'), folder)
    cfg.work_dir = folder
    cfg.log_level = 'ERROR'
    # On resume it may remove files of the real run; others report to servers.
    if cfg.get('default_hooks'):
        cfg.default_hooks.checkpoint = None
    if cfg.get('visualizer'):
        cfg.visualizer.vis_backends = [dict(type='LocalVisBackend')]
    cfg.train_cfg.pop('by_epoch', None)
    cfg.train_cfg.update(type='RehearsalLoop', seconds=seconds)
    return cfg


def _rehearse(cfg: Config, started: float) -> Rehearsal:
    # If memory runs out, the kernel shall kill this process, not its parent.
    with contextlib.suppress(OSError):
        Path('/proc/self/oom_score_adj').write_text('1000')
    threading.Thread(target=end_with_parent, daemon=True).start()
    setup_env()
    import_modules_from_strings(**cfg.get('custom_imports', {}))
    cfg.train_cfg.started = started
    with _silent():
        try:
            runner = RUNNERS.build(cfg)
            runner.train()
        except Exception as error:
            raise explain_out_of_memory(error, cfg) or error
    return runner.train_loop.rehearsal


@contextlib.contextmanager
def _silent() -> Iterator[None]:
    with open(os.devnull, 'w') as nowhere:
        with contextlib.redirect_stdout(nowhere):
            with contextlib.redirect_stderr(nowhere):
                yield
