import cv2
import pytest

from benchmarks.tagging import COLUMNS, tagging


@pytest.mark.slow
def test_rows(r18, images, tmp_path):
    for i, pixels in enumerate(images):
        cv2.imwrite(str(tmp_path / f'{i}.png'), pixels)

    rows = [*tagging(r18[1], str(tmp_path), 1, 20, [40], ['1 process'])]

    assert [row['pictures'] for row in rows] == [20, 40]
    assert all(int(row['peak MB']) > 0 for row in rows)
    assert {key for row in rows for key in row} == {*COLUMNS}
