import json

import pytest

from custom.engine.labeling.labeling_round import (data_before, next_round,
                                                   require_news, roll_back)
from custom.engine.run_folder import locked
from custom.utils.errors import InputError

COMMAND = ['train', '--epochs', '3']
CLASSES = dict(compared=['cat'], new=[], dropped=[])


@pytest.fixture
def root(tmp_path):
    """A project whose model in use is of the bytes "0"."""
    (tmp_path / 'model.pth').write_text('0')
    return tmp_path


def begun(root, train=2):
    """A round with so many images in train and one in val."""
    one = next_round(root)
    one.begin()
    (one.data / 'annotations').mkdir(parents=True)
    for split, count in (('train', train), ('val', 1)):
        images = [
            dict(id=i, file_name=f'{i}.png', width=9, height=9)
            for i in range(count)
        ]
        (one.data / f'annotations/{split}.json').write_text(
            json.dumps(
                dict(
                    images=images,
                    annotations=[],
                    categories=[dict(id=1, name='cat')])))
    return one


def play(root, name, points, compared=('cat', )):
    """A round whose training gives a model of these bytes; its decision."""
    one = begun(root)
    new = one.folder / 'best.pth'
    new.write_text(name)
    difference = None if points is None else dict(points=points)
    return one.decide(
        str(new),
        dict(difference=difference, classes=dict(CLASSES, compared=compared)),
        COMMAND)


def in_use(root):
    return (root / 'model.pth').read_text()


@pytest.mark.parametrize('points, compared, decision', [
    (0.1, ['cat'], 'replaced'),
    (0.0, ['cat'], 'replaced'),
    (-0.1, ['cat'], 'kept'),
    (None, ['cat'], 'kept'),
    (None, [], 'replaced'),
])
def test_decision(root, points, compared, decision):
    made = play(root, '1', points, compared)

    assert made['decision'] == decision
    assert in_use(root) == ('1' if decision == 'replaced' else '0')
    assert made['images'] == dict(train=2, val=1)
    one = next_round(root)
    assert one.number == 2
    assert json.loads((root / 'round_1/decision.json').read_text()) == made


def test_back_and_on(root):
    for name, points in (('1', 1), ('2', -1), ('3', 1)):
        play(root, name, points)
    next_round(root).begin()  # stopped

    assert roll_back(root).number == 3
    assert in_use(root) == '1'
    assert not (root / 'round_4').exists()

    play(root, '4', 1)
    assert (root / 'round_4/old.pth').read_text() == '1'
    for before in ('1', '0'):
        roll_back(root)
        assert in_use(root) == before
    with pytest.raises(InputError, match='none to go back to'):
        roll_back(root)
    said = json.loads((root / 'round_3/decision.json').read_text())
    assert said['decision'] == 'rolled back'


def test_no_way_back_while_a_training_runs(root):
    play(root, '1', 1)

    with locked(str(root)), pytest.raises(InputError, match='is training'):
        roll_back(root)

    assert in_use(root) == '1'


def test_what_is_in_val_stays_in_val(root):
    first = root / 'drawings'
    assert data_before(next_round(root), first) == first
    play(root, '1', -1)
    second = next_round(root)

    assert data_before(second, first) == root / 'round_1/data'

    (root / 'round_1/data/annotations/train.json').unlink()
    with pytest.raises(InputError, match='round_1/data: is gone'):
        data_before(second, first)


def test_the_same_again(root):
    require_news(begun(root), COMMAND)
    play(root, '1', -1)

    require_news(begun(root), ['train', '--epochs', '4'])
    require_news(begun(root, train=3), COMMAND)
    with pytest.raises(InputError, match='round_1: nothing has been labeled'):
        require_news(begun(root), COMMAND)
    assert not (root / 'round_2').exists()
