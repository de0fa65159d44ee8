"""CSV reader: lines with their numbers."""
import csv
from pathlib import Path
from typing import Iterator, List, Tuple

from custom.utils.errors import InputError
from custom.utils.paths import text_encoding


def csv_lines(path: Path) -> Iterator[Tuple[int, List[str]]]:
    """The lines of a CSV file with their numbers, without empty ones.

    Raises:
        InputError: It can't be read, or is no CSV in UTF-8.
    """
    try:
        with open(path, newline='', encoding=text_encoding(path)) as file:
            reader = csv.reader(file)
            yield from ((reader.line_num, line) for line in reader if line)
    except OSError as error:
        raise InputError(
            f'{path}: cannot be read ({error.strerror}).') from None
    except (UnicodeError, csv.Error) as error:
        raise InputError(f'{path}: not a CSV file ({error}). Save it as UTF-8 '
                         'with commas.') from None
