"""Korean of each text of the page."""
import re
from html.parser import HTMLParser
from pathlib import Path

import numpy as np

import custom.evaluation.report.words as words
from custom.evaluation.report.figures import CURES, build_report
from custom.evaluation.report.report_page import write_report
from custom.evaluation.report.words import KOREAN, class_name, known, say
from tests.helpers.box_matches import CAT, DOG, SUN, matched
from tests.helpers.report_words import english_words

STATIC = Path(words.__file__).parent / 'static'
SHARED = Path('custom/visualization/page/static')


class Spoken(HTMLParser):
    """What a page says in Korean, but for names and code."""

    def __init__(self, page):
        super().__init__()
        self.open, self.text = [], ''
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        is_other = (
            tag in ('code', 'script', 'style', 'title')
            or attributes.get('lang') == 'en' and tag != 'html'
            or attributes.get('translate') == 'no')
        if tag not in ('meta', 'img'):
            self.open.append(is_other)

    def handle_endtag(self, tag):
        self.open.pop()

    def handle_data(self, text):
        if not any(self.open):
            self.text += f' {text}'


def test_a_text_in_both_languages():
    assert say(
        'show {count}', count='<3'
    ) == ('<span lang="en">show &lt;3</span><span lang="ko">&lt;3건 보기</span>')
    assert class_name('cat') == (
        '<span lang="en">cat</span><span lang="ko">고양이</span>')
    assert class_name('<x>') == known('<x>') == (
        '<span translate="no">&lt;x&gt;</span>')


def test_values_are_the_same_in_both_languages():
    for english, korean in KOREAN.items():
        values = [{*re.findall(r'\{\w+\}', text)}
                  for text in (english, korean)]
        assert values[0] == values[1], english


def test_what_python_writes_has_its_korean(tmp_path):
    truth = [(0, CAT, 0, 0, 10, 10), (1, DOG, 20, 20, 40, 40)]
    found = [(0, CAT, .9, 0, 0, 10, 10), (1, CAT, .8, 20, 20, 40, 40),
             *[(1, SUN, .7, 70, 70, 20, 20)] * 100]
    report = build_report(
        matched(truth, found), np.full(3, .4), np.full((2, 2), 100.), True)
    assert report['thresholds'] and report['calibration']['far_off']
    row = {'B less A': 'mAP', 'points': 3., 'from': 1., 'to': 5.}
    report['comparison'] = dict(
        first='a.pth',
        second='b.pth',
        rows=[{
            **row, 'B better': .99,
            'p': .02
        }],
        mended=2,
        broken=1)
    page = write_report(tmp_path, report, 'test').read_text()
    assert english_words(Spoken(page).text) == []
    assert {*CURES.values()} <= {*KOREAN}


def test_what_the_script_writes_has_its_korean():
    said = set()
    for path in (*STATIC.glob('*.js'), *SHARED.glob('*.js')):
        source = path.read_text()
        said |= {
            text
            for _, text in re.findall(r"""say\((["'])(.*?)\1""", source)
        }
        # Tables of texts.
        for block in re.findall(
                r'const (?:\w+_TEXTS|INTRODUCTIONS) = \{(.*?)\n\};', source,
                re.DOTALL):
            said |= {*re.findall(r": '(.*?)',?\s", f'{block} ')}
    assert len(said) > 40
    assert said - {*KOREAN} == set()
