"""No address but that of the Label Studio is asked, whatever a task names."""
import os
import time

import pytest

from custom.label_studio.client import LabelStudioClient, LabelStudioError
from custom.label_studio.task_images import TaskImages
from tests.helpers.label_studio import StandIn, stand_in


@pytest.fixture
def folder(tmp_path):
    (tmp_path / 'files/sub').mkdir(parents=True)
    (tmp_path / 'files/sub/해 a.png').write_bytes(b'local')
    (tmp_path / 'secret.png').write_bytes(b'secret')
    (tmp_path / 'files/link.png').symlink_to(tmp_path / 'secret.png')
    os.mkfifo(tmp_path / 'files/pipe.png')
    return tmp_path / 'files'


def read(images, address, limit=100):
    return images.read(address, limit, time.monotonic() + 60)


def client(studio):
    return LabelStudioClient(studio[1], StandIn.token)


def test_what_label_studio_has(studio):
    images = TaskImages(client(studio))
    places = ('/data/upload/1/a.png', '/storage-data/uploaded/?filepath=a',
              '/tasks/3/resolve/?fileuri=czM6Ly9h')
    for number, place in enumerate(places):
        studio[0].files[place.partition('?')[0]] = b'%d' % number

    for number, place in enumerate(places):
        assert read(images, place) == b'%d' % number
        assert read(images, studio[1] + place) == b'%d' % number
    assert {path
            for _, path in studio[0].asked
            } == {'/api/token/refresh/', *places}


def test_label_studio_below_a_path(studio):
    studio[0].files['/ls/data/upload/a.png'] = b'1'
    studio[0].legacy_enabled = True
    images = TaskImages(LabelStudioClient(f'{studio[1]}/ls', StandIn.legacy))

    for address in ('/data/upload/a.png', '/ls/data/upload/a.png',
                    f'{studio[1]}/ls/data/upload/a.png'):
        assert read(images, address) == b'1'


@pytest.mark.parametrize('address', [
    '', 'a.png', 'http://{other}/data/upload/a.png', '//{other}/data/a.png',
    '/\\{other}/data/a.png', '@{other}/data/a.png', 'http:/data/a.png',
    'http://{host}@{other}/data/a.png', 'http://{host}.{other}/data/a.png',
    'http://{host}/api/projects', '/api/projects', '/data/../api/projects',
    '/data/%2e%2e/api/projects', '/data/%252e%252e/api/projects',
    '/data/..%2fapi/projects', '/data\\..\\api\\projects',
    'file:///etc/passwd', '/etc/passwd', 'ftp://{other}/data/a.png',
    's3://bucket/a.png', 'data:image/png;base64,AAAA', 'gopher://{other}/',
    '/user/login', '/data/a.png\r\nHost: {other}/../../..', '\x00'
])
def test_what_is_elsewhere_is_not_asked_for(studio, address):
    with stand_in() as (other, other_url):
        where = dict(host=studio[1][7:], other=other_url[7:])
        images = TaskImages(client(studio))

        with pytest.raises(LabelStudioError, match='nothing else is fetched'):
            read(images, address.format(**where))

        assert studio[0].asked == other.asked == []


def test_odd_characters_stay_in_the_path(studio):
    odd = '/data/upload/\r\nX: 1#b?c d'
    images = TaskImages(client(studio))

    with pytest.raises(LabelStudioError, match='404'):
        read(images, odd)

    assert studio[0].asked[-1] == ('GET',
                                   '/data/upload/%0D%0AX:%201%23b?c%20d')


def test_a_redirect_to_another_host_is_not_followed(studio):
    with stand_in() as (other, url):
        studio[0].moved['/tasks/1/resolve/'] = f'{url}/data/upload/a.png'

        with pytest.raises(LabelStudioError, match='pre-signed'):
            read(TaskImages(client(studio)), '/tasks/1/resolve/?fileuri=x')

        assert other.asked == []


def test_too_large(studio, folder):
    studio[0].files['/data/upload/a.png'] = b'12345'
    images = TaskImages(client(studio), folder)

    for address in ('/data/upload/a.png',
                    '/data/local-files/?d=sub/해%20a.png'):
        with pytest.raises(LabelStudioError, match='more than'):
            read(images, address, limit=4)


def test_a_local_folder_needs_no_label_studio(folder):
    images = TaskImages(None, folder)

    for name in ('sub/해%20a.png', 'sub/해 a.png', '/sub/해+a.png',
                 'sub/../sub/해 a.png'):
        assert read(images, f'/data/local-files/?d={name}') == b'local'
    with pytest.raises(LabelStudioError, match='nothing else is fetched'):
        read(images, '/data/upload/a.png')


@pytest.mark.parametrize('name', [
    '', '.', 'sub', 'none.png', '../secret.png', 'sub/../../secret.png',
    '%2e%2e/secret.png', 'link.png', 'pipe.png', '/etc/passwd', '//etc/passwd',
    'a%00.png', 'x' * 5000
])
def test_what_is_not_in_the_folder_is_not_read(folder, name):
    with pytest.raises(
            LabelStudioError, match='no image below|cannot be read'):
        read(TaskImages(None, folder), f'/data/local-files/?d={name}')
