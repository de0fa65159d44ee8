from itertools import islice

import pytest

from benchmarks.checking import (COLUMNS, checking, drawings, make_folder,
                                 noises)
from custom.datasets.annotations.issues import CODES, ERROR
from custom.datasets.checks.run import check_dataset

pytestmark = pytest.mark.slow


def test_images():
    assert [p.shape for p in islice(noises(), 2)] == [(64, 64, 3)] * 2
    first, second = drawings(2)
    assert first.shape == second.shape == (256, 256, 3)
    assert (first != second).any()


def test_the_data_set_is_sound(tmp_path):
    make_folder(tmp_path / 'data', 20, noises())
    report = check_dataset(tmp_path / 'data')
    assert [(s.split, s.images, s.boxes)
            for s in report.splits] == [('train', 16, 80), ('val', 2, 10),
                                        ('test', 2, 10)]
    assert [
        p for p in report.problems
        if CODES[p.code].severity == ERROR or p.code.startswith(('copy',
                                                                 'similar'))
    ] == []


def test_rows():
    rows = [*checking(rounds=1, images=10, memory_images=[10])]
    assert [row['work'] for row in rows] == [
        'bare decode loop', 'scan_images', 'check_dataset',
        'check_dataset, headers', 'whole process, decode',
        'whole process, headers'
    ]
    assert rows[0]['of bare loop'] == '100%'
    assert int(rows[-1]['peak MB']) > 0
    assert {key for row in rows for key in row} == {*COLUMNS}
