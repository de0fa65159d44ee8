"""Summary of a data set that a tool has written."""
from typing import TYPE_CHECKING, Union

if TYPE_CHECKING:
    from pathlib import Path

    from custom.datasets.formats.samples import ImportResult


def print_summary(out: Union[str, 'Path'], found: 'ImportResult') -> None:
    """Prints images and boxes of each split, and notes."""
    from collections import Counter
    for split, records in found.splits.items():
        counts = Counter(box.name for r in records for box in r.boxes)
        print(f'{split}: {len(records)} images, {counts.total()} boxes ('
              f'{", ".join(f"{n} {counts[n]}" for n in found.classes)})')
    print_notes(found.notes)
    print(f'written to {out}')


def print_notes(notes: dict) -> None:
    """Prints what an owner of the data should know."""
    for sentence, count in notes.items():
        print(f'note: {count} {sentence}')
