import json

import pytest

from benchmarks.first_step import COLUMNS, first_step, link_records
from custom.datasets.annotations.layout import annotation_file, image_folder


def test_files_are_linked_again_and_again(drawings, tmp_path):
    link_records(drawings, tmp_path, 40)

    train = json.loads(annotation_file(tmp_path, 'train').read_bytes())
    names = [image['file_name'] for image in train['images']]
    assert len({*names}) == 40
    files = {(image_folder(tmp_path) / name).resolve() for name in names}
    assert len(files) == 16
    # The 17th is the first once more, with its boxes.
    boxes = [[
        box['bbox'] for box in train['annotations'] if box['image_id'] == i
    ] for i in (0, 16)]
    assert boxes[0] == boxes[1] != []
    assert [box['id'] for box in train['annotations']
            ] == [*range(len(train['annotations']))]


@pytest.mark.slow
def test_rows(drawings):
    row, = first_step(drawings, [20], [(1, 0)], ('--imgsz', '64'))

    assert {*row} == {*COLUMNS}
    assert 0 < float(row['s to the check']) < float(row['s to the first step'])
    assert int(row['peak MB of all']) > 100
