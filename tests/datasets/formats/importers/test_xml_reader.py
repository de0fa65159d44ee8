import tracemalloc

import pytest

from custom.datasets.formats.importers.xml_reader import (iter_children,
                                                          read_xml, root_tag)
from custom.utils.errors import InputError


@pytest.fixture
def file(tmp_path):
    """A function: writes a.xml."""

    def write(text):
        path = tmp_path / 'a.xml'
        path.write_text(text)
        return path

    return write


def test_tree(file):
    root = read_xml(file('<a><b c="1">x</b></a>'))
    assert (root.tag, root.find('b').text,
            root.find('b').get('c')) == ('a', 'x', '1')


def test_children(file):
    path = file('<a>t<b c="1">x<d>y</d></b> <b/>z</a>')
    first, second = iter_children(path)
    assert (first.text, first.get('c'), first.findtext('d')) == ('x', '1', 'y')
    assert [*second] == []


@pytest.mark.parametrize('text, tag', [('<a><b/></a>', 'a'), ('', ''),
                                       ('{"a": 1}', '')])
def test_root_tag(file, text, tag):
    assert root_tag(file(text)) == tag


@pytest.mark.parametrize('read',
                         [read_xml, lambda path: [*iter_children(path)]])
@pytest.mark.parametrize('text, words', [
    ('', 'not XML (no element found'),
    ('<a><b>', 'not XML (no element found'),
    ('<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', 'has a <!DOCTYPE>'),
])
def test_bad_files(file, read, text, words):
    path = file(text)
    with pytest.raises(InputError) as caught:
        read(path)
    assert str(caught.value).startswith(f'{path}: {words}')


def test_children_take_no_memory(file):
    child = f'<b>{"<c/>" * 100}</b>'
    path = file(f'<a>{child * 2000}</a>')
    tracemalloc.start()
    try:
        assert sum(1 for _ in iter_children(path)) == 2000
        # Of what was read at once; all of them would take 16 MB.
        assert tracemalloc.get_traced_memory()[1] < 3e6
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize('declared, encoding', [
    ('euc-kr', 'euc-kr'),
    ('UTF-16', 'utf-16'),
    ('utf-16', 'utf-8'),
    ('UTF-8', 'utf-8-sig'),
])
def test_encodings(tmp_path, declared, encoding):
    """The third is what .NET writes."""
    text = f'\n<?xml version="1.0" encoding="{declared}"?>\n<a>사진</a>'
    (tmp_path / 'a.xml').write_bytes(text.encode(encoding))
    assert read_xml(tmp_path / 'a.xml').text == '사진'


def test_an_encoding_that_is_none(tmp_path):
    path = tmp_path / 'a.xml'
    path.write_text('<?xml version="1.0" encoding="klingon"?><a/>')
    with pytest.raises(InputError, match='not XML .*klingon'):
        read_xml(path)
