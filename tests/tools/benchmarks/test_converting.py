import pytest

from benchmarks.converting import COLUMNS, converting, make_source
from custom.datasets.checks.run import check_dataset

pytestmark = pytest.mark.slow


def test_the_source_is_sound(tmp_path):
    make_source(tmp_path / 'source', 20, 100)
    report = check_dataset(tmp_path / 'source')
    assert [(s.split, s.images, s.boxes)
            for s in report.splits] == [('train', 18, 90), ('val', 2, 10)]


def test_rows():
    rows = [*converting([(10, 50)], ['yolo'])]
    assert [row['work']
            for row in rows] == ['import coco', 'export yolo', 'import yolo']
    assert all(
        int(row['peak MB']) >= int(row['of it imports']) > 0 for row in rows)
    assert {key for row in rows for key in row} == {*COLUMNS}
