"""JSON stream: the records of a large file, one by one."""
from pathlib import Path
from typing import Any, Callable, Iterator, Tuple

import ijson

from custom.datasets.formats.importers.json_kind import without_bom
from custom.utils.errors import InputError

# Exports nest 10 deep. The parser remembers the path of every open bracket:
# of 200,000 brackets it would take 100 GB.
_MAX_DEPTH = 100


def iter_items(path: Path, prefix: str = 'item') -> Iterator[Any]:
    """Items of a list of a JSON file, one by one; ``prefix`` as of ijson, by
    default the list that the file is.

    Raises:
        InputError: The file can't be read, or is no JSON.
    """
    return _read(path, ijson.items, prefix)


def iter_pairs(path: Path, prefix: str = '') -> Iterator[Tuple[str, Any]]:
    """Keys and values of an object of a file, by default the file itself.

    Raises:
        InputError: As :func:`iter_items`.
    """
    return _read(path, ijson.kvitems, prefix)


def require_shallow(path: Path) -> None:
    """Raises InputError where a file is no JSON, or nested absurdly deep."""
    depth = 0
    for event, _ in _read(path, ijson.basic_parse):
        depth += event.startswith('start') - event.startswith('end')
        if depth > _MAX_DEPTH:
            raise InputError(f'{path}: nested over {_MAX_DEPTH} deep. Export '
                             'it again.')


def _read(path: Path, parser: Callable, *args: str) -> Iterator[Any]:
    try:
        with open(path, 'rb') as file:
            yield from parser(without_bom(file), *args, use_float=True)
    except OSError as error:
        raise InputError(
            f'{path}: cannot be read ({error.strerror}).') from None
    except (ijson.JSONError, ValueError) as error:
        reason = (str(error).splitlines() or ['empty'])[0]
        raise InputError(f'{path}: not JSON ({reason}). Export it '
                         'again.') from None
