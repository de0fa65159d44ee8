"""Pull: people's boxes joined with those of a data set; without Label
Studio."""
import json
from pathlib import Path

import pytest

from custom.datasets.labeling.pull import pull_samples
from custom.datasets.labeling.task_files import TaskFiles
from custom.label_studio.labeling_config import parse_labeling_config
from custom.label_studio.regions import rectangle
from custom.label_studio.task_images import TaskImages
from custom.utils.errors import InputError
from tests.helpers.image_files import blots, save

CONFIG = parse_labeling_config(
    '<View><Image name="image" value="$image"/><RectangleLabels name="label" '
    'toName="image"><Label value="sun"/></RectangleLabels></View>')
CATEGORIES = [dict(id=1, name='sun'), dict(id=2, name='cat')]


@pytest.fixture
def folder(tmp_path):
    """One image of 60 x 40 in train and one in val: a sun with a polygon
    and a crowd of cats in each."""
    root = tmp_path / 'data'
    (root / 'images').mkdir(parents=True)
    (root / 'annotations').mkdir()
    for seed, split in enumerate(('train', 'val')):
        name = f'{split}.png'
        save(root / 'images' / name, pixels=blots(seed))
        sun = dict(
            id=1,
            image_id=1,
            category_id=1,
            bbox=[6, 4, 30, 20],
            area=500,
            iscrowd=0,
            segmentation=[[6, 4, 36, 4, 36, 24]])
        crowd = dict(
            id=2,
            image_id=1,
            category_id=2,
            bbox=[0, 0, 10, 10],
            area=100,
            iscrowd=1)
        (root / 'annotations' / f'{split}.json').write_text(
            json.dumps(
                dict(
                    images=[dict(id=1, file_name=name, width=60, height=40)],
                    annotations=[sun, crowd],
                    categories=CATEGORIES)))
    return root


def task(number, name, *boxes, **data):
    """A task with an annotation; each box is a label and x, y, w, h."""
    results = [
        rectangle(box, (60, 40), label, position)
        for position, (label, *box) in enumerate(boxes, 1)
    ]
    return dict(
        id=number,
        data=dict(image=f'/data/upload/1/{name}', **data),
        annotations=[dict(id=number, result=results, was_cancelled=False)])


def pull(folder, cache, *tasks, labels=('sun', 'cat'), **options):
    files = TaskFiles(TaskImages(None), CONFIG, folder, cache)
    return pull_samples(tasks, files, labels, folder, cache,
                        lambda items, *_: items, **options)


def boxes(found, split, row=0):
    return [(one.name, *one.xywh, one.crowd, bool(one.extra))
            for one in found.splits[split][row].boxes]


def test_no_task(folder, tmp_path):
    with pytest.raises(InputError, match='no task of the project has an'):
        pull(folder, tmp_path / 'cache')


def test_what_nobody_touched_keeps_all_it_has(folder, tmp_path):
    found = pull(folder, tmp_path / 'cache',
                 task(1, 'x.png', ('sun', 6, 4, 30, 20), file_name='val.png'))

    for split in ('train', 'val'):
        assert boxes(found, split) == [('sun', 6, 4, 30, 20, False, True),
                                       ('cat', 0, 0, 10, 10, True, True)]
    assert found.notes == {}


@pytest.mark.parametrize('drawn, expected, changes', [
    ([], [], 1),
    ([('sun', 6, 4, 30, 21)], [('sun', 6, 4, 30, 21, False, False)], 1),
    ([('cat', 6, 4, 30, 20)], [('cat', 6, 4, 30, 20, False, False)], 1),
    ([('sun', 6, 4, 30, 20),
      ('cat', 0, 0, 60, 40)], [('sun', 6, 4, 30, 20, False, True),
                               ('cat', 0, 0, 60, 40, False, False)], 1),
    ([('cat', 0, 0, 60, 40),
      ('cat', 0, 0, 30, 40)], [('cat', 0, 0, 60, 40, False, False),
                               ('cat', 0, 0, 30, 40, False, False)], 2),
])
def test_a_correction(folder, tmp_path, drawn, expected, changes):
    found = pull(folder, tmp_path / 'cache',
                 task(1, 'x.png', *drawn, file_name='train.png'))

    assert boxes(found, 'train') == [('cat', 0, 0, 10, 10, True, True),
                                     *expected]
    assert len(found.splits['val']) == 1
    assert found.notes['boxes corrected, drawn or deleted'] == changes
    assert found.notes['images corrected'] == 1


def test_labels_that_were_added_are_classes_at_the_end(folder, tmp_path):
    found = pull(
        folder,
        tmp_path / 'cache',
        task(1, 'x.png', ('robot', 0, 0, 6, 4), file_name='val.png'),
        labels=('robot', '해', 'cat', 'kite'))

    assert found.classes == ('sun', 'cat', 'robot', 'kite')


def test_korean_labels_are_the_classes_that_are_there(folder, tmp_path):
    found = pull(folder, tmp_path / 'cache',
                 task(1, 'x.png', ('해', 0, 0, 6, 4), file_name='val.png'))

    assert found.classes == ('sun', 'cat')
    assert boxes(found, 'val')[-1][0] == 'sun'


def test_new_labels_have_the_names_of_a_model(folder, tmp_path):
    found = pull(
        folder,
        tmp_path / 'cache',
        task(1, 'x.png', ('Dog', 0, 0, 6, 4), file_name='val.png'),
        labels=('해', 'Dog', 'bus'),
        known=('sun', 'dog', 'bird'))

    assert found.classes == ('sun', 'cat', 'dog', 'bus')
    assert boxes(found, 'val')[-1][0] == 'dog'


def test_a_region_without_a_label_is_told_by_its_task(folder, tmp_path):
    one = task(7, 'x.png', ('sun', 0, 0, 6, 4), file_name='val.png')
    one['annotations'][0]['result'][0]['value']['rectanglelabels'] = []

    with pytest.raises(InputError) as caught:
        pull(folder, tmp_path / 'cache', one)
    assert str(caught.value) == (
        'task 7, region 1 has no label. Give it one, or delete it. Correct it '
        'in Label Studio, and pull again.')


def test_images_that_are_not_at_hand(folder, tmp_path, monkeypatch):
    (tmp_path / 'cache').mkdir()
    for seed in (7, 8, 9):
        save(tmp_path / f'cache/{seed}.png', pixels=blots(seed))
    monkeypatch.chdir(tmp_path)

    found = pull(
        Path('data'), Path('cache'), task(1, '7.png', ('sun', 6, 4, 30, 20)),
        task(2, '8.png'), task(3, '9.png'))

    assert found.notes['new images'] == 3
    assert sorted(one.name for split in found.splits.values()
                  for one in split) == [
                      '7.png', '8.png', '9.png', 'train.png', 'val.png'
                  ]


@pytest.mark.parametrize('data', [
    dict(file_name='../../secret.png'),
    dict(file_name='/etc/passwd'),
    dict(file_name=''),
    dict(file_name=7),
    {},
])
def test_names_that_are_no_names_are_not_used(folder, tmp_path, data):
    files = TaskFiles(TaskImages(None), CONFIG, folder, tmp_path)

    assert files.name(task(1, '0123abcd-a.png', **data)) == '0123abcd-a.png'


def test_two_tasks_never_share_a_name(folder, tmp_path):
    files = TaskFiles(TaskImages(None), CONFIG, folder, tmp_path)
    tasks = [
        task(1, 'a.png', file_name='train.png'),
        task(2, 'b.png', file_name='TRAIN.png'),
        task(3, 'b.png'),
        dict(id=4, data=dict(image='/data/local-files/?d=sub/b.png'))
    ]

    assert [files.name(one) for one in tasks
            ] == ['train.png', 'b.png', '3-b.png', 'sub/b.png']


@pytest.mark.parametrize('address, name', [
    ('data:image/png;base64,' + 300 * 'A', '1'),
    ('http://[bad/a.jpg', '1-'),
    ('/data/upload/1/..%5C..%5Cx.png', '1'),
    ('/data/upload/1/\ud800.png', '1'),
])
def test_addresses_that_hold_no_name(folder, tmp_path, address, name):
    files = TaskFiles(TaskImages(None), CONFIG, folder, tmp_path)

    assert files.name(dict(id=1, data=dict(image=address))) == name


def test_what_cannot_be_fetched_is_told_by_its_task(folder, tmp_path):
    files = TaskFiles(TaskImages(None), CONFIG, folder, tmp_path)
    elsewhere = dict(id=5, data=dict(image='http://169.254.169.254/a.png'))

    with pytest.raises(InputError, match='task 5: http://169.*is not an'):
        files.file(elsewhere, 'a.png')
    with pytest.raises(InputError, match='task 6: its data have no "image"'):
        files.name(dict(id=6, data={}))
    with pytest.raises(InputError, match='task 7: its data have no "image"'):
        files.name(dict(id=7, data=None))
