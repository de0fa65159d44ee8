"""The page's data, and that names of strangers stay names."""
import base64
import hashlib
import json
import re
from html.parser import HTMLParser

import cv2
import numpy as np
import pytest

from custom.datasets.annotations.issues import Issue
from custom.datasets.browser.html import write_page
from custom.datasets.browser.pipeline import (PipelinePreview, PipelineView,
                                              PreviewedImage)
from custom.utils.errors import InputError
from custom.visualization.palette import class_colors
from tests.helpers.image_files import write_image
from .conftest import EVIL, read_gallery, silent, write_coco


class Page(HTMLParser):
    """The text of each element by id or tag, all tags and attributes."""

    def __init__(self, text):
        super().__init__()
        self.texts, self.tags, self.attributes = {}, [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.key = dict(attributes).get('id') or tag
        self.attributes.append(dict(attributes))

    def handle_endtag(self, tag):
        self.key = 'between'

    def handle_data(self, text):
        if self.tags:
            self.texts[self.key] = self.texts.get(self.key, '') + text


@pytest.fixture
def made(folder, tmp_path):
    """Writes the page of a gallery and reads it back."""

    def make(gallery, problems=(), seen=None):
        path = tmp_path / 'out' / 'zoo' / 'index.html'
        write_page(path, gallery, problems, seen, silent)
        page = Page(path.read_text(encoding='utf-8'))
        return page, json.loads(page.texts['data'])

    return make


def test_images_and_boxes(gallery, made):
    _, data = made(gallery)

    assert data['name'] == 'zoo'
    assert data['splits'] == ['train', 'val']
    assert data['images'] == [
        ['red.png', 0, 40, 20, [0, 10, 5, 20.5, 10, 0, 1, 0, 0, 40, 20, 1]],
        ['gone.png', 0, 50, 50, [1, 1, 2, 3, 4, 0]],
        ['고양이 #1.png', 1, 30, 60, [0, 5, 5, 10, 10, 0]],
    ]
    assert data['problems'] == []
    assert data['pipeline'] is None


def test_sizes_are_those_of_the_files(folder, made):
    write_image(folder / 'images' / 'red.png', 44, 22, (0, 0, 255))
    _, data = made(read_gallery(folder))

    # The second file is not there: its record must do.
    assert [image[2:4] for image in data['images']] == [[44, 22], [50, 50],
                                                        [30, 60]]


def test_colors_are_those_of_drawn_images(gallery, made):
    _, data = made(gallery)

    assert [c['name'] for c in data['classes']] == list(gallery.classes)
    assert [tuple(bytes.fromhex(c['color'][1:])) for c in data['classes']
            ] == [*class_colors(gallery.classes).values()]


def test_thumbnails_are_base64_lines_in_order(gallery, made):
    page, data = made(gallery)
    start, *lines = page.texts['thumbs-0'].split('\n')
    sizes = [
        cv2.imdecode(
            np.frombuffer(base64.b64decode(line), np.uint8),
            cv2.IMREAD_COLOR).shape for line in (lines[0], lines[2])
    ]

    assert data['block'] > 3
    assert start == ''
    assert lines[1] == ''  # the file is not there
    assert sizes == [(20, 40, 3), (60, 30, 3)]


def test_the_original_is_found_from_the_page(gallery, made, tmp_path):
    _, data = made(gallery)

    assert data['folder'] == '../../data/zoo/images/'
    assert (tmp_path / 'out/zoo' / data['folder'] / 'red.png').exists()


def test_problems_worst_code_first(gallery, made):
    _, data = made(gallery, [
        Issue('class-order', 'val', 'category 1', 'stands at 2'),
        Issue('image-missing', 'train', 'image 2', 'is not there',
              ['gone.png']),
        Issue('box-overhang', 'train', 'annotation 2', 'by 2 pixels',
              ['red.png'], [[1, 2, float('nan'), 4], [1, 2, 3, 4.256]]),
        Issue('similar-across-splits', '', 'image 1', '',
              ['red.png', 'unknown.png', '고양이 #1.png']),
    ])

    assert [(c['code'], c['severity']) for c in data['codes']] == [
        ('image-missing', 'error'),
        ('box-overhang', 'error'),
        ('similar-across-splits', 'warning'),
        ('class-order', 'note'),
    ]
    assert data['problems'] == [
        [3, 1, 'category 1', 'stands at 2', [], []],
        [0, 0, 'image 2', 'is not there', [1], []],
        [1, 0, 'annotation 2', 'by 2 pixels', [0], [[1, 2, 3, 4.26]]],
        [2, -1, 'image 1', '', [0, 2], []],
    ]


def test_no_text_of_a_stranger_becomes_markup(folder, made):
    write_coco(folder / 'annotations' / 'val.json',
               [('"><img src=x onerror=alert(1)>.png', 9, 9),
                ('</script><script>alert(2)</script>.png', 9, 9),
                ('<!--<script>{{script}}{{thumbs}}.png', 9, 9)],
               [EVIL, '</ScRiPt ><b>', '&\u2028&lt;'], [])
    page, data = made(
        read_gallery(folder), [
            Issue('class-unknown', 'val', '<i>', '</script>' + EVIL,
                  ['</script><script>alert(2)</script>.png'])
        ])

    # The data, the page's own script, a block of thumbnails.
    assert page.tags.count('script') == 3
    assert not {'img', 'b', 'i'} & set(page.tags)
    assert data['images'][2][0] == '"><img src=x onerror=alert(1)>.png'
    assert data['images'][4][0] == '<!--<script>{{script}}{{thumbs}}.png'
    assert [c['name'] for c in data['classes']
            ] == ['고양이', EVIL, '</ScRiPt ><b>', '&\u2028&lt;']
    assert data['problems'] == [[0, 1, '<i>', '</script>' + EVIL, [3], []]]


def test_only_the_pages_own_script_may_run(gallery, made):
    page, _ = made(gallery)
    digest = hashlib.sha256(page.texts['script'].encode()).digest()
    policy = [
        attributes['content'] for attributes in page.attributes
        if attributes.get('http-equiv') == 'Content-Security-Policy'
    ]

    assert len(policy) == 1
    assert "default-src 'none'" in policy[0]
    assert (f"script-src 'sha256-{base64.b64encode(digest).decode()}'"
            in policy[0])


def test_the_script_makes_no_markup_of_text_and_fetches_nothing(gallery, made):
    page, _ = made(gallery)
    risky = re.findall(
        r'innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|'
        r'new Function|fetch\(|XMLHttp|https?://(?!www\.w3\.org/2000/svg)',
        page.texts['script'])

    assert risky == []


def test_what_the_model_sees(gallery, made):
    view = PipelineView(
        np.zeros((10, 20, 3), np.uint8), (40, 20), np.array([[1, 2, 3.5, 4]]),
        np.array([1]), np.array([False]))
    seen = PipelinePreview('a.py', ['Resize(scale=(40, 20))'],
                           [PreviewedImage('red.png', [view, view])],
                           gallery.classes)
    _, data = made(gallery, seen=seen)
    sample, = data['pipeline']['samples']

    assert data['pipeline']['steps'] == ['Resize(scale=(40, 20))']
    assert sample['name'] == 'red.png'
    assert sample['draws'][0]['boxes'] == [1, 1, 2, 3.5, 4, 0]
    assert (sample['draws'][0]['width'], sample['draws'][0]['height']) == (40,
                                                                           20)


def test_what_was_there_stays_when_the_page_fails(gallery, tmp_path):

    def broken(items, label, total):
        yield from [next(iter(items))]
        raise InputError('stop')

    path = tmp_path / 'index.html'
    path.write_text('before')
    with pytest.raises(InputError):
        write_page(path, gallery, [], None, broken)

    assert path.read_text() == 'before'
    assert [p.name for p in tmp_path.glob('index.html*')] == ['index.html']
