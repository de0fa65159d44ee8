import json

import numpy as np
import pytest

from custom.datasets.annotations.layout import class_names
from custom.datasets.splitting.folds import choose_folds, write_folds
from custom.datasets.splitting.resplit import load_all_splits
from custom.utils.errors import InputError
from tests.helpers.sample_pool import write
from tests.helpers.valid_coco import sound


def test_every_image_is_test_once():
    # 20 images with a box of the first class, 10 with one of the second.
    counts = np.array([[1, 0]] * 20 + [[0, 1]] * 10)
    folds = choose_folds(counts, np.arange(30), 5)

    assert [len(fold.test) for fold in folds] == [6] * 5
    assert sorted(np.concatenate([fold.test
                                  for fold in folds])) == [*range(30)]
    for fold in folds:
        assert counts[fold.test].sum(axis=0).tolist() == [4, 2]
        # 16 and 8 are left: 15 % of them are 2.4 and 1.2.
        assert counts[fold.val].sum(axis=0).tolist() == [2, 1]
        assert sorted(np.concatenate(fold)) == [*range(30)]


def test_groups_stay_together():
    groups = np.repeat(np.arange(10), 3)
    for fold in choose_folds(np.ones((30, 1), int), groups, 5):
        of_split = [{*groups[rows]} for rows in fold]
        assert sum(map(len, of_split)) == 10


def test_the_same_images_the_same_folds():
    counts = np.random.default_rng(0).integers(0, 3, (40, 4))
    one, other = (choose_folds(counts, np.arange(40), 4) for _ in range(2))
    assert all(
        (a == b).all() for x, y in zip(one, other) for a, b in zip(x, y))


@pytest.mark.parametrize('images, folds, message', [
    (0, 2, '0 images or groups'),
    (4, 5, '4 images or groups of images that must stay together are too few'),
    (4, 1, '--folds: 1 is too few'),
    (2, 2, '1 images or groups'),
])
def test_too_few(images, folds, message):
    with pytest.raises(InputError, match=message):
        choose_folds(np.ones((images, 1), int), np.arange(images), folds)


def test_folders(tmp_path):
    write(tmp_path / 'data', 'train', [f'c{i}.png' for i in range(6)])
    write(tmp_path / 'data', 'val', ['d6.png', 'd7.png'], first_id=7)
    pool = load_all_splits(tmp_path / 'data')
    out = tmp_path / 'folds'
    write_folds(
        out,
        pool,
        choose_folds(np.ones((8, 1), int), np.arange(8), 2),
        finish=lambda part: (part / 'plan.json').write_text('{}'))

    assert sorted(path.name for path in out.iterdir()) == [
        'all', 'fold_1', 'fold_2', 'plan.json'
    ]
    tested = []
    for name in ('fold_1', 'fold_2'):
        folder = out / name
        splits = sound(folder, class_names(folder))
        assert [split.images for split in splits] == [3, 1, 4]
        test = json.loads((folder / 'annotations/test.json').read_text())
        tested += [image['file_name'] for image in test['images']]
    assert sorted(tested) == pool.file_names
    everything, = sound(out / 'all', class_names(out / 'all'))
    assert (everything.split, everything.images) == ('train', 8)
    assert (out / 'all/images/d7.png').samefile(tmp_path /
                                                'data/images/d7.png')
