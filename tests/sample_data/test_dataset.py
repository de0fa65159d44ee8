import json
import sys

import cv2
import pytest

from custom.classes import NAMES
from custom.datasets.checks.cache import cached_quick_check
from custom.sample_data.dataset import make_dataset, to_coco
from custom.sample_data.scene import DrawnBox
from custom.utils.errors import InputError
from tests.helpers.icon_package import write_package

COUNTS = dict(train=4, val=2, test=1)


def contents(folder):
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob('*') if path.is_file()
    }


def test_no_images_is_still_coco():
    coco = to_coco([])
    assert coco['images'] == coco['annotations'] == []
    assert coco['categories'][0] == dict(id=1, name='airplane')
    assert [c['name'] for c in coco['categories']] == list(NAMES)


def test_coco_record():
    record = dict(
        file_name='a.png',
        width=40,
        height=30,
        boxes=[DrawnBox('sun', 1, 2, 3, 4)])
    coco = to_coco([record])
    assert coco['images'] == [
        dict(id=1, file_name='a.png', width=40, height=30)
    ]
    assert coco['annotations'] == [
        dict(
            id=1,
            image_id=1,
            category_id=21,
            bbox=[1., 2., 3., 4.],
            area=12.,
            iscrowd=0)
    ]


def test_folder_matches_its_annotations(tmp_path):
    told = []

    def keep(drawing):
        told.append(drawing)
        return drawing

    assert make_dataset(tmp_path / 'a', COUNTS, 0, 1,
                        lambda drawings: map(keep, drawings))
    assert len(told) == 7
    files = set()
    for split, count in COUNTS.items():
        coco = json.loads(
            (tmp_path / 'a' / 'annotations' / f'{split}.json').read_text())
        assert len(coco['images']) == count
        for image in coco['images']:
            files.add(image['file_name'])
            pixels = cv2.imread(
                str(tmp_path / 'a' / 'images' / image['file_name']))
            assert pixels.shape[:2] == (image['height'], image['width'])
    assert files == {
        path.name
        for path in (tmp_path / 'a' / 'images').iterdir()
    }


def test_same_bytes_for_any_number_of_workers(tmp_path):
    make_dataset(tmp_path / 'a', COUNTS, 5, 1)
    make_dataset(tmp_path / 'b', COUNTS, 5, 2)
    make_dataset(tmp_path / 'c', COUNTS, 6, 1)
    assert contents(tmp_path / 'a') == contents(tmp_path / 'b')
    assert contents(tmp_path / 'a') != contents(tmp_path / 'c')


def test_same_data_set_is_reused_and_another_replaces_it(tmp_path):
    target = tmp_path / 'a'
    assert make_dataset(target, COUNTS, 0, 1)
    before = contents(target)
    assert not make_dataset(target, COUNTS, 0, 1)
    assert contents(target) == before
    assert make_dataset(target, COUNTS, 1, 1)
    assert contents(target) != before
    assert [path.name for path in tmp_path.iterdir()] == ['a']


def test_what_was_made_of_the_images_is_nothing_of_somebody_else(tmp_path):
    target = tmp_path / 'a'
    make_dataset(target, COUNTS, 0, 1)
    cached_quick_check(target, NAMES, ['train', 'val'])
    (target / 'proposals').mkdir()
    assert not make_dataset(target, COUNTS, 0, 1)
    assert make_dataset(target, COUNTS, 1, 1)
    assert sorted(path.name for path in target.iterdir()) == [
        'annotations', 'images', 'source.json'
    ]


def test_other_folders_are_left_alone(tmp_path):
    (tmp_path / 'photo.jpg').write_bytes(b'mine')
    with pytest.raises(InputError, match='left alone'):
        make_dataset(tmp_path, COUNTS, 0, 1)
    assert contents(tmp_path) == {'photo.jpg': b'mine'}


def test_corrected_annotations_are_left_alone(tmp_path):
    target = tmp_path / 'a'
    make_dataset(target, COUNTS, 0, 1)
    path = target / 'annotations' / 'val.json'
    path.write_text(path.read_text() + ' ')
    before = contents(target)
    for seed in (0, 1):
        with pytest.raises(InputError, match='left alone'):
            make_dataset(target, COUNTS, seed, 1)
    assert contents(target) == before


def test_file_in_the_way(tmp_path):
    (tmp_path / 'a').write_text('mine')
    with pytest.raises(InputError, match='is a file'):
        make_dataset(tmp_path / 'a', COUNTS, 0, 1)


@pytest.mark.parametrize('workers', [1, 2])
def test_interrupt_leaves_nothing(tmp_path, workers):

    def interrupt(drawings):
        yield next(iter(drawings))
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        make_dataset(tmp_path / 'a', COUNTS, 0, workers, interrupt)
    assert list(tmp_path.iterdir()) == []


def test_icons_give_the_same_bytes_for_any_number_of_workers(tmp_path):
    folders = [write_package(tmp_path / name, name) for name in ('one', 'two')]
    make_dataset(tmp_path / 'a', COUNTS, 5, 1, icons=folders)
    make_dataset(tmp_path / 'b', COUNTS, 5, 2, icons=folders[::-1])
    make_dataset(tmp_path / 'c', COUNTS, 5, 1)
    with_icons, without = contents(tmp_path / 'a'), contents(tmp_path / 'c')
    assert with_icons == contents(tmp_path / 'b')
    # Some of the seven images show no icons, and are as they were.
    same = [
        with_icons.get(name) == without[name] for name in without
        if name.startswith('images')
    ]
    assert 1 <= sum(same) < 7


def test_icon_sets_are_named_with_their_licenses(tmp_path):
    folder = write_package(tmp_path / 'icons')
    make_dataset(tmp_path / 'a', COUNTS, 0, 1, icons=[folder])
    [one] = json.loads((tmp_path / 'a' / 'source.json').read_text())['icons']
    assert (one['name'], one['version'], one['license']) == ('tiny', '1.2.3',
                                                             'MIT')
    assert 'Tiny Icons (@iconify-json/tiny 1.2.3)\n  by Ada' in (
        tmp_path / 'a' / 'NOTICE').read_text()


def test_other_icons_are_another_data_set(tmp_path):
    folder, target = write_package(tmp_path / 'icons'), tmp_path / 'a'
    assert make_dataset(target, COUNTS, 0, 1, icons=[folder])
    assert not make_dataset(target, COUNTS, 0, 1, icons=[folder])
    path = folder / 'package.json'
    path.write_text(path.read_text().replace('1.2.3', '1.2.4'))
    assert make_dataset(target, COUNTS, 0, 1, icons=[folder])
    assert make_dataset(target, COUNTS, 0, 1)
    assert not (target / 'NOTICE').exists()
    assert not make_dataset(target, COUNTS, 0, 1)


def test_icons_without_the_package_that_draws_them(tmp_path, monkeypatch):
    # What an import finds where it isn't installed.
    monkeypatch.setitem(sys.modules, 'resvg_py', None)
    with pytest.raises(InputError, match='pip install .*icons'):
        make_dataset(
            tmp_path / 'a',
            COUNTS,
            0,
            1,
            icons=[write_package(tmp_path / 'icons')])
    assert not (tmp_path / 'a').exists()


@pytest.mark.parametrize('name', ['images/mine.jpg', 'annotations/mine.json'])
def test_files_of_others_are_not_removed(tmp_path, name):
    make_dataset(tmp_path / 'a', COUNTS, 0, 1)
    (tmp_path / 'a' / name).write_text('mine')
    with pytest.raises(InputError, match='holds something other'):
        make_dataset(tmp_path / 'a', COUNTS, 1, 1)
    assert (tmp_path / 'a' / name).read_text() == 'mine'


def test_an_image_that_is_gone_is_drawn_again(tmp_path):
    make_dataset(tmp_path / 'a', COUNTS, 0, 1)
    before = contents(tmp_path / 'a')
    image, *_ = (tmp_path / 'a' / 'images').iterdir()
    image.unlink()
    assert make_dataset(tmp_path / 'a', COUNTS, 0, 1)
    assert contents(tmp_path / 'a') == before
