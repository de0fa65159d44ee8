import io
import math

import numpy as np

from custom.utils.tables import print_table, results_table


def lines(rows, columns, **kwargs):
    file = io.StringIO()
    print_table(results_table(rows, columns, **kwargs), file)
    return [line.split() for line in file.getvalue().splitlines()
            if line.strip()]  # yapf: disable


def test_no_rows():
    assert lines([], ['class', 'AP'])[0] == ['class', 'AP']


def test_numbers_and_missing_values():
    rows = [
        dict(name='sun', boxes=12, AP=0.51249),
        dict(name='cat', boxes=np.int64(0), AP=math.nan),
        dict(name='dog', boxes=3, AP=np.float32(0.25)),
        dict(name='car'),
    ]
    assert lines(rows, ['name', 'boxes', 'AP'])[2:] == [
        ['sun', '12', '0.512'],
        ['cat', '0', '-'],
        ['dog', '3', '0.250'],
        ['car', '-', '-'],
    ]


def test_best_first_and_missing_last():
    rows = [
        dict(name='cat', AP=math.nan),
        dict(name='sun', AP=0.1),
        dict(name='dog', AP=0.9),
    ]
    table = lines(rows, ['name', 'AP'], sort_by='AP', title='per class')
    assert table[0] == ['per', 'class']
    assert [row[0] for row in table[3:]] == ['dog', 'sun', 'cat']


def test_a_pipe_cuts_nothing():
    name = 'x' * 200
    assert lines([dict(name=name, AP=0.5)],
                 ['name', 'AP'])[-1] == [name, '0.500']


def test_names_are_as_written():
    """Rich takes brackets for markup, and words between colons for emoji."""
    names = ['cup [red]', 'a [/b]', ':smile:']
    rows = lines([dict(name=name) for name in names], ['name'], title='[old]')
    assert [' '.join(row) for row in rows[3:]] == names
    assert rows[0] == ['[old]']
