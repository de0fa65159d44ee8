import json

import pyarrow.parquet as pq
import pytest

from custom.inference.tagging.part_files import SCHEMA, PartFolder
from custom.utils.errors import InputError

RUN = dict(source_sha256='5a', checkpoint_sha256='c0', score_thr=None)
RECORD = dict(
    id=0,
    path='a.png',
    width=80,
    height=60,
    labels=['sun'],
    scores=[.5],
    boxes=[(1., 2., 3., 4.)],
    error=None,
    model_version='c0')


def test_parts_that_are_missing(tmp_path):
    out = str(tmp_path / 'out')
    folder = PartFolder(out, RUN, 7, 3)

    assert len(folder) == 3
    assert folder.missing() == {0: range(3), 1: range(3, 6), 2: range(6, 7)}
    assert not (tmp_path / 'out').exists()
    folder.write(1, [RECORD])
    assert PartFolder(out, RUN, 7, 3).missing() == {
        0: range(3),
        2: range(6, 7)
    }
    assert json.loads((tmp_path / 'out/_run.json').read_text()) == dict(
        RUN, pictures=7, part_size=3)


def test_what_is_in_a_part(tmp_path):
    error = dict.fromkeys(RECORD, None) | dict(id=1, error='no image')
    folder = PartFolder(str(tmp_path), RUN, 2, 1)
    with folder.locked():
        folder.write(0, [RECORD])
        folder.write(1, [error])

    # The folder as a whole, with what else stands in it.
    table = pq.read_table(tmp_path)
    assert table.schema == SCHEMA
    assert table.to_pylist() == [dict(RECORD, boxes=[[1, 2, 3, 4]]), error]


@pytest.mark.parametrize('change, count, size, message', [
    (dict(source_sha256='5b'), 7, 3, "source_sha256 was '5a' and is '5b'"),
    (dict(checkpoint_sha256='c1'), 7, 3, 'checkpoint_sha256 was'),
    (dict(score_thr=.3), 7, 3, 'score_thr was None and is 0.3'),
    ({}, 8, 3, 'pictures was 7 and is 8'),
    ({}, 7, 4, 'part_size was 3 and is 4'),
])
def test_parts_of_another_run(change, count, size, message, tmp_path):
    PartFolder(str(tmp_path), RUN, 7, 3).write(0, [RECORD])

    with pytest.raises(InputError, match=f'of another run: {message}'):
        PartFolder(str(tmp_path), {**RUN, **change}, count, size)


def test_a_folder_of_something_else(tmp_path):
    (tmp_path / 'mine.txt').touch()

    with pytest.raises(InputError, match='holds mine.txt and no _run.json'):
        PartFolder(str(tmp_path), RUN, 7, 3)
    with pytest.raises(InputError, match='mine.txt: is a file'):
        PartFolder(str(tmp_path / 'mine.txt'), RUN, 7, 3)


def test_one_at_a_time(tmp_path, monkeypatch):
    monkeypatch.setattr('custom.inference.tagging.part_files._PATIENCE', .2)
    folder = PartFolder(str(tmp_path), RUN, 7, 3)

    with folder.locked():
        with pytest.raises(InputError, match='another process writes it'):
            with PartFolder(str(tmp_path), RUN, 7, 3).locked():
                pass
    with folder.locked():
        pass


def test_what_a_killed_one_has_left_is_removed(tmp_path):
    folder = PartFolder(str(tmp_path), RUN, 7, 3)
    folder.write(0, [RECORD])
    (tmp_path / 'part-00001.parquet.123.part').touch()

    with folder.locked():
        pass
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        '.lock', '_run.json', 'part-00000.parquet'
    ]


def test_another_run_that_began_meanwhile(tmp_path):
    """Both found the folder empty; the first was killed."""
    first, second = (
        PartFolder(str(tmp_path), dict(RUN, checkpoint_sha256=name), 7, 3)
        for name in 'ab')
    first.write(0, [RECORD])
    with pytest.raises(InputError, match='of another run'), second.locked():
        pass
