import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from custom.label_studio.client import (LabelStudioClient, LabelStudioError,
                                        connect)
from custom.utils.errors import InputError
from tests.helpers.label_studio import StandIn


@pytest.fixture
def client(studio):
    return LabelStudioClient(studio[1], StandIn.token)


@pytest.mark.parametrize('url', [
    '', 'localhost:8080', 'ftp://localhost', 'file:///etc/passwd', 'http://',
    'http://user:pw@localhost', 'http://localhost?x=1', 'http://localhost:a',
    'http://a..b:8080', 'http://localhost/\ud55c\uae00'
])
def test_no_address(url):
    with pytest.raises(InputError, match='no address of Label Studio'):
        LabelStudioClient(url, 'x')


def test_no_token():
    with pytest.raises(
            InputError,
            match='LABEL_STUDIO_API_KEY is not set.*Personal Access Token'):
        connect('http://localhost:8080', {})


@pytest.mark.parametrize('token', ['eyJhbGci\u2026', 'a\nb'])
def test_what_is_no_token(token):
    with pytest.raises(InputError, match='LABEL_STUDIO_API_KEY is no token'):
        connect('http://localhost:8080', dict(LABEL_STUDIO_API_KEY=token))


def test_a_personal_access_token_gets_one_access_token(studio, client):
    for _ in range(2):
        assert client.get('/api/projects', title='x')['count'] == 0

    assert studio[0].asked == [('POST', '/api/token/refresh/'),
                               ('GET', '/api/projects?title=x'),
                               ('GET', '/api/projects?title=x')]


def test_an_access_token_that_is_too_old_is_renewed(studio, client):
    client.get('/api/projects')
    studio[0].expired = True

    assert client.get('/api/projects')['count'] == 0
    assert [path for _, path in studio[0].asked] == [
        '/api/token/refresh/', '/api/projects', '/api/projects',
        '/api/token/refresh/', '/api/projects'
    ]


def test_of_several_threads_one_renews_the_token(studio, client):
    client.get('/api/projects')
    studio[0].expired = True

    with ThreadPoolExecutor(8) as pool:
        found = pool.map(lambda _: client.get('/api/projects'), range(8))
        assert [one['count'] for one in found] == [0] * 8

    assert studio[0].access == 2


def test_a_wrong_token_is_told_with_how_to_make_one(studio):
    client = LabelStudioClient(studio[1], StandIn.token + 'x')

    with pytest.raises(
            LabelStudioError,
            match=r'(Token is invalid or expired).*make a Personal '
            'Access Token'):
        client.get('/api/projects')


def test_a_legacy_token(studio):
    client = LabelStudioClient(studio[1], StandIn.legacy)
    with pytest.raises(
            LabelStudioError, match='let an owner allow legacy tokens'):
        client.get('/api/projects')

    studio[0].legacy_enabled = True

    assert client.get('/api/projects')['count'] == 0


def test_an_error_says_what_label_studio_says(client):
    with pytest.raises(LabelStudioError, match='GET /api/x: 404, Not found.'):
        client.get('/api/x')


def test_nobody_there():
    client = LabelStudioClient('http://127.0.0.1:9', StandIn.legacy)

    with pytest.raises(LabelStudioError, match='does not answer.*Start it'):
        client.get('/api/projects')


def test_another_server(studio):
    studio[0].files['/sub/api/token/refresh/'] = b'<html>'
    client = LabelStudioClient(f'{studio[1]}/sub', StandIn.legacy)
    studio[0].legacy_enabled = True

    with pytest.raises(LabelStudioError, match='not answer as Label Studio'):
        client.get('/api/token/refresh/')


def test_a_file_that_ends_early_is_no_file(studio, client):
    client.get('/api/projects')
    studio[0].files['/data/a.png'], studio[0].kept_back = b'12345', 3

    with pytest.raises(LabelStudioError, match='a.png: ended 3 bytes early'):
        client.read('/data/a.png', 100, time.monotonic() + 60)


def test_an_address_of_any_characters_is_asked_for(client):
    with pytest.raises(LabelStudioError, match='404, Not found'):
        client.read('/data/\ud800.png', 100, time.monotonic() + 60)


def test_what_answers_without_an_access_token(studio, client, monkeypatch):
    monkeypatch.setattr(studio[0], 'answer', lambda *_: (200, ['hello']))

    with pytest.raises(
            LabelStudioError, match='does not answer as Label Studio does'):
        client.get('/api/projects')


def test_a_file_is_read_to_its_limit(studio, client):
    studio[0].files['/data/upload/1/해 a.png'] = b'12345'
    later = time.monotonic() + 60

    for path in ('/data/upload/1/해 a.png', '/data/upload/1/%ED%95%B4%20a.png'):
        assert client.read(path, 5, later) == b'12345'
    with pytest.raises(LabelStudioError, match='more than 4e-06 megabytes'):
        client.read(path, 4, later)
    with pytest.raises(LabelStudioError, match='too slow|does not answer'):
        client.read(path, 5, time.monotonic() - 1)


def test_no_redirect_is_followed(studio, client):
    url = studio[1].replace('127.0.0.1', 'localhost')
    studio[0].files['/data/secret'] = b'secret'
    studio[0].moved['/tasks/1/resolve/'] = f'{url}/data/secret'
    studio[0].moved['/tasks/2/resolve/'] = 'file:///etc/passwd'

    for number, where in ((1, 'localhost'), (2, 'file:///etc/passwd')):
        with pytest.raises(
                LabelStudioError, match=f'leads to .*{where}.*nothing is'):
            client.read(f'/tasks/{number}/resolve/')
    assert ('GET', '/data/secret') not in studio[0].asked


def test_files_are_uploaded_as_they_are(studio, client):
    content = bytes(range(256)) + b'\r\n--x\r\n'

    answer = client.upload('/api/projects/1/import', [('해 "1".png', content),
                                                      ('b.png', b'')])

    assert answer['file_upload_ids'] == [1, 2]
    assert studio[0].files == {
        '/data/upload/1/00000001-해__1_.png': content,
        '/data/upload/1/00000002-b.png': b''
    }
