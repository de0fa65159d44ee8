"""The images of a report's page: their data, and the page in a browser."""
import functools
import json
import re

import numpy as np
import pytest
from playwright.sync_api import expect

from custom.evaluation.report.evaluation_report import report_split
from tests.helpers.box_matches import (CAT, CLASSES, DOG, SUN, predictions_of,
                                       truth_table)
from tests.helpers.chromium import opened_pages
from tests.helpers.image_files import write_image
from tests.helpers.report_words import english_words

EVIL = '<img src=x onerror=alert(1)> & #1'
# A dog that is taken for a cat, and a sun where nothing is; a cat that is
# found; a cat that is missed.
TRUTH = [(0, CAT, 0, 0, 40, 40), (1, DOG, 100, 100, 50, 50),
         (2, CAT, 10, 10, 30, 30)]
FOUND = [(0, CAT, .9, 0, 0, 40, 40), (1, CAT, .8, 100, 100, 50, 50),
         (1, SUN, .7, 200, 200, 60, 60), (1, SUN, .2, 300, 20, 40, 40)]


@pytest.fixture
def made(tmp_path):
    """The page of three images in a data set folder."""
    folder = tmp_path / 'zoo'
    names = ['1.png', f'in/{EVIL}.png', '3.png']
    for name in names[:2]:  # the third is not there
        write_image(folder / 'images' / name, 400, 300, (200, 220, 240))
    table = truth_table(TRUTH, 3)._replace(
        path=folder / 'annotations' / 'test.json', file_names=names)
    return report_split(tmp_path / 'report', table, predictions_of(FOUND),
                        CLASSES, {}, 'a test').page


def data_of(page):
    text = page.read_text(encoding='utf-8')
    return json.loads(re.search('id="data">(.*?)</script>', text)[1])


def test_data(made):
    data = data_of(made)
    outcome = data['outcomes'].index
    worst, missed, right = data['images']

    assert worst == [
        f'in/{EVIL}.png', 400, 300,
        [DOG, 100, 100, 50, 50, outcome('class'), 0],
        [
            CAT, .8, 100, 100, 50, 50, outcome('class'), 1, 0,
            SUN, .7, 200, 200, 60, 60, outcome('background'), 0, -1,
            SUN, .2, 300, 20, 40, 40, outcome('unsure'), 0, -1
        ]
    ]  # yapf: disable
    assert missed[3:] == [[CAT, 10, 10, 30, 30, outcome('missed'), -1], []]
    assert right[3] == [CAT, 0, 0, 40, 40, outcome('right'), 0]
    assert data['folder'] == '../zoo/images/'
    kinds = [data['kinds'][label[0]] for label in data['labels']]
    assert sorted(kinds) == ['never found', 'overlooked', 'swapped']


def test_of_the_unsure_the_best_are_kept(tmp_path):
    (tmp_path / 'images').mkdir()
    found = [(0, SUN, score, 10, 10, 20, 20)
             for score in np.linspace(.01, .4, 40)]
    table = truth_table([],
                        1)._replace(path=tmp_path / 'annotations/test.json')
    page = report_split(tmp_path / 'report', table, predictions_of(found),
                        CLASSES, {}, 'a test').page
    scores = data_of(page)['images'][0][4][1::9]

    assert len(scores) == 20
    assert scores[0] == .4
    assert scores == sorted(scores, reverse=True)


def test_names_of_strangers_stay_names(made):
    text = made.read_text(encoding='utf-8')
    assert '<img src=x' not in text
    assert text.count("script-src 'sha256-") == 1


@pytest.fixture
def open_page(browser, made):
    with opened_pages(browser) as open_page:
        yield functools.partial(open_page, made)


@pytest.mark.browser
@pytest.mark.slow
def test_from_the_matrix_to_a_large_image_and_back(open_page):
    page = open_page()
    page.locator('.matrix a').first.click()
    expect(page.locator('.errors li')).to_have_count(1)
    expect(page.locator('.pair-filter')).to_have_text('dog, taken for cat ✕')
    expect(page.locator('.errors .name')).to_have_text('dog → cat 0.80')
    expect(page.locator('.errors .under').first).to_have_text(
        'wrong class, IoU 1.00')

    page.locator('.pair-filter').click()
    expect(page.locator('.errors li')).to_have_count(3)
    page.locator('.errors button').first.click()
    heading = page.locator('#large header .quiet')
    expect(heading).to_contain_text('dog → cat 0.80')
    page.keyboard.press('ArrowRight')
    expect(heading).to_contain_text('sun 0.70: nothing is there')
    page.keyboard.press('ArrowRight')
    expect(heading).to_contain_text('cat: missed')
    page.keyboard.press('Escape')
    expect(page.locator('#large')).to_be_hidden()

    page.select_option('#filter-cause', 'missed')
    expect(page.locator('.errors li')).to_have_count(1)
    page.get_by_role('link', name='Pictures').click()
    expect(page.locator('.pictures li')).to_have_count(3)
    expect(page.locator('.pictures .badge').first).to_have_text('2 errors')


# The visible text, but for names and code.
SPOKEN = """() => {
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  let text = '';
  while (walk.nextNode()) {
    const node = walk.currentNode.parentElement;
    const isName = node.closest('[translate=no],code,script,style');
    if (!isName && (node.checkVisibility() || node.closest('select'))) {
      text += walk.currentNode.textContent + ' ';
    }
  }
  return text;
}"""


@pytest.mark.browser
@pytest.mark.slow
def test_korean_throughout_and_english_at_a_click(open_page):
    page = open_page(locale='ko-KR')
    for address in ('view=report', 'view=pictures', 'view=errors',
                    'view=labels', 'view=errors&true=1&found=2',
                    'view=errors&true=3&found=0', 'view=errors&true=2&found=3',
                    'view=pictures&image=0', 'view=labels&image=l0',
                    'view=errors&image=0-d0', 'view=errors&search=none'):
        page.evaluate(f'location.hash = "#{address}"')
        page.wait_for_function(f'address({{}}) === "#{address}"' if address !=
                               'view=report' else 'true')
        words = english_words(page.evaluate(SPOKEN))
        assert {*words} - {*CLASSES} == set(), address

    page.evaluate('location.hash = "#view=pictures"')
    page.locator('#language').click()
    expect(page.locator('.pictures .badge').first).to_have_text('2 errors')
    page.reload()
    expect(page.locator('#language')).to_have_text('한국어')


@pytest.mark.browser
@pytest.mark.slow
def test_a_phone_has_one_side_at_a_time_and_nothing_to_the_right(open_page):
    page = open_page(
        '#view=pictures&image=0',
        viewport=dict(width=360, height=740),
        has_touch=True,
        is_mobile=True)
    expect(page.locator('figure.found')).to_be_visible()
    expect(page.locator('figure.drawn')).to_be_hidden()
    page.locator('.sides button', has_text='Drawn').click()
    expect(page.locator('figure.drawn')).to_be_visible()
    for view in ('report', 'pictures', 'errors', 'labels'):
        page.evaluate(f'location.hash = "#view={view}"')
        page.wait_for_function(f'state.view === "{view}"')
        assert page.evaluate(
            'document.documentElement.scrollWidth') == 360, view
