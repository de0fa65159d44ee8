"""Terminal tables of results."""
import math
from numbers import Integral, Real
from typing import IO, Any, Mapping, Optional, Sequence

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.measure import Measurement
from rich.table import Table


def results_table(rows: Sequence[Mapping[str, Any]],
                  columns: Sequence[str],
                  sort_by: Optional[str] = None,
                  title: Optional[str] = None) -> Table:
    """Builds a results table, names on the left and numbers on the right.

    Args:
        rows: One mapping per row. A column that it lacks, None and NaN are
            shown as ``-``; floats with three decimals.
        columns: The keys to show, in order; the first is the row's name.
        sort_by: Column to sort by, best first, rows without a value last.
        title: Line above the table.
    """
    if sort_by is not None:
        rows = sorted(rows, key=lambda row: _descending(row.get(sort_by)))
    table = Table(box=SIMPLE_HEAD, title=title, title_justify='left')
    for i, column in enumerate(columns):
        table.add_column(
            column, justify='right' if i else 'left', no_wrap=True)
    for row in rows:
        table.add_row(*(_cell(row.get(column)) for column in columns))
    return table


def print_table(table: Table, file: Optional[IO[str]] = None) -> None:
    """Prints a table, whole when the output is a file or a pipe.

    Args:
        table: What :func:`results_table` made.
        file: An open text file; standard output when None.
    """
    # A class may be called "cup [red]".
    console = Console(file=file, markup=False, emoji=False)
    if not console.is_terminal:
        # Rich takes a pipe for 80 columns and would cut names to fit.
        unbounded = console.options.update(max_width=10_000)
        console.width = Measurement.get(console, unbounded, table).maximum
    console.print(table)


def _missing(value: Any) -> bool:
    return value is None or isinstance(value, Real) and math.isnan(value)


def _descending(value: Any) -> float:
    return math.inf if _missing(value) else -value


def _cell(value: Any) -> str:
    if _missing(value):
        return '-'
    # NumPy's own floats and integers count as such here.
    if isinstance(value, Real) and not isinstance(value, Integral):
        return f'{value:.3f}'
    return str(value)
