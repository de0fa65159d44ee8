import json
import os

from custom.datasets.checks.cache import cached_quick_check
from custom.datasets.checks.check_report import to_json

NAME = '.check-train.json'
CLASSES = ('cat', 'dog', 'sun')


def codes(folder, splits=('train', )):
    report = cached_quick_check(folder.root, CLASSES, splits)
    return [p.code for p in report.problems if p.code.startswith('box')]


def remember(folder, **changes):
    """Writes something else into what is remembered."""
    path = folder.root / NAME
    kept = json.loads(path.read_text())
    path.write_text(json.dumps(dict(kept, **changes)))


def test_told_again_without_looking(folder):
    folder.write('train', [1, 5, 5, 0.5, 9])
    first = cached_quick_check(folder.root, CLASSES, ['train'])
    again = cached_quick_check(folder.root, CLASSES, ['train'])
    assert to_json(again) == to_json(first)
    remember(folder, problems=[])
    assert codes(folder) == []


def test_checked_again_when_the_annotations_change(folder):
    folder.write('train', [1, 5, 5, 9, 9])
    assert codes(folder) == []
    folder.write('train', [1, 5, 5, 0.5, 9])
    assert codes(folder) == ['box-tiny']


def test_checked_again_when_an_image_changes(folder):
    folder.write('train', [1, 5, 5, 9, 9])
    cached_quick_check(folder.root, CLASSES, ['train'])
    remember(folder, problems=[])
    image = folder.root / 'images' / 'train.png'
    os.utime(image, (1, 1))
    assert cached_quick_check(folder.root, CLASSES, ['train']).problems != []


def test_other_splits_are_another_question(folder):
    folder.write('train', [1, 5, 5, 9, 9])
    folder.write('val', [1, 5, 5, 0.5, 9])
    assert codes(folder) == []
    assert codes(folder, ('train', 'val')) == ['box-tiny']


def test_what_is_remembered_is_broken(folder):
    folder.write('train', [1, 5, 5, 0.5, 9])
    for text in ('', '[]', '{"state": 1}', '{'):
        (folder.root / NAME).write_text(text)
        assert codes(folder) == ['box-tiny']


def test_folder_that_cannot_be_written(folder):
    folder.write('train', [1, 5, 5, 0.5, 9])
    (folder.root / NAME).mkdir()  # so not even root can write there
    assert codes(folder) == ['box-tiny']


def test_checked_again_when_an_image_behind_a_link_changes(folder, tmp_path):
    path = folder.write('train', [1, 5, 5, 9, 9])
    real = tmp_path / 'elsewhere'
    real.mkdir()
    (folder.root / 'images' / 'train.png').rename(real / 'train.png')
    (folder.root / 'images' / 'sub').symlink_to(real)
    (real / 'up').symlink_to(folder.root / 'images')  # a link back up
    path.write_text(path.read_text().replace('train.png', 'sub/train.png'))
    cached_quick_check(folder.root, CLASSES, ['train'])
    (real / 'train.png').unlink()
    report = cached_quick_check(folder.root, CLASSES, ['train'])
    assert 'image-missing' in {problem.code for problem in report.problems}
