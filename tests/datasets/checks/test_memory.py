"""A hundred thousand images are checked in little more memory than one."""
import json
import tracemalloc

import numpy as np
import pytest

from custom.datasets.annotations.reader import read_table
from custom.datasets.checks.box_format_errors import (check_box_format,
                                                      check_outliers)
from custom.datasets.checks.boxes import check_boxes
from custom.datasets.checks.records import check_records
from custom.datasets.images.hash_table import ImageHashes
from custom.datasets.images.scan import ImageScan
from tests.helpers.annotation_tables import make_table

FEW, MANY = 80_000, 160_000


def peak(work, *args):
    """Bytes that are held at most, of what work takes."""
    tracemalloc.start()
    try:
        kept = work(*args)
        return tracemalloc.get_traced_memory()[1]
    finally:
        del kept
        tracemalloc.stop()


def grid(count):
    """Five boxes an image, side by side, of three classes in turns."""
    column = np.arange(count) % 5
    boxes = np.column_stack([column * 12 + 1, column + 2, column + 5] +
                            [np.full(count, 8)])
    return make_table(
        boxes,
        image_of=(np.arange(count) // 5).tolist(),
        category_of=(np.arange(count) % 3).tolist(),
        sizes=np.full((count // 5, 2), 100))


@pytest.mark.parametrize('check', [
    check_records, check_box_format,
    lambda table: check_boxes(table, table.category_of),
    lambda table: check_outliers(table, table.category_of)
], ids=['records', 'habits', 'boxes', 'outliers'])  # yapf: disable
def test_bytes_for_each_box(check):
    few, many = (
        peak(lambda: [*check(table)]) for table in map(grid, (FEW, MANY)))
    assert (many - few) / (MANY - FEW) < 80


def write(path, count):
    path.write_text(
        json.dumps(
            dict(
                images=[dict(id=0, file_name='a', width=100, height=100)],
                categories=[dict(id=0, name='cat')],
                annotations=[
                    dict(id=i, image_id=0, category_id=0, bbox=[1, 2, 3, 4])
                    for i in range(count)
                ])))
    return path


def test_bytes_for_each_box_of_a_table(tmp_path):
    """58 are its columns, 4 room to grow."""
    few, many = (
        peak(read_table, write(tmp_path / 'a.json', count))
        for count in (4_000, 16_000))
    assert (many - few) / 12_000 < 75


def test_bytes_for_each_image():
    """400 of them are its thumbnail."""

    def scans(count):
        for row in range(count):
            yield ImageScan(
                str(row),
                60,
                40,
                digest=row.to_bytes(16, 'big'),
                phash=row,
                thumb=bytes(400))

    few, many = (peak(ImageHashes, scans(count)) for count in (2_000, 10_000))
    assert (many - few) / 8_000 < 520
