import json

import pytest

from custom.engine.cross_validation.fold_folders import make_folds
from custom.utils.errors import InputError
from tests.helpers.run_plan import plan_of
from tests.helpers.sample_pool import write


@pytest.fixture
def data(tmp_path):
    """Twelve images in two splits."""
    write(tmp_path / 'data', 'train', [f'c{i}.png' for i in range(8)])
    write(
        tmp_path / 'data',
        'val', [f'd{i}.png' for i in range(8, 12)],
        first_id=9)
    return tmp_path / 'data'


def test_folds_are_made_once(data, tmp_path):
    root = tmp_path / 'cv'
    lines = make_folds(root, data, 3, '', plan_of(data))
    assert lines == [
        f'fold {k}: 7 images to train, 1 to choose the checkpoint, 4 to test'
        for k in (1, 2, 3)
    ]
    made = (root / 'data/plan.json').stat().st_mtime_ns

    assert make_folds(root, data, 3, '', plan_of(data)) == []
    assert (root / 'data/plan.json').stat().st_mtime_ns == made


def test_another_plan_is_refused(data, tmp_path):
    root = tmp_path / 'cv'
    make_folds(root, data, 3, '', plan_of(data))

    with pytest.raises(InputError, match='--folds is 4, was 3. Repeat the'):
        make_folds(root, data, 4, '', plan_of(data, folds=4))
    with pytest.raises(
            InputError, match='train_cfg.max_epochs is 2, was 14. Repeat'):
        make_folds(root, data, 3, '', plan_of(data, train_cfg__max_epochs=2))
    val = data / 'annotations/val.json'
    val.write_text(val.read_text() + '\n')
    with pytest.raises(InputError, match='annotations/val.json is '):
        make_folds(root, data, 3, '', plan_of(data))


def test_a_plan_that_cannot_be_read(data, tmp_path):
    root = tmp_path / 'cv'
    make_folds(root, data, 3, '', plan_of(data))
    (root / 'data/plan.json').write_text('{')
    with pytest.raises(InputError, match='plan.json: cannot be read'):
        make_folds(root, data, 3, '', plan_of(data))


def test_a_file_in_two_splits(data, tmp_path):
    val = data / 'annotations/val.json'
    text = json.loads(val.read_text())
    text['images'][0]['file_name'] = 'c0.png'
    val.write_text(json.dumps(text))
    with pytest.raises(InputError, match='"c0.png" has a record in train.jso'):
        make_folds(tmp_path / 'cv', data, 3, '', plan_of(data))
    assert not (tmp_path / 'cv/data').exists()


def test_groups(data, tmp_path):
    # Names that end in the same digit: 0 and 10, 1 and 11 in one fold each.
    lines = make_folds(tmp_path / 'cv', data, 3, r'(\d)\.', plan_of(data))
    assert lines[-1] == r'kept together: 2 groups of the same "(\d)\."'
