import json

import pytest

from benchmarks import small_data
from custom.datasets.annotations.layout import annotation_file
from custom.utils.errors import InputError

# mAP50 of cat of trainings that are done: way, images, seed.
DONE = {
    ('plain', 4, 0): .2,
    ('plain', 4, 1): .4,
    ('plain', 8, 0): .5,
    ('plain', 8, 1): .5,
    ('ema', 4, 0): .3,
    ('ema', 4, 1): .3,
    ('ema', 8, 0): .6,
    ('ema', 8, 1): .8
}


@pytest.fixture
def out(tmp_path):
    """A folder in which all trainings are done, and tested."""
    for (way, count, seed), score in DONE.items():
        run = tmp_path / f'{count}_{seed}/{way}'
        run.mkdir(parents=True)
        cat = {'class': 'cat', 'boxes': 3, 'AP': score / 2, 'AP50': score}
        dog = {'class': 'dog', 'boxes': 1, 'AP': 1, 'AP50': 1}
        sun = {'class': 'sun', 'boxes': 0, 'AP': None, 'AP50': None}
        (run / 'test_results.json').write_text(
            json.dumps(dict(per_class=[cat, dog, sun])))
    return tmp_path


def run(drawings, out, *words):
    args = small_data.parse_args(
        [str(drawings), '--out',
         str(out), '--seeds', '2', *words])
    return [*small_data.measure(args)]


def test_a_row_for_each_way_and_number(drawings, out):
    trainings = run(drawings, out, '--classes', 'cat', 'sun', '--pictures',
                    '4', '8', '--way', 'ema', '--ema')

    assert {
        (one['way'], one['pictures'], one['seed']): one['mAP50']
        for one in trainings
    } == DONE
    rows = small_data.summarize(trainings)
    assert [(row['way'], row['pictures'], row['mAP50'], row['mAP50 of each'])
            for row in rows] == [
                ('plain', 4, pytest.approx(.3), '0.200 0.400'),
                ('plain', 8, .5, '0.500 0.500'),
                ('ema', 4, .3, '0.300 0.300'),
                ('ema', 8, pytest.approx(.7), '0.600 0.800'),
            ]
    assert small_data.draw(trainings)[:4] == b'\x89PNG'


def test_fewer_images_are_the_first_of_more(drawings, out):
    both = run(drawings, out, '--pictures', '4', '8')

    assert both[0]['mAP50'] == pytest.approx(.6)  # with dog
    few, many, others = ({
        image['file_name']
        for image in json.loads(
            annotation_file(out / name /
                            'data', 'train').read_text())['images']
    } for name in ('4_0', '8_0', '8_1'))
    assert (len(few), len(many)) == (4, 8)
    assert few < many != others


def test_more_than_there_are(drawings, out):
    with pytest.raises(InputError, match='train has 16 pictures'):
        run(drawings, out, '--pictures', '4', '17')


def test_a_class_that_is_none(drawings, out):
    with pytest.raises(InputError, match='has no giraffe'):
        run(drawings, out, '--classes', 'cat', 'giraffe', '--pictures', '4')


def test_results_of_other_flags_are_not_these(drawings, out):
    words = ['--pictures', '4', '--way', 'ema']
    run(drawings, out, *words, '--ema')
    run(drawings, out, '--pictures', '8')

    with pytest.raises(InputError, match='another --out'):
        run(drawings, out, *words, '--ema', '--lr', '1')


@pytest.mark.parametrize('name', ['plain', 'data', 'one'])
def test_names_that_are_taken(name):
    with pytest.raises(InputError, match=f'--way {name}: that name is taken'):
        small_data.split_ways(['one', '--way', name])


def test_ways_and_their_flags():
    words = 'ema --ema --way slow --lr 1e-4 --epochs 9'.split()
    assert small_data.split_ways(words) == dict(
        plain=[], ema=['--ema'], slow=['--lr', '1e-4', '--epochs', '9'])
    assert small_data.split_ways([]) == dict(plain=[])
