"""The lines of a real service's access log."""
import json
import re

import cv2
import pytest

from custom.server.model_worker import file_version
from tests.helpers.running_server import post, running
from tests.server.test_serve import until

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
def picture(pictures):
    return cv2.imencode('.png', pictures[0])[1].tobytes()


def test_lines(logged, picture, r18):
    client, lines = logged
    answers = [
        post(client, picture),
        client.post(
            '/tags',
            files=[('files', picture), ('files', b'none')],
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
    assert image['bytes'] == len(picture)
    assert image['version'] == file_version(r18[1])
    stages = found[0]['receive_ms'] + sum(
        image[f'{stage}_ms'] for stage in ('decode', 'queue', 'inference'))
    assert 0 < stages <= found[0]['ms'] + .1
    # In the order in which they are done, which is not that of the request.
    assert {one.get('error')
            for one in found[1]['images']} == {'bad_picture', None}
    assert 'images' not in found[2]
