import io
import json
from pathlib import Path

import pytest
from rich.console import Console

from custom.datasets.annotations.issues import Issue
from custom.datasets.annotations.layout import SplitSummary
from custom.datasets.checks.check_report import (issue_table, summary_lines,
                                                 to_json)
from custom.datasets.checks.run import CheckReport

EMPTY = [
    Issue('box-empty', 'train', f'annotation {i}', f'box [1, 2, 0, {i}]',
          ['a.png'], [[1, 2, 0, i]], [i]) for i in range(5)
]
FEW = Issue('class-few', 'val', 'class cat', 'has 3 boxes here')


def report(*problems):
    splits = [
        SplitSummary('train', 2, 1, 5, 0),
        SplitSummary('val', 1, 0, 1, 1)
    ]
    return CheckReport(Path('data/pets'), ('cat', ), splits, [*problems])


def printed(problems, width=100, terminal=False):
    console = Console(
        file=io.StringIO(),
        width=width,
        force_terminal=terminal,
        color_system='standard' if terminal else None)
    console.print(issue_table(problems))
    return console.file.getvalue()


def test_nothing_wrong():
    assert summary_lines(report()) == [
        'data/pets: 1 class',
        'train: 2 images, 1 without a box, 5 boxes',
        'val: 1 image, 0 without a box, 1 box, 1 of them to be ignored',
        'found: nothing wrong',
    ]
    assert json.loads(to_json(report()))['problems'] == []


def test_summary_counts_by_severity():
    assert summary_lines(report(*EMPTY,
                                FEW))[-1] == 'found: 5 errors, 1 warning'


def test_table():
    text = printed([*EMPTY, FEW])
    assert [line.strip() for line in text.splitlines()
            if line.strip()][2:] == [
                'box-empty   box of zero or negative size',
                '5 errors    - train annotation 0: box [1, 2, 0, 0]',
                '- train annotation 1: box [1, 2, 0, 1]',
                '- train annotation 2: box [1, 2, 0, 2]',
                '- … and 2 more',
                'Training stops at it. Cure: draw it again; --fix leaves the '
                'box out.',
                'class-few   class with under 10 boxes in this split',
                '1 warning   - val class cat: has 3 boxes here',
                'Learned badly, or measured by luck. Cure: add examples, or '
                'split again with',
                'tools/split_dataset.py.',
            ]
    assert max(map(len, text.splitlines())) <= 100


def test_colors_on_a_terminal_alone():
    assert '\x1b[1;31mbox-empty' in printed(EMPTY, terminal=True)
    assert '\x1b' not in printed(EMPTY)


@pytest.mark.parametrize('name', ['[red]a[/].png', '\x1b[2Ja.png', '그림.png'])
def test_names_are_printed_as_they_are_and_do_nothing(name):
    problem = EMPTY[0]._replace(detail=f'"{name}"')
    text = printed([problem], terminal=True)
    assert f'"{name}"'.replace('\x1b', '?') in text


def test_json():
    nan = EMPTY[0]._replace(
        code='box-not-finite', boxes=[[1, 2, float('nan'), 4]])
    found = json.loads(to_json(report(nan, FEW)), parse_constant=pytest.fail)
    assert found['folder'] == 'data/pets'
    assert found['classes'] == ['cat']
    assert found['counts'][1] == dict(
        split='val', images=1, empty=0, boxes=1, ignored=1)
    assert found['problems'][0] == dict(
        code='box-not-finite',
        severity='error',
        split='train',
        record='annotation 0',
        detail='box [1, 2, 0, 0]',
        images=['a.png'],
        boxes=[[1, 2, None, 4]],
        annotations=[0])
    assert [*found['codes']] == ['box-not-finite', 'class-few']
    assert found['codes']['class-few']['severity'] == 'warning'
