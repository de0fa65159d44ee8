import json

import pytest

from custom.datasets.annotations import read_annotations
from custom.datasets.checks.check import check_dataset
from custom.datasets.checks.mended_copy import (CHANGES, mended_folder,
                                                write_mended)
from custom.datasets.checks.problem import CODES
from custom.datasets.folder import annotation_file
from custom.errors import InputError
from .broken import BREAKS, Broken, healthy, make_broken
from .test_broken import code_of

FIXABLE = [name for name in BREAKS if CODES[code_of(name)].fix]


@pytest.fixture(scope='module')
def source(tmp_path_factory):
    return healthy(tmp_path_factory.mktemp('source') / 'data')


def content(folder):
    return {
        path.relative_to(folder): path.read_bytes()
        for path in folder.rglob('*') if path.is_file()
    }


def lines(folder):
    return (folder / CHANGES).read_text().splitlines()


def test_healthy(source, tmp_path):
    copy = write_mended(check_dataset(source), tmp_path / 'out')
    assert copy == ([], [])
    assert lines(tmp_path / 'out') == []
    assert check_dataset(tmp_path / 'out').problems == []


@pytest.mark.parametrize('name', FIXABLE)
def test_what_can_be_mended_is(source, tmp_path, name):
    folder, out = tmp_path / 'broken', tmp_path / 'out'
    make_broken(source, folder, name)
    before = content(folder)

    copy = write_mended(check_dataset(folder), out)

    assert content(folder) == before
    code = code_of(name)
    assert code in {change.code for change in copy.changes}
    assert lines(out) == [str(change) for change in copy.changes]
    assert code not in {
        problem.code
        for problem in check_dataset(out).problems
    }


def test_turned_photo_has_its_boxes_again(source, tmp_path):
    """The break stores the photo lying down with the record of the stored
    pixels, but the boxes as they were: of the stored pixels."""
    folder, out = tmp_path / 'broken', tmp_path / 'out'
    make_broken(source, folder, 'image-rotated')
    first, = Broken(folder).boxes_of(Broken(folder).image)[:1]
    write_mended(check_dataset(folder), out)
    x, y, w, h = first['bbox']
    image = read_annotations(annotation_file(out, 'train'))['images'][0]
    assert (image['width'], image['height']) == (120, 160)
    assert Broken(out).ann['bbox'] == pytest.approx([120 - y - h, x, h, w])


def test_one_mend_brings_another_to_light(source, tmp_path):
    """Fractions become pixels; one of them is then outside its image."""
    folder, out = tmp_path / 'broken', tmp_path / 'out'
    make_broken(source, folder, 'boxes-normalised')
    broken = Broken(folder)
    broken.ann['bbox'] = [0.98, 0.5, 0.05, 0.25]
    broken.write()
    copy = write_mended(check_dataset(folder), out)
    assert [c.code for c in copy.changes].count('box-overhang') == 1
    assert Broken(out).ann['bbox'] == pytest.approx([156.8, 60, 3.2, 30])


def test_what_is_left_is_told(source, tmp_path):
    folder, out = tmp_path / 'broken', tmp_path / 'out'
    make_broken(source, folder, 'class-misspelt')
    copy = write_mended(check_dataset(folder), out)
    assert 'class-misspelt' in {problem.code for problem in copy.left}


def test_images_left_out_have_no_file(source, tmp_path):
    folder, out = tmp_path / 'broken', tmp_path / 'out'
    make_broken(source, folder, 'image-truncated')
    write_mended(check_dataset(folder), out)
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
    write_mended(check_dataset(folder), out)
    train = json.loads(annotation_file(out, 'train').read_text())
    assert train['info'] == dict(year=2026)
    assert train['annotations'][0]['difficult'] == 1


def test_nothing_is_overwritten(source, tmp_path):
    out = tmp_path / 'out'
    out.mkdir()
    (out / 'mine').write_text('')
    with pytest.raises(InputError, match='not empty'):
        write_mended(check_dataset(source), out)
    assert content(out).keys() == {(out / 'mine').relative_to(out)}


def test_beside_the_folder(tmp_path):
    assert mended_folder(tmp_path / 'cats/') == tmp_path / 'cats-mended'
