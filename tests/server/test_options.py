import pytest
from fastapi.exceptions import RequestValidationError

from custom.server.http_errors import ServiceError
from custom.server.options import describe_error, merge_options
from custom.server.schemas import Format, Lang, TagOptions


def merge(fields=(), **query):
    return merge_options(TagOptions(**query), [*fields], 'file')


def refused(*fields, **query):
    with pytest.raises(ServiceError) as caught:
        merge(fields, **query)
    return caught.value


def invalid(*fields):
    with pytest.raises(RequestValidationError) as caught:
        merge(fields)
    return describe_error(caught.value.errors()[0])


def test_neither_query_nor_fields():
    assert merge() == TagOptions()


def test_fields_count_like_the_query():
    options = merge([('format', 'full'), ('score_thr', '0.7')], lang='en')

    assert options == TagOptions(lang='en', format='full', score_thr=.7)
    assert options.lang is Lang.en and options.format is Format.full


def test_the_same_said_twice():
    # The default counts as said where it is.
    options = merge([('lang', 'ko'), ('score_thr', '0.50')],
                    lang='ko',
                    score_thr=.5)
    assert options == TagOptions(score_thr=.5)
    assert merge([('lang', 'en'), ('lang', 'en')]).lang == 'en'


def test_query_and_form_that_differ():
    error = refused(('lang', 'ko'), lang='en')
    assert (error.code, error.status) == ('bad_parameter', 422)
    assert error.message == ('lang: the form says "ko", the address "en"; '
                             'give one of them.')
    assert refused(('score_thr', '1'), score_thr=0).message.startswith(
        'score_thr: the form says "1.0", the address "0.0"')


def test_a_field_twice():
    error = refused(('lang', 'ko'), ('lang', 'en'))
    assert error.message == ('lang: the form says "ko" and "en"; give one of '
                             'them.')


@pytest.mark.parametrize('name, hint', [
    ('scorethr', 'did you mean "score_thr"?'),
    ('langs', 'did you mean "lang"?'),
    ('top', 'there are lang, format, score_thr.'),
    ('', 'there are lang, format, score_thr.'),
])
def test_a_field_that_nothing_reads(name, hint):
    assert invalid((name, '1')) == f'Unknown field "{name}"; {hint}'


def test_a_value_that_is_wrong():
    assert invalid(('lang', 'fr')).startswith("lang: Input should be 'ko'")
    assert invalid(('score_thr', '2')).startswith('score_thr: ')
    assert invalid(('score_thr', '')).startswith('score_thr: ')


def test_text_in_place_of_the_file():
    error = refused(('file', 'drawing.jpg'))
    assert error.code == 'no_file'
    assert error.message == 'The field "file" holds no file.'
