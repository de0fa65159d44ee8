import numpy as np
import pytest

from custom.datasets.proposals.resume_log import (ImageProposals,
                                                  open_resume_log)
from custom.datasets.proposals.selective_search import SelectiveSearchSettings
from custom.utils.errors import InputError

A = ImageProposals('a.png', [10, 20], np.array([[0, 0.1, 2.5, 3]], 'f4'))
B = ImageProposals('사과/b.png', [11, 21], np.empty((0, 4), 'f4'))


def assert_same(found, *wanted):
    assert [*found] == [one.name for one in wanted]
    for ours, theirs in zip(found.values(), wanted):
        assert ours.stamp == theirs.stamp
        assert ours.boxes.tolist() == theirs.boxes.tolist()
        assert ours.boxes.shape == theirs.boxes.shape
        assert ours.boxes.dtype == np.float32


@pytest.fixture
def path(tmp_path):
    """The journal of two images."""
    path = tmp_path / 'out' / 'train.jsonl'
    with open_resume_log(path, SelectiveSearchSettings()) as journal:
        assert journal.found == {}
        journal.add(A)
        journal.add(B)
    return path


def test_goes_on(path):
    later = A._replace(stamp=[10, 30])
    with open_resume_log(path, SelectiveSearchSettings()) as journal:
        assert_same(journal.found, A, B)
        journal.add(later)
    with open_resume_log(path, SelectiveSearchSettings()) as journal:
        assert_same(journal.found, later, B)


def test_cut_off_anywhere(path):
    """What a kill left of the last line goes; the rest is read."""
    whole = path.read_bytes()
    ends = [i for i, byte in enumerate(whole, 1) if byte == ord('\n')]
    for length in range(len(whole)):
        path.write_bytes(whole[:length])
        with open_resume_log(path, SelectiveSearchSettings()) as journal:
            lines = sum(end <= length for end in ends)
            assert [*journal.found] == [A.name, B.name][:max(0, lines - 1)]
            journal.add(A)
            journal.add(B)
        with open_resume_log(path, SelectiveSearchSettings()) as journal:
            assert_same(journal.found, A, B)


def test_other_settings(path):
    with pytest.raises(InputError, match='min_size 100, min_share 0.05'):
        with open_resume_log(path, SelectiveSearchSettings(scale=100)):
            pass
    with open_resume_log(path, SelectiveSearchSettings()) as journal:
        assert len(journal.found) == 2


@pytest.mark.parametrize(
    'line',
    [b'{}\n', b'["a"]\n', b'["a", null, [[1, 2]]]\n', b'\xff\xfe\n', b'7\n'])
def test_not_a_journal(path, line):
    path.write_bytes(path.read_bytes() + line)
    with pytest.raises(InputError, match='train.jsonl, line 4: not what'):
        with open_resume_log(path, SelectiveSearchSettings()):
            pass
    path.write_bytes(line)
    with pytest.raises(InputError, match='train.jsonl, line 1: not what'):
        with open_resume_log(path, SelectiveSearchSettings()):
            pass


def test_two_at_once(path):
    with open_resume_log(path, SelectiveSearchSettings()):
        with pytest.raises(InputError, match='another process is writing'):
            with open_resume_log(path, SelectiveSearchSettings()):
                pass


def test_a_file_is_in_the_way(tmp_path):
    (tmp_path / 'out').write_text('')
    with pytest.raises(InputError, match='cannot be written'):
        with open_resume_log(tmp_path / 'out' / 'train.jsonl',
                             SelectiveSearchSettings()):
            pass
