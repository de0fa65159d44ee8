import pytest
from mmengine.dataset import BaseDataset, ConcatDataset

from custom.datasets import MixSampler

OWN, OTHERS = 7, 10


class Images(BaseDataset):
    """So many images."""

    def __init__(self, count):
        self.count = count
        super().__init__(serialize_data=False)

    def load_data_list(self):
        return [dict(number=number) for number in range(self.count)]


def sampler(share, own=OWN, others=OTHERS, **kwargs):
    data = ConcatDataset([Images(own), Images(others)])
    return MixSampler(data, share, seed=5, **kwargs)


def epoch(sampler, number):
    """Images of the first data set and of the second, as shown."""
    sampler.set_epoch(number)
    shown = [*sampler]
    assert len(shown) == len(sampler)
    return ([i for i in shown if i < OWN], [i for i in shown if i >= OWN])


def test_three_tenths_are_others():
    own, others = epoch(sampler(0.3), 0)

    assert sorted(own) == [0, 1, 2, 3, 4, 5, 6]
    assert len({*others}) == len(others) == 3  # of 10


def test_each_epoch_shows_others_and_the_same_when_it_is_repeated():
    one = sampler(0.3)
    first, second = epoch(one, 0), epoch(one, 1)

    assert first != second
    assert {*first[1]} != {*second[1]}
    assert epoch(sampler(0.3), 1) == second


def test_the_others_are_shown_twice_where_they_are_too_few():
    own, others = epoch(sampler(0.75), 3)

    assert len(own) == 7
    assert len(others) == 21  # of 28
    assert {others.count(i) for i in others} == {2, 3}


def test_a_share_too_small_for_one_image():
    assert epoch(sampler(0.01), 0)[1] == []


def test_in_order():
    assert [*sampler(0.3, shuffle=False)][:7] == [0, 1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize('round_up, lengths', [(True, (4, 4, 4)),
                                               (False, (4, 3, 3))])
def test_processes_share_an_epoch(monkeypatch, round_up, lengths):
    shown = []
    for rank in range(3):
        monkeypatch.setattr(
            'mmengine.dataset.sampler.get_dist_info',
            lambda rank=rank: (rank, 3))
        shown.append([*sampler(0.3, round_up=round_up)])

    assert tuple(map(len, shown)) == lengths
    assert {0, 1, 2, 3, 4, 5, 6} < {i for part in shown for i in part}
    assert len({i for part in shown for i in part}) == 10


def test_more_processes_than_images_have_one_each(monkeypatch):
    shown = []
    for rank in range(5):
        monkeypatch.setattr(
            'mmengine.dataset.sampler.get_dist_info',
            lambda rank=rank: (rank, 5))
        shown.append([*sampler(0.5, own=1, others=1)])

    assert sorted(map(tuple, shown)) in ([(0, )] * 2 + [(1, )] * 3,
                                         [(0, )] * 3 + [(1, )] * 2)
