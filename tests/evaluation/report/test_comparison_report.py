import json
import re

import pytest

from custom.evaluation.report.comparison_figures import verdict
from custom.evaluation.report.comparison_report import (Detector,
                                                        report_comparison)
from tests.helpers.box_matches import (CAT, CLASSES, DOG, SUN, predictions_of,
                                       truth_table)
from tests.helpers.image_files import write_image

# A sun in each of three images.
TRUTH = [(image, SUN, 10, 10, 100, 100) for image in range(3)]


def finding(*found):
    return predictions_of([(image, label, score, 10, 10, 100, 100)
                           for image, label, score in found])


@pytest.fixture
def compared(tmp_path):
    """The first finds the sun of image 0 and takes that of image 2 for a cat;
    the second finds those of images 1 and 2."""
    names = [f'{image}.png' for image in range(3)]
    for name in names:
        write_image(tmp_path / 'zoo/images' / name, 400, 300, (255, ) * 3)
    table = truth_table(TRUTH, 3)._replace(
        path=tmp_path / 'zoo/annotations/test.json', file_names=names)
    return report_comparison(
        tmp_path / 'report', table,
        (Detector('old.pth', finding((0, SUN, .9), (2, CAT, .8)), {}),
         Detector('new.pth', finding(
             (1, SUN, .6), (2, SUN, .6)), dict(sun=.55))), CLASSES, 'a test')


def test_rows_and_counts(compared, tmp_path):
    figures = json.loads(
        (tmp_path / 'report/report.json').read_text())['comparison']
    assert figures['rows'] == compared.rows
    assert (figures['first'], figures['second']) == ('old.pth', 'new.pth')
    # Of three suns one was found, and two are now: 34 of 101 recall levels,
    # and 67.
    assert compared.rows[0]['points'] == pytest.approx(100 * (67 - 34) / 101)
    # Images 1 and 2 have fewer errors, image 0 more.
    assert (figures['mended'], figures['broken']) == (2, 1)
    # There is no dog to be found.
    assert compared.rows[4 + DOG]['points'] is None


def test_labels_that_look_wrong_are_beside_the_page(compared):
    lines = (compared.page.parent / 'label_errors.csv').read_text()
    # Of the second detector: the sun of image 0 it never finds.
    assert '0.png,never found,sun' in lines


def test_what_the_page_shows(compared):
    text = compared.page.read_text()
    data = json.loads(
        re.search(r'id="data">(.*?)</script>', text, re.DOTALL)[1])
    assert data['earlier'] == 'old.pth'
    earlier = {record[0]: record[5:] for record in data['images']}
    assert earlier['1.png'] == [1, []]  # one error, it was missed
    errors, (label, score, *box, outcome) = earlier['2.png']
    assert (errors, label, score, box) == (1, CAT, .8, [10, 10, 100, 100])
    assert data['outcomes'][outcome] == 'class'


@pytest.mark.parametrize(('ends', 'words'), [
    ((1, 3), 'new is better'),
    ((-3, -1), 'old is better'),
    ((-1, 2), 'cannot tell them apart: the difference in mAP lies between '
     '-1.0 and 2.0 points'),
    ((None, None), 'no box'),
])
def test_verdict(ends, words):
    row = dict(zip(('from', 'to'), ends))
    text, values = verdict(dict(first='old', second='new', rows=[row]))
    assert words in text.format(**values)
