import pytest

from custom.engine.plan import require_same_plan
from custom.utils.errors import InputError
from tests.helpers.run_plan import plan_of
from tests.helpers.sample_pool import write


@pytest.fixture
def data(tmp_path):
    for split, name in (('train', 'c1.png'), ('val', 'd2.png')):
        write(tmp_path / 'data', split, [name])
    return tmp_path / 'data'


def test_what_may_differ(data):
    assert plan_of(data) == plan_of(
        data,
        randomness__seed=3,
        train_dataloader__num_workers=0,
        default_hooks__checkpoint__save_every=5)


def test_what_must_not(data):
    plan = plan_of(data)
    assert plan['--folds'] == '3'
    assert plan['train_cfg.max_epochs'] == '14'
    assert {*plan} >= {'annotations/train.json', 'annotations/val.json'}


def test_what_has_changed(tmp_path):
    require_same_plan(dict(a='1'), dict(a='1'), tmp_path)
    with pytest.raises(
            InputError,
            match='a is 2, was 1; b is not set, was 1; c is 2, was 1, and 1 '
            'more. Repeat the command'):
        require_same_plan(
            dict(a='1', b='1', c='1', d='1'), dict(a='2', c='2', d='2'),
            tmp_path)
