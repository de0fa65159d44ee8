import pytest

from custom.datasets.annotations.class_mapping import match_categories
from custom.datasets.annotations.issues import CODES, ERROR, NOTE, WARNING
from custom.datasets.annotations.layout import (SPLITS, annotation_file,
                                                class_names, image_folder)
from custom.datasets.annotations.strict_reader import read_annotations
from custom.datasets.checks.run import check_dataset, exit_code
from custom.utils.errors import InputError
from custom.utils.image_io import read_image
from tests.helpers.broken_datasets import BREAKS, CLASSES, healthy, make_broken


def code_of(name):
    """Of two codes that fit the longer one: image-size, image-mode-palette."""
    return max((code for code in CODES if name.startswith(code)), key=len)


@pytest.fixture(scope='module')
def source(tmp_path_factory):
    return healthy(tmp_path_factory.mktemp('source') / 'data')


def test_there_is_a_break_for_every_code():
    assert {code_of(name) for name in BREAKS} == set(CODES)


@pytest.mark.parametrize('decode', [True, False])
def test_healthy(source, decode):
    report = check_dataset(source, decode=decode)
    assert report.problems == []
    assert report.classes == CLASSES
    assert exit_code(report.problems) == 0
    assert [(s.split, s.images, s.boxes)
            for s in report.splits] == [('train', 16, 96), ('val', 6, 36),
                                        ('test', 6, 36)]


@pytest.mark.parametrize('name', BREAKS)
def test_broken(source, tmp_path, name):
    code = code_of(name)
    record = make_broken(source, tmp_path / 'broken', name)
    problems = check_dataset(
        tmp_path / 'broken',
        CLASSES if code == 'class-unknown' else None).problems
    severities = {p.code: CODES[p.code].severity for p in problems}
    assert code in severities
    assert {p.record for p in problems if p.code == code} >= {record}
    # What is broken in one way has one cause: no other error hides it.
    expected = {code} if CODES[code].severity == ERROR else set()
    assert {c for c, s in severities.items() if s == ERROR} == expected
    assert exit_code(problems) == {
        ERROR: 2,
        WARNING: 1,
        NOTE: 0
    }[max(severities.values(), key=[NOTE, WARNING, ERROR].index)]


def is_read(folder, classes):
    try:
        for split in SPLITS:
            table = read_annotations(annotation_file(folder, split))
            match_categories(table.categories, classes or class_names(folder),
                             split)
            for name in table.file_names:
                read_image(str(image_folder(folder) / name))
    except InputError:
        return False
    return True


@pytest.mark.parametrize('name', BREAKS)
def test_training_stops_where_the_code_says_so(source, tmp_path, name):
    code = code_of(name)
    make_broken(source, tmp_path / 'broken', name)
    # The classes of a config are those of the healthy set.
    classes = CLASSES if code == 'class-unknown' else None
    stops = CODES[code].impact.startswith('Training stops')
    assert is_read(tmp_path / 'broken', classes) != stops
    assert CODES[code].severity == ERROR or not stops
