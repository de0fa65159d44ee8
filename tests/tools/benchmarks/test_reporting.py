import pytest

from benchmarks.reporting import COLUMNS, reporting

pytestmark = pytest.mark.slow


def test_rows():
    rows = [*reporting(10)]
    assert [rows[0]['work'], rows[-1]['work']] == ['matching', 'all']
    assert {row['boxes found'] for row in rows} == {1000}
    assert int(rows[-1]['peak MB']) >= int(rows[-1]['of it before']) > 0
    assert {key for row in rows for key in row} == {*COLUMNS}
