import unicodedata

import pytest

from custom.datasets.checks.image_files import (check_images, check_unrecorded,
                                                meant_files, one_factor)
from custom.datasets.images.scan import ImageScan
from tests.helpers.annotation_tables import found, make_table


def check(size=(60, 40), **scan):
    """The problems of one image, 60 x 40 unless told otherwise."""
    settings = dict(width=60, height=40, mode='RGB', format='JPEG')
    scans = {'1.png': ImageScan('1.png', **{**settings, **scan})}
    return [*check_images(make_table(sizes=[size]), scans)]


def meant(table, *files):
    """By file names of which those that are not among the files are gone."""
    scans = {
        name: ImageScan(name, missing=name not in files)
        for name in table.file_names
    }
    return meant_files([table], scans, files)


def code_and_detail(problems):
    return [(problem.code, problem.detail) for problem in problems]


def test_no_images():
    assert list(check_images(make_table(sizes=()), {})) == []
    assert list(check_unrecorded([], [], {})) == []
    assert meant_files([], {}, []) == {}


def test_nothing_wrong():
    assert check() == []
    assert check(mode='L') == []


def test_a_name_that_is_malformed_is_passed_over():
    table = make_table(file_names=[''])
    assert list(check_images(table, {})) == []


@pytest.mark.parametrize('scan, code', [
    (dict(missing=True), 'image-missing'),
    (dict(truncated=True), 'image-truncated'),
    (dict(), 'image-unreadable'),
])
def test_cannot_be_used(scan, code):
    problem, = check(error='the reason', **scan)
    assert (problem.code, problem.record, problem.images) == (code, 'image 1',
                                                              ['1.png'])
    assert problem.detail == '"1.png" cannot be used: the reason'


@pytest.mark.parametrize('orientation', [5, 6, 7, 8])
def test_turned(orientation):
    exif = f'(EXIF orientation {orientation})'
    assert code_and_detail(check(orientation=orientation)) == [
        ('image-turned', f'"1.png" is 60 x 40 pixels as shown {exif}')
    ]
    assert code_and_detail(check((40, 60), orientation=orientation)) == [
        ('image-rotated', f'"1.png" is 60 x 40 pixels as shown {exif}, the '
         'record says 40 x 60')
    ]


@pytest.mark.parametrize('orientation, size', [(2, (60, 40)), (3, (60, 40)),
                                               (4, (60, 40)), (6, (50, 50))])
def test_turned_to_the_same_size(orientation, size):
    width, height = size
    problem, = check(size, width=width, height=height, orientation=orientation)
    assert problem.code == 'image-exif'
    assert f'with or without EXIF orientation {orientation}' in problem.detail


@pytest.mark.parametrize('size, words', [
    ((30, 20), 'the record says 30 x 20: 2 times that'),
    ((120, 80), 'the record says 120 x 80: 0.5 times that'),
    ((30, 30), 'the record says 30 x 30'),
    ((40, 60), 'the record says 40 x 60'),
    ((59.5, 40), 'the record says 59.5 x 40: 1.01 times that'),
    ((60, 40.5), 'the record says 60 x 40.5: nearly the same'),
])
def test_other_size(size, words):
    problem, = check(size)
    assert problem.code == 'image-size'
    assert problem.detail == f'"1.png" is 60 x 40 pixels, {words}'


def test_a_size_that_is_malformed_is_told_elsewhere():
    assert check((float('nan'), 40)) == []


def test_animation():
    assert code_and_detail(check(frames=3, format='GIF')) == [
        ('image-animated', '"1.png" has 3 frames (GIF)')
    ]
    # A photo with a depth map.
    assert check(frames=2, format='MPO') == []


@pytest.mark.parametrize('mode, words', [
    ('CMYK', 'CMYK, colors for print'),
    ('P', 'a palette'),
    ('P;A', 'a palette with transparency'),
    ('RGB;A', 'one color that means transparent'),
    ('RGBA', 'transparent pixels'),
    ('RGBA;16', '16-bit colors'),
    ('I;16', '16-bit gray'),
    ('LAB', 'LAB pixels'),
])
def test_mode(mode, words):
    assert code_and_detail(check(mode=mode, format='PNG')) == [
        ('image-mode', f'"1.png" has {words} (PNG)')
    ]


def test_all_at_once():
    problems = check((30, 20), orientation=3, frames=2, mode='P')
    assert found(problems) == [('image-size', 'image 1'),
                               ('image-animated', 'image 1'),
                               ('image-mode', 'image 1')]


def test_unrecorded():
    train = make_table(file_names=['a.jpg', './b/c.jpg'], sizes=[(1, 1)] * 2)
    val = make_table(file_names=['Cat.JPG'], split='val')
    files = ['a.jpg', 'b/c.jpg', 'cat.png', 'dog.png']
    problems = [*check_unrecorded([train, val], files, meant(val, *files))]
    assert [
        (p.code, p.split, p.record, p.detail, p.images) for p in problems
    ] == [
        ('image-unrecorded', '', 'cat.png',
         'no split names it; perhaps "Cat.JPG" is meant by it', ['cat.png']),
        ('image-unrecorded', '', 'dog.png', 'no split names it', ['dog.png']),
    ]


def test_names_that_look_the_same():
    name, there = (
        unicodedata.normalize(form, '비행기.png') for form in ('NFC', 'NFD'))
    table = make_table(file_names=[name])
    found = meant(table, there)
    scan = ImageScan(name, error='no such file', missing=True)
    for problem in (*check_images(table, {name: scan}, found),
                    *check_unrecorded([table], [there], found)):
        assert problem.detail.endswith(
            '(the same letters in another Unicode form)')


@pytest.mark.parametrize('name, there', [
    ('b\\c.png', 'b/c.png'),
    ('./b/C.jpg', 'b/c.jpeg'),
    ('images/c.png', 'c.png'),
    ('images\\c.png', 'c.png'),
    ('C:\\photos\\c.png', 'sub/c.png'),
])
def test_missing_file_that_is_there_by_another_name(name, there):
    table = make_table(file_names=[name])
    found = meant(table, there)
    scan = ImageScan(name, error='no such file', missing=True)
    missing, = check_images(table, {name: scan}, found)
    assert missing.detail == (f'"{name}" cannot be used: no such file; '
                              f'perhaps images/{there} is meant')
    unrecorded, = check_unrecorded([table], [there], found)
    assert unrecorded.detail == (
        f'no split names it; perhaps "{name}" is meant by it')


def test_what_may_mean_two_files_means_none():
    table = make_table(sizes=[(1, 1)] * 2, file_names=['a/c.png', 'd.png'])
    assert meant(table, 'b/c.png', 'e/c.png', 'd.png') == {}
    # The whole path counts more than the name.
    assert meant(table, 'b/c.png', 'a/c.jpg', 'd.png') == {
        'a/c.png': 'a/c.jpg'
    }
    # What another record names is spoken for.
    two = make_table(sizes=[(1, 1)] * 2, file_names=['a/c.png', 'b/c.png'])
    assert meant(two, 'b/c.png') == {}


def test_one_factor():
    assert one_factor((60, 40), (60, 40)) == 1
    assert one_factor((333, 250), (100, 75)) == 100 / 333
    assert one_factor((60, 40), (40, 60)) is None
