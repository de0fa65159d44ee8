import json
import re

import numpy as np
import pytest
from matplotlib.legend import Legend

from custom.evaluation.report.figures import CURES, build_report, weakest_point
from custom.evaluation.report.report_page import write_report
from custom.evaluation.report.sections import confusion
from custom.evaluation.tide_errors import ERROR_TYPES
from custom.visualization import report_plots
from custom.visualization.png import png_bytes
from custom.visualization.report_plots import draw_report
from tests.helpers.box_matches import CAT, DOG, SUN, matched

SIZES = np.array([(100, 100), (100, 100)], float)
HALF = np.full(3, .5)


def report_of(truth=(), found=(), **changes):
    """Of two images and three classes."""
    return build_report(matched(truth, found, **changes), HALF, SIZES)


@pytest.fixture
def two():
    """A cat that is found, a dog that is taken for a cat, and a sun that is
    not there."""
    return report_of([(0, CAT, 0, 0, 10, 10), (1, DOG, 20, 20, 40, 40)],
                     [(0, CAT, .9, 0, 0, 10, 10), (1, CAT, .8, 20, 20, 40, 40),
                      (1, SUN, .7, 70, 70, 20, 20)])


def test_every_error_has_a_cure():
    assert {*CURES} == {*ERROR_TYPES}


def test_figures(two):
    assert (two['images'], two['boxes']) == (2, 2)
    # Cats 1, dogs 0.
    assert two['scores']['mAP_50']['value'] == pytest.approx(.5)
    assert two['tags']['exact_match']['value'] == .5
    names = two['confusion']['names']
    counts = np.array(two['confusion']['counts'])
    assert counts[names.index('cat'), names.index('cat')] == 1
    assert counts[names.index('dog'), names.index('cat')] == 1
    assert counts[names.index('background'), names.index('sun')] == 1
    assert counts.sum() == 3
    assert two['errors']['class']['count'] == 1
    assert two['errors']['background']['count'] == 1
    assert weakest_point(two).startswith(
        'Most is lost by the error "class": 1 cases cost ')
    assert two['limit'] == weakest_point(two)
    assert two['classes'][-1]['precision'] == pytest.approx(1 / 3)
    small, medium, large = two['sizes']
    # A dog of 40 x 40 pixels.
    assert (small['boxes'], medium['boxes'], large['boxes']) == (1, 1, 0)
    assert (small['AP50'], medium['AP50'], large['AP50']) == (pytest.approx(1),
                                                              0, None)
    assert small['mAP']['value'] == pytest.approx(1)
    assert two['thresholds'] is None
    curve = two['pr_curves']['classes'][-1]
    assert (curve['class'], curve['precision'][100]) == ('cat', 1)
    cat = two['curves']['classes'][-1]
    # At 0.05 both cats count, at 0.85 the right one alone.
    assert [cat['precision'][step] for step in (5, 85)] == [.5, 1]
    assert cat['f1'][85] == 1
    assert two['slices']['objects in the image'] == [
        dict(part='1', images=2, AP50=pytest.approx(.5))
    ]


@pytest.mark.parametrize('truth, found', [
    ([(0, CAT, 0, 0, 10, 10)], []),
    ([], [(0, CAT, .9, 0, 0, 10, 10)]),
    ([], []),
])
def test_where_there_is_little(truth, found, tmp_path):
    report = report_of(truth, found)
    page = write_report(tmp_path, report, 'nothing').read_text()
    text = re.sub(
        '<(style|script).*?</.*?>|<[^>]*>', ' ', page, flags=re.DOTALL)
    assert 'nan' not in text.lower()
    assert json.loads((tmp_path / 'report.json').read_text()) == report


def test_names_are_drawn_as_they_are_written(two, monkeypatch):
    """Two dollars are no formula, and what begins with "_" is in the
    legend."""
    labels = []

    def note(figure):
        labels.extend(
            (label.get_text().strip('\u200b'), label.get_parse_math())
            for legend in figure.findobj(Legend)
            for label in legend.get_texts())
        return png_bytes(figure)

    monkeypatch.setattr(report_plots, 'png_bytes', note)
    text = json.dumps(two, default=float)
    for old, new in (('cat', 'price_$5_$10'), ('dog', '_dog')):
        text = text.replace(f'"{old}"', f'"{new}"')

    assert {*draw_report(json.loads(text))
            } == {'curves', 'pr_curves', 'confusion', 'errors', 'calibration'}
    assert {('_dog', False), ('price_$5_$10', False)} <= {*labels}


def test_the_page_stands_alone(two, tmp_path):
    page = write_report(tmp_path, two, 'a<b>.pth on test').read_text()
    assert '<h1 translate="no">a&lt;b&gt;.pth on test</h1>' in page
    assert re.findall(r'(?:src|href)="(?!data:)', page) == []
    for name in ('curves', 'confusion', 'errors', 'calibration'):
        assert (tmp_path / f'{name}.png').read_bytes()[1:4] == b'PNG'
    for words in ('50.0 (', 'images with exactly the right tags',
                  CURES['class']):
        assert words in page


def test_the_confusion_matrix_is_a_table(two, tmp_path):
    page = write_report(tmp_path, two, 'test').read_text()
    matrix = re.search('<table class="matrix">(.*?)</table>', page)[1]
    rows = [
        re.findall('<td.*?>(.*?)</td>', row)
        for row in re.findall('<tr>(.*?)</tr>', matrix)
    ]
    # Sun, dog, cat and background: a dog was taken for a cat.
    assert rows[1:] == [['', '', '', ''], ['', '', '1', ''], ['', '', '1', ''],
                        ['1', '', '', '']]


def test_of_many_classes_those_that_are_confused_most_are_shown(tmp_path):
    counts = np.zeros((102, 102), int)
    counts[60, 61] = 5
    names = [f'class {i}' for i in range(101)] + ['background']
    table = ''.join(
        confusion(dict(counts=counts, names=names), has_images=True))
    assert table.count('<th scope="row">') == 41
    assert '<a href="#view=errors&amp;true=60&amp;found=61">5</a>' in table
    assert '40 classes of 101 that are confused most' in table
