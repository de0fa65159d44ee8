import pytest

from custom.datasets.formats.importers.error_collector import ErrorCollector
from custom.datasets.formats.importers.voc_xml import VocObject, read_voc_xml
from custom.utils.errors import InputError


def read(path):
    problems = ErrorCollector()
    annotation = read_voc_xml(path, problems)
    assert len(problems) == 0
    return annotation


def message(path):
    """What is wrong with a file, or with an object of it."""
    problems = ErrorCollector()
    try:
        read_voc_xml(path, problems)
        text, = problems
    except InputError as error:
        text = str(error)
    assert str(path) in text
    return text


def test_no_objects(voc):
    annotation = read(voc.write('a'))
    assert annotation.filename == 'a.png'
    assert annotation.size == (60, 40)
    assert annotation.objects == []


def test_corners_are_those_of_the_file(voc):
    path = voc.write('a', voc.object('cat', 1, 1, 60, 40, difficult=1))
    assert read(path).objects == [
        VocObject('cat', (1, 1, 60, 40), dict(difficult=1))
    ]


def test_what_else_is_known_is_kept(voc):
    cat = voc.object('cat', 1, 1, 9, 9).replace(
        '</object>', '<pose>Left</pose><truncated>1</truncated>'
        '<occluded>0</occluded></object>')
    sun = voc.object('sun', 1, 1, 9,
                     9).replace('</object>',
                                '<pose>Unspecified</pose></object>')
    first, second = read(voc.write('a', cat, sun)).objects
    assert first.extra == dict(
        difficult=0, truncated=1, occluded=0, pose='Left')
    assert second.extra == dict(difficult=0)


def test_parts_of_an_object_are_not_objects(voc):
    person = voc.object('person', 1, 1, 60,
                        40).replace('</object>',
                                    '<part><name>head</name></part></object>')
    objects = read(voc.write('a', person)).objects
    assert [obj.name for obj in objects] == ['person']


def test_minimal_file(tmp_path):
    path = tmp_path / 'a.xml'
    path.write_text('<annotation/>')
    annotation = read(path)
    assert (annotation.filename, annotation.size) == ('', None)


def test_size_of_zero_is_unknown(voc):
    assert read(voc.write('a', size=(0, 0))).size is None


def test_korean_name_and_byte_order_mark(voc):
    path = voc.write('a', voc.object('고양이', 1, 1, 9, 9))
    path.write_text(path.read_text(encoding='utf-8'), encoding='utf-8-sig')
    assert read(path).objects[0].name == '고양이'


def test_missing_file(tmp_path):
    assert 'No such file' in message(tmp_path / 'a.xml')


@pytest.mark.parametrize('text', ['', '<annotation>', 'cat 1 2 3 4'])
def test_not_xml(tmp_path, text):
    path = tmp_path / 'a.xml'
    path.write_text(text)
    assert 'not XML' in message(path)


def test_other_xml(tmp_path):
    path = tmp_path / 'a.xml'
    path.write_text('<dataset/>')
    assert '<dataset>' in message(path)


@pytest.mark.parametrize('declared', [
    '<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">',
    '<!ENTITY b SYSTEM "file:///etc/passwd">',
    '',
])
def test_document_type_is_refused(tmp_path, declared):
    path = tmp_path / 'a.xml'
    path.write_text(f'<!DOCTYPE annotation [{declared}]>'
                    '<annotation><filename>&b;</filename></annotation>')
    assert 'DOCTYPE' in message(path)


def test_object_without_name(voc):
    path = voc.write('a', voc.object('cat', 1, 1, 9, 9),
                     voc.object(' ', 1, 1, 9, 9))
    assert 'object 2 has no <name>' in message(path)


@pytest.mark.parametrize('corners', [(), (1, 1, 9), (1, 1, 9, 'nine'),
                                     (1, 1, 9, 'nan')])
def test_object_without_box(voc, corners):
    path = voc.write('a', voc.object('cat', *corners))
    assert 'object 1 ("cat") lacks a <bndbox>' in message(path)


def test_other_objects_of_the_file_are_read(voc):
    path = voc.write('a', voc.object('cat'), voc.object('dog', 1, 1, 9, 9))
    problems = ErrorCollector()
    annotation = read_voc_xml(path, problems)
    assert [obj.name for obj in annotation.objects] == ['dog']
    assert len(problems) == 1


def test_cvat_xml(tmp_path):
    path = tmp_path / 'annotations.xml'
    path.write_text('<annotations></annotations>')
    assert message(path) == f'{path}: is CVAT XML; import it with "cvat".'
