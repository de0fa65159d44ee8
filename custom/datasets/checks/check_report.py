"""Report of a check: tables for a person, JSON for a program."""
import json
import math
from collections import Counter
from itertools import groupby
from typing import List, Sequence

from rich.box import SIMPLE_HEAD
from rich.console import Group
from rich.table import Table
from rich.text import Text

from custom.datasets.annotations.issues import (CODES, ERROR, NOTE, SEVERITIES,
                                                WARNING, Issue)
from custom.datasets.checks.run import CheckReport

_EXAMPLES = 3
_STYLES = {ERROR: 'bold red', WARNING: 'yellow', NOTE: 'cyan'}


def summary_lines(report: CheckReport) -> List[str]:
    """Summary of a check: what the data set holds and what was found, by
    line."""
    lines = [f'{report.folder}: {_number(len(report.classes), "class")}']
    for split in report.splits:
        ignored = (f', {split.ignored} of them to be ignored'
                   if split.ignored else '')
        lines.append(f'{split.split}: {_number(split.images, "image")}, '
                     f'{split.empty} without a box, '
                     f'{_number(split.boxes, "box")}{ignored}')
    counts = Counter(CODES[p.code].severity for p in report.problems)
    found = ', '.join(
        _number(counts[severity], severity) for severity in SEVERITIES
        if counts[severity])
    return [*lines, f'found: {found or "nothing wrong"}']


def issue_table(problems: Sequence[Issue]) -> Table:
    """A row for each code: how often, the first records, effect and cure.

    Args:
        problems: Those of a code together, as in a report.
    """
    table = Table(box=SIMPLE_HEAD, pad_edge=False, leading=1)
    table.add_column('problem', no_wrap=True)
    table.add_column('what, where, and what to do')
    for code, group in groupby(problems, key=lambda problem: problem.code):
        found = list(group)
        severity = CODES[code].severity
        count = _number(len(found), severity)
        table.add_row(
            Text(f'{code}\n{count}', _STYLES[severity]), _explain(code, found))
    return table


def to_json(report: CheckReport) -> str:
    """The report as JSON: ``folder``, ``classes``, ``counts`` (one dict per
    split), ``codes`` (what each found code means) and ``problems``, NaN as
    null."""
    codes = {problem.code for problem in report.problems}
    return json.dumps(
        dict(
            folder=str(report.folder),
            classes=report.classes,
            counts=[split._asdict() for split in report.splits],
            codes={
                code:
                dict(
                    severity=entry.severity,
                    title=entry.title,
                    effect=entry.impact,
                    cure=entry.fix_hint,
                    fix=entry.fix)
                for code, entry in CODES.items() if code in codes
            },
            problems=[
                dict(
                    problem._asdict(),
                    severity=CODES[problem.code].severity,
                    boxes=[[None if math.isnan(v) else v for v in box]
                           for box in problem.boxes])
                for problem in report.problems
            ]),
        indent=1,
        ensure_ascii=False)


def _explain(code: str, found: Sequence[Issue]) -> Group:
    entry = CODES[code]
    examples = [
        f'{problem.split} {problem.record}: {problem.detail}'.strip()
        for problem in found[:_EXAMPLES]
    ]
    if len(found) > _EXAMPLES:
        examples.append(f'… and {len(found) - _EXAMPLES} more')
    # A grid, so that the lines of a long one begin below each other.
    lines = Table.grid(padding=(0, 1))
    for example in examples:
        lines.add_row('-', Text(_printable(example)))
    fix = f'; --fix {entry.fix}' if entry.fix else ''
    return Group(
        Text(entry.title, 'bold'), lines,
        Text(f'{entry.impact} Cure: {entry.fix_hint}{fix}.', 'dim'))


def _printable(text: str) -> str:
    """Replaces control characters: a name could move the cursor."""
    return ''.join(c if c.isprintable() else '?' for c in text)


def _number(count: int, thing: str) -> str:
    plural = 'es' if thing[-1] in 'sx' else 's'
    return f'{count} {thing}{plural * (count != 1)}'
