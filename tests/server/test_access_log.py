"""The lines of a real service's access log."""
import asyncio
import json
import logging
import re

import cv2
import httpx
import pytest

from custom.server.app import create_app
from custom.server.model_worker import ModelFile, file_version
from custom.server.service import TagService
from custom.server.settings import Settings
from tests.helpers.running_server import code, post, running
from tests.helpers.waiting import until

pytestmark = pytest.mark.slow


@pytest.fixture(scope='module')
def logged(r18, tmp_path_factory):
    """A client, and what gives the lines that its service has written."""
    path = tmp_path_factory.mktemp('log') / 'access.log'

    def lines(count):
        until(lambda: len(read()) >= count)
        return read()

    def read():
        return [
            json.loads(line) for line in path.read_text().splitlines()
            if line.startswith('{')
        ]

    with path.open('w') as stdout, \
            running(r18[1], '--workers', '1', stdout=stdout) as client:
        yield client, lines


@pytest.fixture(scope='module')
def image_bytes(images):
    return cv2.imencode('.png', images[0])[1].tobytes()


def test_lines(logged, image_bytes, r18):
    client, lines = logged
    answers = [
        post(client, image_bytes),
        client.post(
            '/tags',
            files=[('files', image_bytes), ('files', b'none')],
            headers={'X-Request-ID': 'my-own.1'}),
        client.get('/labels?x=1', headers={'X-Request-ID': 'a "b"'}),
        post(client, b'none'),
    ]
    client.get('/healthz')

    found = lines(4)

    assert [one['id'] for one in found
            ] == [answer.headers['x-request-id'] for answer in answers]
    assert found[1]['id'] == 'my-own.1'
    assert re.fullmatch('[0-9a-f]{32}', found[2]['id'])
    assert [(one['method'], one['path'], one['status'], one.get('error'))
            for one in found] == [
                ('POST', '/tag', 200, None),
                ('POST', '/tags', 200, None),
                ('GET', '/labels', 200, None),
                ('POST', '/tag', 422, 'bad_picture'),
            ]
    image, = found[0]['images']
    assert image['bytes'] == len(image_bytes)
    assert image['version'] == file_version(r18[1])
    stages = found[0]['receive_ms'] + sum(
        image[f'{stage}_ms'] for stage in ('decode', 'queue', 'inference'))
    assert 0 < stages <= found[0]['ms'] + .1
    # In the order in which they are done, which is not that of the request.
    assert {one.get('error')
            for one in found[1]['images']} == {'bad_picture', None}
    assert 'images' not in found[2]


def test_a_fault_has_an_id_and_a_line(r18, caplog):
    app = create_app(TagService(ModelFile(r18[1], ''), Settings()))

    @app.get('/fault')
    async def fault():
        raise ZeroDivisionError

    async def ask():
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with httpx.AsyncClient(
                transport=transport, base_url='http://service') as client:
            return await client.get('/fault', headers={'X-Request-ID': 'mine'})

    with caplog.at_level(logging.INFO, 'custom.server.access'):
        answer = asyncio.run(ask())

    assert (answer.status_code, code(answer)) == (500, 'internal')
    assert answer.headers['x-request-id'] == 'mine'
    line, = map(json.loads, caplog.messages)
    assert (line['status'], line['error']) == (500, 'internal')
