import json

import pytest

from custom.evaluation.report.evaluation_report import report_split
from custom.utils.errors import InputError
from custom.utils.image_io import read_image
from tests.helpers.box_matches import (CAT, CLASSES, DOG, SUN, predictions_of,
                                       truth_table)
from tests.helpers.image_files import write_image

TRUTH = [(0, DOG, 100, 100, 50, 50), (0, CAT, 20, 20, 30, 30),
         (1, CAT, 10, 10, 30, 30), (1, CAT, 200, 10, 60, 60)]
FOUND = [(0, CAT, .8, 100, 100, 50, 50), (0, CAT, .9, 20, 20, 30, 30),
         (1, SUN, .7, 300, 200, 60, 60)]


@pytest.fixture
def write(tmp_path):

    def write(truth=TRUTH, found=FOUND):
        names = ['a/1.png', '2.png', 'gone.png']
        for name in names[:2]:
            write_image(tmp_path / 'zoo/images' / name, 400, 300, (255, ) * 3)
        table = truth_table(truth, 3)._replace(
            path=tmp_path / 'zoo/annotations/test.json', file_names=names)
        report_split(
            tmp_path / 'report',
            table,
            predictions_of(found),
            CLASSES, {},
            'a test',
            errors_dir=str(tmp_path / 'errors'))
        return tmp_path / 'errors'

    return write


def files(folder):
    return sorted(
        path.relative_to(folder).as_posix() for path in folder.rglob('*')
        if path.is_file())


def colored(image):
    """bool (H, W): neither white nor gray, as faint boxes are."""
    return image.max(2).astype(int) - image.min(2) > 60


def test_a_folder_for_each_class(write):
    folder = write()
    assert files(folder) == [
        'FN/cat/0001_2.jpg', 'FN/dog/0001_1.jpg', 'FP/cat/0001_1.jpg',
        'FP/sun/0001_2.jpg', 'errors.json'
    ]
    assert sorted(json.loads(
        (folder / 'errors.json').read_text())) == files(folder)[:-1]


def test_only_the_errors_of_the_class_have_its_color(write):
    image = read_image(str(write() / 'FP/cat/0001_1.jpg'))
    strip = image.shape[0] - 300
    right = colored(image[strip:, -400:])

    # The cat that is a dog, not the one that is right.
    assert right[100:150, 100:150].any()
    assert not right[15:55, 15:55].any()


def test_what_an_older_run_drew_goes_and_other_files_stop_it(write):
    folder = write()
    write(TRUTH[:1], FOUND[:1])
    assert files(folder) == [
        'FN/dog/0001_1.jpg', 'FP/cat/0001_1.jpg', 'errors.json'
    ]
    (folder / 'FP' / 'notes.txt').write_text('mine')
    with pytest.raises(InputError, match='holds FP/notes.txt, which was not'):
        write()
    assert (folder / 'FP' / 'notes.txt').read_text() == 'mine'
    assert 'FN/dog/0001_1.jpg' in files(folder)


def test_a_folder_of_something_else_is_left_alone(write, tmp_path):
    (tmp_path / 'errors').mkdir()
    (tmp_path / 'errors' / 'thesis.txt').write_text('mine')
    with pytest.raises(InputError, match='not empty'):
        write()
    assert files(tmp_path / 'errors') == ['thesis.txt']


def test_images_that_cannot_be_read_are_left_out(write):
    assert files(write([(2, CAT, 0, 0, 9, 9)], [])) == ['errors.json']


def test_without_images(tmp_path):
    table = truth_table(TRUTH)._replace(path=tmp_path /
                                        'annotations/test.json')
    with pytest.raises(InputError, match='images: no such folder'):
        report_split(
            tmp_path / 'report',
            table, [],
            CLASSES, {},
            'a test',
            errors_dir=str(tmp_path / 'errors'))
