import os
from pathlib import Path

from custom.datasets.labeling.labeling_images import (LabelingImage,
                                                      find_images, image_pool)

IMAGES = [LabelingImage(Path('in', name), name) for name in 'abc']


def paths(*names):
    return [*map(Path, names)]


def test_what_cannot_be_uploaded_is_left_out(tmp_path):
    for name in (b'a.png', b'caf\xe9.png', b'b.tif'):
        Path(os.fsdecode(bytes(tmp_path) + b'/' + name)).touch()
    (tmp_path / 'link.png').symlink_to('nowhere')

    found = find_images(tmp_path)

    assert [one.name for one in found.images] == ['a.png']
    assert [*found.notes.values()] == [3]


def test_all_are_free_without_labels_and_tasks():
    assert image_pool([], {}, ()) == ([], [], [])
    assert image_pool(IMAGES, {}, ()) == (paths('in/a', 'in/b',
                                                'in/c'), [], [])


def test_what_has_a_task_counts_as_learned_and_test_does_not():
    labeled = dict(train=paths('x'), test=paths('y'))
    assert image_pool(IMAGES, labeled,
                      {'b'}) == (paths('in/a',
                                       'in/c'), paths('x', 'y', 'in/b'),
                                 paths('x', 'in/b'))
