import json

import numpy as np
import pytest

from custom.datasets.annotations.layout import class_names
from custom.datasets.splitting.resplit import (box_counts, load_all_splits,
                                               renumber, write_parts)
from custom.utils.errors import InputError
from tests.helpers.sample_pool import CATEGORIES, write
from tests.helpers.valid_coco import sound


@pytest.fixture
def root(tmp_path):
    """Eight images, ids 1 to 8."""
    write(tmp_path / 'data', 'train', [f'c{i}.png' for i in range(6)])
    write(tmp_path / 'data', 'val', ['d6.png', 'd7.png'], first_id=7)
    return tmp_path / 'data'


def read(folder, split):
    return json.loads((folder / 'annotations' / f'{split}.json').read_text())


def names(folder, split):
    return [image['file_name'] for image in read(folder, split)['images']]


def test_no_folder(tmp_path):
    with pytest.raises(InputError, match='no such folder') as caught:
        load_all_splits(tmp_path / 'none')
    assert 'check_dataset' not in str(caught.value)


def test_read_pool(root):
    pool = load_all_splits(root)
    assert pool.classes == ('cat', 'dog')
    assert pool.file_names == [f'c{i}.png'
                               for i in range(6)] + ['d6.png', 'd7.png']
    assert pool.others == dict(info='ours', categories=CATEGORIES)
    assert box_counts(pool).tolist() == [[1, 0]] * 6 + [[0, 1]] * 2


def test_crowds_are_not_counted(root):
    path = root / 'annotations' / 'val.json'
    data = read(root, 'val')
    data['annotations'][0]['iscrowd'] = 1
    path.write_text(json.dumps(data))
    assert box_counts(load_all_splits(root))[6:].tolist() == [[0, 0], [0, 1]]


def test_categories_are_matched_by_name(root):
    write(
        root,
        'val', ['d6.png', 'c7.png'],
        first_id=7,
        categories=[dict(id=3, name='Dog'),
                    dict(id=4, name='cat')])
    by_name = {
        entry.image['file_name']: entry
        for entry in load_all_splits(root)[2]
    }
    assert by_name['d6.png'].annotations[0]['category_id'] == 7
    assert by_name['c7.png'].annotations[0]['category_id'] == 3
    assert by_name['d6.png'].labels == [1]


def test_the_splits_that_are_there_do_not_matter(root, tmp_path):
    write(tmp_path / 'other', 'train', ['d7.png', 'c3.png', 'c0.png'])
    write(tmp_path / 'other', 'val',
          ['c1.png', 'd6.png', 'c2.png', 'c5.png', 'c4.png'])
    assert load_all_splits(root).file_names == load_all_splits(
        tmp_path / 'other').file_names


@pytest.mark.parametrize('name, message', [
    ('c0.png', '"c0.png" has a record in train.json and another in val.json'),
    ('../c9.png', r'val.json: the file name "../c9.png" leads out of images/'),
])
def test_bad_file_name(name, message, root):
    data = read(root, 'val')
    data['images'][0]['file_name'] = name
    (root / 'annotations' / 'val.json').write_text(json.dumps(data))
    with pytest.raises(InputError, match=message) as caught:
        load_all_splits(root)
    assert f'tools/check_dataset.py {root}' in str(caught.value)


def test_bad_record(root):
    data = read(root, 'val')
    data['annotations'][0]['bbox'] = [1, 2, 3]
    (root / 'annotations' / 'val.json').write_text(json.dumps(data))
    with pytest.raises(InputError, match=r'val.json: annotations\[0\]'):
        load_all_splits(root)


def test_ids_are_kept_unless_they_clash(root):
    pool = load_all_splits(root)
    assert renumber(pool) == []
    assert [e.image['id'] for e in pool.entries] == [1, 2, 3, 4, 5, 6, 7, 8]

    write(root, 'val', ['d6.png', 'd7.png'])
    pool = load_all_splits(root)
    assert renumber(pool) == ['images', 'annotations']
    for i, entry in enumerate(pool.entries, 1):
        annotation, = entry.annotations
        assert entry.image['id'] == i
        assert (annotation['id'], annotation['image_id']) == (i, i)


def test_write_splits(root, tmp_path):
    pool = load_all_splits(root)
    out = tmp_path / 'new' / 'data'
    write_parts(out, pool, ['train', 'test'],
                np.array([0, 0, 0, 1, 0, 0, 0, 1]))
    assert [path.name for path in out.parent.iterdir()] == ['data']
    assert names(out, 'train') == [
        'c0.png', 'c1.png', 'c2.png', 'c4.png', 'c5.png', 'd6.png'
    ]
    assert not (out / 'annotations' / 'val.json').exists()
    assert read(out, 'test') == dict(
        info='ours',
        categories=CATEGORIES,
        images=[
            dict(id=4, file_name='c3.png', width=60, height=40, by='B'),
            dict(id=8, file_name='d7.png', width=60, height=40, by='B'),
        ],
        annotations=[
            dict(
                id=i,
                image_id=i,
                category_id=category,
                bbox=[i, 2, 3, 4],
                mood='merry',
                area=12,
                iscrowd=0) for i, category in ((4, 3), (8, 7))
        ])
    for name in pool.file_names:
        assert (out / 'images' / name).samefile(root / 'images' / name)


def test_write_folds(root, tmp_path):
    out = tmp_path / 'folds'
    chosen = np.array([0, 0, 1, 1, 2, 2, 3, 3])
    write_parts(out, load_all_splits(root),
                ['fold1', 'fold2', 'fold3', 'test'], chosen)
    held_out = ['d6.png', 'd7.png']
    folded = [f'c{i}.png' for i in range(6)]
    in_val = []
    for i in (1, 2, 3):
        fold = out / f'fold{i}'
        assert class_names(fold) == ('cat', 'dog')
        train, val, test = sound(fold, ('cat', 'dog'))
        assert (train.images, val.images, test.images) == (4, 2, 2)
        assert sorted(names(fold, 'train') + names(fold, 'val')) == folded
        assert names(fold, 'test') == held_out
        in_val += names(fold, 'val')
    assert sorted(in_val) == folded
    one, other = out / 'fold1', out / 'fold2'
    assert (one / 'images' / 'c0.png').samefile(other / 'images' / 'c0.png')


def test_links_are_followed(root, tmp_path):
    image = root / 'images' / 'c0.png'
    image.rename(tmp_path / 'elsewhere.png')
    image.symlink_to(tmp_path / 'elsewhere.png')
    write_parts(tmp_path / 'out', load_all_splits(root), ['train'],
                np.zeros(8, int))
    written = tmp_path / 'out' / 'images' / 'c0.png'
    assert not written.is_symlink()
    assert written.samefile(tmp_path / 'elsewhere.png')


def test_what_is_there_is_kept(root):
    before = {p: p.read_bytes() for p in root.rglob('*') if p.is_file()}
    pool = load_all_splits(root)
    for out, message in ((root, 'not empty'), (root / 'new', 'is within')):
        with pytest.raises(InputError, match=message):
            write_parts(out, pool, ['train'], np.zeros(8, int))
    after = {p: p.read_bytes() for p in root.rglob('*') if p.is_file()}
    assert after == before


def test_goes_on_after_a_failure(root, tmp_path):
    pool = load_all_splits(root)
    image = root / 'images' / 'c3.png'
    image.rename(tmp_path / 'c3.png')
    with pytest.raises(InputError, match='c3.png: cannot be read'):
        write_parts(tmp_path / 'out', pool, ['train'], np.zeros(8, int))
    assert not (tmp_path / 'out').exists()
    (tmp_path / 'c3.png').rename(image)
    write_parts(tmp_path / 'out', pool, ['train'], np.zeros(8, int))
    assert (tmp_path / 'out' / 'images' / 'c3.png').exists()
