import itertools
import json
import random
import re
import shutil

import numpy as np
import pytest

from custom.datasets.annotations.issues import CODES, ERROR
from custom.datasets.annotations.layout import SPLITS, annotation_file
from custom.datasets.annotations.strict_reader import read_annotations
from custom.datasets.checks.fixed_copy import (CHANGES, fixed_folder,
                                               write_fixed)
from custom.datasets.checks.run import check_dataset
from custom.utils.errors import InputError
from tests.helpers.broken_datasets import (BREAKS, CLASSES, Broken, healthy,
                                           make_broken)
from .test_broken import code_of

FIXABLE = [name for name in BREAKS if CODES[code_of(name)].fix]
LOSE_BOX = ('record-malformed', 'image-id-dangling', 'category-id-dangling',
            'box-not-finite', 'box-empty', 'box-outside', 'box-tiny')
LOSE_IMAGE = ('image-missing', 'image-unreadable', 'image-truncated',
              'image-elsewhere')
# How many images and boxes are kept, of 28 and 168, where not all are.
KEPT = {
    **dict.fromkeys(LOSE_BOX, (28, 167)),
    **dict.fromkeys(LOSE_IMAGE, (27, 162)), 'split-unreadable': (22, 132)
}
# After these the first box, its image or val can't be broken in another way.
LAST = (*LOSE_BOX[:3], *LOSE_IMAGE, 'split-unreadable')
# Both take the next id for a category of val, and nobody can tell whose its
# boxes are.
SAME_ID = ('class-order', 'class-unused')


@pytest.fixture(scope='module')
def source(tmp_path_factory):
    return healthy(tmp_path_factory.mktemp('source') / 'data')


def content(folder):
    return {
        path.relative_to(folder): path.read_bytes()
        for path in folder.rglob('*') if path.is_file()
    }


def records(folder, kind):
    """How many there are of a kind, in all splits."""
    return sum(
        len(json.loads(path.read_text())[kind])
        for path in (folder / 'annotations').glob('*.json'))


def lines(folder):
    return (folder / CHANGES).read_text().splitlines()


def test_healthy(source, tmp_path):
    copy = write_fixed(check_dataset(source), tmp_path / 'out')
    assert copy == ([], [])
    assert lines(tmp_path / 'out') == []
    assert check_dataset(tmp_path / 'out').problems == []


@pytest.mark.parametrize('name', FIXABLE)
def test_what_can_be_mended_is(source, tmp_path, name):
    folder, out = tmp_path / 'broken', tmp_path / 'out'
    make_broken(source, folder, name)
    before = content(folder)

    copy = write_fixed(check_dataset(folder), out)

    assert content(folder) == before
    code = code_of(name)
    assert code in {change.code for change in copy.changes}
    assert lines(out) == [str(change) for change in copy.changes]
    assert code not in codes(out)
    assert (records(out, 'images'),
            records(out, 'annotations')) == KEPT.get(name, (28, 168))


def codes(folder):
    return {problem.code for problem in check_dataset(folder).problems}


def some_pairs(count, seed=0):
    pairs = [
        sorted(pair, key=lambda name: name in LAST)
        for pair in itertools.combinations(BREAKS, 2)
        if not {*LAST}.issuperset(pair) and pair != SAME_ID
    ]
    return random.Random(seed).sample(pairs, count)


@pytest.mark.parametrize('pair', some_pairs(40), ids='+'.join)
def test_pairs(source, tmp_path, pair):
    folder, out = tmp_path / 'broken', tmp_path / 'out'
    shutil.copytree(source, folder)
    for name in pair:
        broken = Broken(folder)
        BREAKS[name](broken)
        broken.write()

    changes = write_fixed(check_dataset(folder), out).changes

    assert not {
        code
        for code in codes(out)
        if CODES[code].severity == ERROR and CODES[code].fix
    }
    lost_splits = {'val'} if 'split-unreadable' in pair else set()
    for split in {*SPLITS} - lost_splits:
        before, after = (
            json.loads(annotation_file(root, split).read_text())
            for root in (folder, out))
        told = [c for c in changes if c.split == split]
        images = [c for c in told if re.match(r'images?\b', c.record)]
        gone = [c for c in images if re.match('left out|joined', c.what)]
        assert len(before['images']) - len(after['images']) == len(gone)
        boxes = sum(
            c.record.startswith('annotation') and 'left out' in c.what
            for c in told)
        boxes += sum(
            int(number) for c in gone
            for number in re.findall(r'with (\d+) boxes', c.what))
        assert len(before['annotations']) - len(after['annotations']) == boxes


def test_fractions_of_all_splits_have_one_layout(source, tmp_path):
    """The boxes of val fit by their corners and by their centers; those of
    train by their centers alone."""
    folder, out = tmp_path / 'broken', tmp_path / 'out'
    shutil.copytree(source, folder)
    broken = Broken(folder)
    broken.ann['bbox'] = [.9, .9, .2, .2]
    for data in broken.data.values():
        for ann in data['annotations']:
            if ann is not broken.ann:
                ann['bbox'] = [.5, .5, .25, .5]
    broken.write()
    write_fixed(check_dataset(folder), out)
    assert Broken(out).ann['bbox'] == pytest.approx([128, 96, 32, 24])
    assert Broken(out).val['annotations'][0]['bbox'] == [60, 30, 40, 60]


@pytest.mark.parametrize('count', [5, 36])
def test_few_fractions_of_val_are_not_lost(source, tmp_path, count):
    folder, out = tmp_path / 'broken', tmp_path / 'out'
    shutil.copytree(source, folder)
    broken = Broken(folder)
    broken.val['annotations'] = broken.val['annotations'][:count]
    before = [ann['bbox'] for ann in broken.val['annotations']]
    for ann in broken.val['annotations']:
        x, y, w, h = ann['bbox']
        ann['bbox'] = [x / 160, y / 120, w / 160, h / 120]
    broken.write()
    write_fixed(check_dataset(folder), out)
    after = [ann['bbox'] for ann in Broken(out).val['annotations']]
    np.testing.assert_allclose(after, before)


def test_fractions_are_multiplied_once(source, tmp_path):
    folder, out = tmp_path / 'broken', tmp_path / 'out'
    shutil.copytree(source, folder)
    broken = Broken(folder)
    for ann in broken.train['annotations']:
        ann['bbox'] = [0, 0, 2e-3, 2e-3]
    broken.write()
    copy = write_fixed(check_dataset(folder), out)
    assert Broken(out).ann['bbox'] == pytest.approx([0, 0, .32, .24])
    assert 'boxes-normalized' in {problem.code for problem in copy.left}


def test_a_split_without_images_is_left_out(source, tmp_path):
    folder, out = tmp_path / 'broken', tmp_path / 'out'
    shutil.copytree(source, folder)
    for path in (folder / 'images').glob('val_*'):
        path.unlink()
    changes = write_fixed(check_dataset(folder), out).changes
    assert str(changes[-1]) == ('val file: left out, nothing is left in '
                                '"images" (image-missing)')
    assert not annotation_file(out, 'val').exists()
    assert [s.split for s in check_dataset(out).splits] == ['train', 'test']


def test_train_without_images_is_refused(source, tmp_path):
    folder, out = tmp_path / 'broken', tmp_path / 'out'
    shutil.copytree(source, folder)
    for path in (folder / 'images').glob('train_*'):
        path.unlink()
    with pytest.raises(InputError, match=r'broken/annotations/train.json: '):
        write_fixed(check_dataset(folder), out)
    assert [path.name for path in tmp_path.iterdir()] == ['broken']


def test_half_of_a_surrogate_pair(source, tmp_path):
    folder, out = tmp_path / 'broken', tmp_path / 'out'
    shutil.copytree(source, folder)
    broken = Broken(folder)
    broken.image['file_name'] = 'x\ud800.jpg'
    broken.val['info'] = 'y\ud800'
    broken.write()
    write_fixed(check_dataset(folder), out)
    assert any('"x?.jpg": left out' in line for line in lines(out))
    assert Broken(out).val['info'] == 'y?'


def test_one_file_by_two_paths_is_copied(source, tmp_path):
    folder, out = tmp_path / 'broken', tmp_path / 'out'
    make_broken(source, folder, 'image-repeated')
    broken = Broken(folder)
    name = broken.image['file_name']
    broken.train['images'][-1]['file_name'] = f'./{name}'
    broken.write()
    write_fixed(check_dataset(folder), out)
    assert codes(out) == set()


def test_classes_that_differ_are_left(source, tmp_path):
    folder, out = tmp_path / 'broken', tmp_path / 'out'
    make_broken(source, folder, 'class-differs')
    copy = write_fixed(check_dataset(folder), out)
    assert 'class-differs' in {problem.code for problem in copy.left}


def test_classes_that_were_asked_for_are_left(source, tmp_path):
    folder, out = tmp_path / 'broken', tmp_path / 'out'
    make_broken(source, folder, 'class-unknown')
    copy = write_fixed(check_dataset(folder, CLASSES), out)
    assert 'class-unknown' in {problem.code for problem in copy.left}


def test_turned_photo_has_its_boxes_again(source, tmp_path):
    """The break stores the photo lying down with the record of the stored
    pixels, but the boxes as they were: of the stored pixels."""
    folder, out = tmp_path / 'broken', tmp_path / 'out'
    make_broken(source, folder, 'image-rotated')
    first, = Broken(folder).boxes_of(Broken(folder).image)[:1]
    write_fixed(check_dataset(folder), out)
    x, y, w, h = first['bbox']
    table = read_annotations(annotation_file(out, 'train'))
    assert table.image_size(0) == (120, 160)
    assert Broken(out).ann['bbox'] == pytest.approx([120 - y - h, x, h, w])


def test_one_mend_brings_another_to_light(source, tmp_path):
    """Fractions become pixels; one of them is then outside its image."""
    folder, out = tmp_path / 'broken', tmp_path / 'out'
    make_broken(source, folder, 'boxes-normalized')
    broken = Broken(folder)
    broken.ann['bbox'] = [0.98, 0.5, 0.05, 0.25]
    broken.write()
    copy = write_fixed(check_dataset(folder), out)
    assert [c.code for c in copy.changes].count('box-overhang') == 1
    assert Broken(out).ann['bbox'] == pytest.approx([156.8, 60, 3.2, 30])


def test_what_is_left_is_told(source, tmp_path):
    folder, out = tmp_path / 'broken', tmp_path / 'out'
    make_broken(source, folder, 'class-misspelled')
    copy = write_fixed(check_dataset(folder), out)
    assert 'class-misspelled' in {problem.code for problem in copy.left}


def test_images_left_out_have_no_file(source, tmp_path):
    folder, out = tmp_path / 'broken', tmp_path / 'out'
    make_broken(source, folder, 'image-truncated')
    write_fixed(check_dataset(folder), out)
    assert not Broken(folder).path.name in {
        path.name
        for path in (out / 'images').iterdir()
    }
    assert len([*(out / 'images').iterdir()]) == 27


def test_other_keys_are_kept(source, tmp_path):
    folder, out = tmp_path / 'broken', tmp_path / 'out'
    make_broken(source, folder, 'box-empty')
    broken = Broken(folder)
    broken.train['info'] = dict(year=2026)
    broken.train['annotations'][1]['difficult'] = 1
    broken.write()
    write_fixed(check_dataset(folder), out)
    train = json.loads(annotation_file(out, 'train').read_text())
    assert train['info'] == dict(year=2026)
    assert train['annotations'][0]['difficult'] == 1


def test_nothing_is_overwritten(source, tmp_path):
    out = tmp_path / 'out'
    out.mkdir()
    (out / 'mine').write_text('')
    with pytest.raises(InputError, match='not empty'):
        write_fixed(check_dataset(source), out)
    assert content(out).keys() == {(out / 'mine').relative_to(out)}


def test_beside_the_folder(tmp_path):
    assert fixed_folder(tmp_path / 'cats/') == tmp_path / 'cats-mended'
