"""Benchmark results as a table and as JSON."""
import json
from datetime import date
from typing import List, Optional, Sequence

from rich.table import Table

from benchmarks.benchmark_settings import BenchmarkSettings
from benchmarks.interpreter import Baseline
from benchmarks.measure import ResultRow
from custom.utils.tables import results_table


def environment_lines(ours: dict, baseline: Optional[Baseline],
                      device: str) -> List[str]:
    """Environment lines: hardware, versions, from ``workers/describe.py``."""
    hardware = (f'{ours["cpu"]}, {ours["cores"]} cores, '
                f'{" ".join(ours["isa"])}')
    if device != 'cpu':
        hardware = f'{ours["gpu"]}, CUDA {ours["cuda"]}; {hardware}'
    lines = [f'hardware: {hardware}', f'here: {_versions(ours)}']
    if baseline:
        compiled = ', mmcv compiled' if baseline.name == 'mmdet' else ''
        lines.append(f'other: stock {baseline.name}; {_versions(baseline.has)}'
                     f'{compiled}')
    return lines


def ratio_table(rows: Sequence[ResultRow], title: str) -> Table:
    """Table of times and ratios; a column that no row fills is left out."""
    # What a row has not is None or False: a dash in the table.
    cells = [{k: v or None for k, v in _cells(row).items()} for row in rows]
    columns = [
        column for column in (cells[0] if cells else ())
        if any(line[column] for line in cells)
    ]
    return results_table(cells, columns, title=title)


def to_json(rows: Sequence[ResultRow], here: dict,
            settings: BenchmarkSettings) -> str:
    """JSON of all rows, with the seconds of every round."""
    baseline = settings.baseline
    return json.dumps(
        dict(
            date=date.today().isoformat(),
            device=settings.device,
            size=settings.size,
            here=here,
            other=baseline and dict(baseline.has, measured=baseline.name),
            rows=[
                dict(
                    row._asdict(),
                    ratio=row.ratio and row.ratio._asdict(),
                    agreement=row.agreement and row.agreement._asdict())
                for row in rows
            ]),
        indent=1)


def _cells(row: ResultRow) -> dict:
    # A detector is judged by its whole process, an operator by what it adds.
    whole = row.items is not None
    return {
        'work':
        row.work,
        'here':
        row.variant,
        'best':
        len(row.seconds) > 1 and _seconds(row.best),
        'time':
        _seconds(row.time),
        'against':
        row.against,
        'other':
        _seconds(row.other_time),
        'ratio':
        row.ratio and f'{row.ratio.median:.2f}x',
        'min..max':
        row.ratio and f'{row.ratio.low:.2f}..{row.ratio.high:.2f}',
        'images/s':
        whole and row.time and f'{row.items / row.time:.3g}',
        'peak MB':
        whole and _megabytes(row.peak),
        'other peak':
        whole and _megabytes(row.other_peak),
        'added MB':
        not whole and _megabytes(row.growth),
        'other added':
        not whole and _megabytes(row.other_growth),
        'roofline':
        _seconds(row.roofline),
        'x roofline':
        row.roofline and row.time and f'{row.time / row.roofline:.1f}',
        'same result':
        row.agreement
        and ('' if row.agreement.same else 'DIFFERS: ') + row.agreement.words,
    }


def _seconds(value: Optional[float]) -> Optional[str]:
    if value is None:
        return None
    return f'{value:.2f} s' if value >= 1 else f'{value * 1e3:.3g} ms'


def _megabytes(value: Optional[int]) -> Optional[str]:
    return None if value is None else f'{value / 2**20:.0f}'


def _versions(has: dict) -> str:
    packages = ', '.join(f'{name} {version}'
                         for name, version in has['packages'].items())
    return (f'Python {has["python"]}, {packages}, '
            f'{has["threads"]} threads')
