import cv2
import numpy as np

from custom.datasets.browser.sheets import (class_sheet, sheet_jobs,
                                            split_sheet, truths, write_sheets)
from .conftest import read_gallery, write_coco

RED = (0, 0, 255)


def test_of_images_that_are_not_there(folder):
    for path in (folder / 'images').iterdir():
        path.unlink()
    gallery = read_gallery(folder)

    assert split_sheet(gallery, 0) is None
    assert class_sheet(gallery, 0) is None


def test_one_sheet_per_split_and_class(gallery, tmp_path):
    out = tmp_path / 'sheets'
    paths = [*write_sheets(gallery, sheet_jobs(out, gallery))]

    assert [p.name for p in paths] == [
        'train.png', 'val.png', 'class-00-고양이.png',
        'class-01-_script_alert_1_script_.png'
    ]
    assert {*paths} == {*out.iterdir()}


def test_nothing_to_show(folder, tmp_path):
    (folder / 'images' / 'red.png').unlink()
    gallery = read_gallery(folder)
    paths = [*write_sheets(gallery, sheet_jobs(tmp_path / 'sheets', gallery))]

    assert [p and p.name
            for p in paths] == [None, 'val.png', 'class-00-고양이.png', None]


def test_the_hundred_commonest_classes_have_a_sheet(gallery, tmp_path):
    many = gallery._replace(
        classes=tuple(f'c{i}' for i in range(200)),
        labels=np.array([150, 150, 199, 0]))
    names = [job.path.name for job in sheet_jobs(tmp_path, many)]

    assert len(names) == 2 + 100
    assert names[2:5] == [
        'class-00-c0.png', 'class-01-c1.png', 'class-02-c2.png'
    ]
    assert names[-2:] == ['class-150-c150.png', 'class-199-c199.png']


def test_a_split_shows_whole_images(gallery):
    sheet = split_sheet(gallery, 0)

    # One cell: the other image is not there.
    assert sheet.shape[1] == 320 + 24 + 12
    # Boxes and their tags, whose width is the font's, lie over most of its
    # 40 x 20 red pixels.
    assert 0 < (sheet == RED).all(axis=2).sum() < 400


def test_a_class_shows_what_is_around_its_boxes(gallery):
    sheet = class_sheet(gallery, 0)

    # The boxes in red.png and 고양이 #1.png side by side.
    assert sheet.shape[1] == 2 * (180 + 24 + 6) + 6
    assert (sheet == RED).all(axis=2).sum() > 2000
    assert (sheet == (255, 0, 0)).all(axis=2).sum() > 2000


def test_the_same_every_time(gallery):
    assert np.array_equal(split_sheet(gallery, 0), split_sheet(gallery, 0))


def test_boxes_that_stick_out_or_have_no_area(folder):
    write_coco(folder / 'annotations' / 'train.json', [('red.png', 40, 20)],
               ['cat'], [(1, 1, [-1e9, -5, 2e9, 500], 0),
                         (1, 1, [10, 10, 0, 5], 0), (1, 1, [90, 90, 5, 5], 0)])
    write_coco(folder / 'annotations' / 'val.json', [('red.png', 40, 20)],
               ['cat'], [])
    gallery = read_gallery(folder)

    assert split_sheet(gallery, 0) is not None
    # One cell.
    assert class_sheet(gallery, 0).shape[1] == 180 + 24 + 12


def test_no_class_is_not_drawn():
    found = truths(
        np.array([[1, 2, 3, 4], [5, 6, 7, 8]]), np.array([-1, 0]), ('cat', ),
        2)

    assert [(t.label, t.box) for t in found] == [('cat', (10, 12, 24, 28))]


def test_sheets_can_be_read(gallery, tmp_path):
    path, *_ = write_sheets(gallery, sheet_jobs(tmp_path, gallery))

    assert np.array_equal(cv2.imread(str(path)), split_sheet(gallery, 0))
