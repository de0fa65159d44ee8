"""Hook with a progress bar on a terminal."""
import atexit
import logging
from typing import Optional, Sequence

from mmdet.registry import HOOKS
from mmengine.dist import is_main_process
from mmengine.hooks import Hook
from mmengine.logging import MMLogger
from rich.console import Console
from rich.progress import (BarColumn, MofNCompleteColumn, Progress, TextColumn,
                           TimeElapsedColumn, TimeRemainingColumn)


@HOOKS.register_module()
class ProgressHook(Hook):
    """Progress bar with time left, loss and learning rate, on a terminal.

    Without one it does nothing: LoggerHook's plain lines are right for a
    file. While the bar is there those lines go to the log file alone.
    """
    priority = 'LOW'

    def __init__(self) -> None:
        self._progress: Optional[Progress] = None
        # No hook is told of an error or ^C; the cursor must come back.
        atexit.register(self._stop)

    def before_train(self, runner) -> None:
        self._start(runner.logger, 'train', runner.max_iters, runner.iter)

    def before_test(self, runner) -> None:
        self._start(runner.logger, 'test', len(runner.test_dataloader))

    def after_train_iter(self,
                         runner,
                         batch_idx: int,
                         data_batch=None,
                         outputs: Optional[dict] = None) -> None:
        if self._progress:
            loss = runner.message_hub.get_scalar('train/loss').current()
            lr = runner.optim_wrapper.get_lr()['lr'][0]
            self._advance(f'epoch {runner.epoch + 1}/{runner.max_epochs}  '
                          f'loss {loss:.3f}  lr {lr:.1e}')

    def after_val_epoch(self, runner, metrics: Optional[dict] = None) -> None:
        if self._progress and metrics:
            scores = '  '.join(f'{key.split("/")[-1]} {value:.3f}'
                               for key, value in metrics.items()
                               if key.endswith(('mAP', 'mAP_50')))
            self._progress.console.print(f'epoch {runner.epoch}: {scores}')

    def after_test_iter(self,
                        runner,
                        batch_idx: int,
                        data_batch=None,
                        outputs: Optional[Sequence] = None) -> None:
        if self._progress:
            self._advance('')

    def after_train(self, runner) -> None:
        self._stop()

    def after_test(self, runner) -> None:
        self._stop()

    def _start(self,
               logger: MMLogger,
               what: str,
               total: int,
               done: int = 0) -> None:
        console = Console()
        if not console.is_terminal or not is_main_process():
            return
        self._quiet = [
            handler for handler in logger.handlers
            if not isinstance(handler, logging.FileHandler)
        ]
        for handler in self._quiet:
            handler.setLevel(logging.WARNING)
        self._progress = Progress(
            TextColumn(what),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
            TextColumn('{task.fields[news]}'),
            console=console)
        self._task = self._progress.add_task(
            '', total=total, completed=done, news='')
        self._progress.start()

    def _advance(self, news: str) -> None:
        self._progress.update(self._task, advance=1, news=news)

    def _stop(self) -> None:
        if self._progress:
            self._progress.stop()
            self._progress = None
            for handler in self._quiet:
                handler.setLevel(logging.INFO)
