import pytest

from custom.datasets.splitting.fractions import resolve_split_fractions
from custom.utils.errors import InputError


@pytest.mark.parametrize('fractions, folds, expected', [
    ({}, None, dict(train=0.7, val=0.15, test=0.15)),
    (dict(train=0.5, val=0.5), None, dict(train=0.5, val=0.5)),
    (dict(test=0.2), None, dict(train=0.8, test=0.2)),
    (dict(val=0.25, test=0), None, dict(train=0.75, val=0.25)),
    (dict(train=1), None, dict(train=1)),
    ({}, 4, dict(fold1=0.25, fold2=0.25, fold3=0.25, fold4=0.25)),
    (dict(test=0.5), 2, dict(fold1=0.25, fold2=0.25, test=0.5)),
])
def test_wanted_parts(fractions, folds, expected):
    assert resolve_split_fractions(fractions, folds) == pytest.approx(expected)


@pytest.mark.parametrize('fractions, folds, message', [
    (dict(dev=0.5), None, '"dev" is no split'),
    (dict(val=-0.1), None, 'val=-0.1 is not from 0 to 1'),
    (dict(val=float('nan')), None, 'val=nan is not from 0 to 1'),
    (dict(train=0.9, val=0.2), None, 'their sum is 1.1, not 1'),
    (dict(val=0.9, test=0.2), None, 'their sum is 1.1, not 1'),
    (dict(train=0.7, val=0.2), None, 'their sum is 0.9, not 1'),
    (dict(val=0.5, test=0.5), None, 'nothing is left to train on'),
    (dict(train=0, val=0.5, test=0.5), None, 'nothing is left to train on'),
    ({}, 1, '--folds: 1 is too few'),
    ({}, 0, '--folds: 0 is too few'),
    (dict(val=0.2), 5, 'give test alone'),
    (dict(test=1), 5, 'nothing is left to fold'),
])
def test_parts_that_cannot_be(fractions, folds, message):
    with pytest.raises(InputError, match=message):
        resolve_split_fractions(fractions, folds)
