"""CSV reader: lines with their numbers."""
import csv
from pathlib import Path
from typing import Iterator, List, Tuple

from custom.utils.errors import InputError


def csv_lines(path: Path) -> Iterator[Tuple[int, List[str]]]:
    """The lines of a CSV file with their numbers, without empty ones.

    Raises:
        InputError: It can't be read, or is no CSV in UTF-8.
    """
    try:
        # utf-8-sig: some Windows editors put a byte order mark first.
        with open(path, newline='', encoding='utf-8-sig') as file:
            reader = csv.reader(file)
            yield from ((reader.line_num, line) for line in reader if line)
    except OSError as error:
        raise InputError(
            f'{path}: cannot be read ({error.strerror}).') from None
    except (UnicodeDecodeError, csv.Error) as error:
        raise InputError(f'{path}: not a CSV file ({error}). Save it as UTF-8 '
                         'with commas.') from None
