import numpy as np

from custom.datasets.splitting.split_report import share_rows

HALVES = dict(train=0.5, val=0.5)


def test_no_boxes():
    rows = share_rows(np.zeros((2, 1), int), np.array([0, 1]), HALVES, ['cat'])
    assert rows == [
        {
            '': 'cat',
            'number': 0,
            'train 50%': None,
            'val 50%': None,
            'off by': None
        },
        {
            '': 'images',
            'number': 2,
            'train 50%': '50.0',
            'val 50%': '50.0',
            'off by': '0.0  '
        },
        {
            '': '  with 0 boxes',
            'number': 2,
            'train 50%': '50.0',
            'val 50%': '50.0',
            'off by': '0.0  '
        },
    ]


def test_worst_class_is_marked():
    counts = np.array([[3, 1], [1, 1], [0, 30]])
    rows = share_rows(counts, np.array([0, 1, 1]), HALVES, ['cat', 'dog'])
    lines = [tuple(row.values()) for row in rows]
    assert lines == [
        ('cat', 4, '75.0', '25.0', '25.0  '),
        ('dog', 32, '3.1', '96.9', '46.9 *'),
        ('images', 3, '33.3', '66.7', '16.7  '),
        ('  with 2 boxes', 1, '0.0', '100.0', '50.0  '),
        ('  with 4 boxes', 1, '100.0', '0.0', '50.0  '),
        ('  with 17 to 32 boxes', 1, '0.0', '100.0', '50.0  '),
    ]


def test_exact():
    rows = share_rows(np.ones((2, 1), int), np.array([0, 1]), HALVES, ['cat'])
    assert {row['off by'] for row in rows} == {'0.0  '}
