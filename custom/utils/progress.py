"""Progress bar of long work, plain lines in a log file."""
import contextlib
import time
from datetime import timedelta
from typing import ContextManager, Iterable, Iterator, TypeVar

from rich.console import Console
from rich.progress import (BarColumn, MofNCompleteColumn, Progress,
                           ProgressColumn, Task, TextColumn,
                           TimeRemainingColumn)
from rich.progress import track as rich_track
from rich.text import Text

Item = TypeVar('Item')

_PAUSE = 60  # seconds, between two lines of work that is told with its rate


def track(items: Iterable[Item], label: str, total: int) -> Iterator[Item]:
    """Passes the items on: a bar on a terminal, else ten plain lines.

    Args:
        items: Anything iterable.
        label: What is being done, in a word or two.
        total: How many items are expected.
    """
    console = Console()
    if console.is_terminal:
        yield from rich_track(items, label, total=total, console=console)
        return
    with _closing(items) as source:
        for done, item in enumerate(source, 1):
            yield item
            if done * 10 // total > (done - 1) * 10 // total:
                print(f'{label}: {done}/{total}', flush=True)


def track_rate(items: Iterable[Item], label: str, total: int,
               unit: str) -> Iterator[Item]:
    """Passes the items of work of hours on: as :func:`track`, with rate and
    time left, and a plain line a minute.

    Args:
        items, label, total: As of :func:`track`.
        unit: What the items are, in the plural.
    """
    console = Console()
    if console.is_terminal:
        columns = (TextColumn(label), BarColumn(), MofNCompleteColumn(),
                   _RateColumn(unit), TimeRemainingColumn())
        with Progress(*columns, console=console) as progress:
            yield from progress.track(items, total)
        return
    start = told = time.monotonic()
    with _closing(items) as source:
        for done, item in enumerate(source, 1):
            yield item
            now = time.monotonic()
            if done == total or now - told >= _PAUSE:
                told = now
                print(
                    rate_line(label, done, total, unit, now - start),
                    flush=True)


def rate_line(label: str, done: int, total: int, unit: str,
              seconds: float) -> str:
    """Line of progress: what is done, at which rate, and the time left."""
    rate = done / max(seconds, 1e-9)
    left = timedelta(seconds=round((total - done) / rate))
    return f'{label}: {done}/{total}, {rate:.1f} {unit}/s, {left} left'


def _closing(items: Iterable[Item]) -> ContextManager[Iterable[Item]]:
    """Closes a generator when its reader stops early."""
    if hasattr(items, 'close'):
        return contextlib.closing(items)
    return contextlib.nullcontext(items)


class _RateColumn(ProgressColumn):
    """Column of items a second, over the last half minute."""

    def __init__(self, unit: str) -> None:
        super().__init__()
        self._unit = unit

    def render(self, task: Task) -> Text:
        return Text(f'{task.finished_speed or task.speed or 0:.1f} '
                    f'{self._unit}/s')
