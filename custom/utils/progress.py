"""Progress bar of long work, plain lines in a log file."""
import contextlib
from typing import Iterable, Iterator, TypeVar

from rich.console import Console
from rich.progress import track as rich_track

Item = TypeVar('Item')


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
    with contextlib.closing(iter(items)) if hasattr(
            items, 'close') else contextlib.nullcontext(items) as source:
        for done, item in enumerate(source, 1):
            yield item
            if done * 10 // total > (done - 1) * 10 // total:
                print(f'{label}: {done}/{total}', flush=True)
