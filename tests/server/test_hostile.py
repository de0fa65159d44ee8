"""Files and forms that were made to break a server, sent to a real one."""
import contextlib
import os
import socket
import time

import httpx
import numpy as np
import pytest
from PIL import Image

from custom.server.decode_worker import decode_upload
from custom.server.http_errors import ERRORS, ServiceError
from tests.helpers.hostile import GROUPS
from tests.helpers.hostile.sample import OK, SLOW
from tests.helpers.run_tool import ROOT
from tests.helpers.running_server import (code, connected, memory_mb, post,
                                          running, value)
from tests.helpers.upload_images import encode
from tests.helpers.waiting import until

pytestmark = pytest.mark.slow

WITHIN_S = 5
GROWTH_MB = 200
RESTARTS = 'tagger_restarts_total{kind="%s"}'
RED = (255, 0, 0)
SHAPES = [
    size for side in range(16, 256, 32) for size in ((side, 256), (256, side))
]
PART = (b'Content-Disposition: form-data; name="file"; filename="a.png"\r\n'
        b'\r\n')
PNG = encode(Image.new('RGB', (64, 48), RED), 'PNG')


def form(part):
    return b'--x\r\n' + part + b'\r\n--x--\r\n'


@pytest.fixture(scope='module')
def drawing(drawings):
    return min((drawings / 'images').iterdir()).read_bytes()


@pytest.fixture(scope='module')
def folder(tmp_path_factory):
    """Where the server may put what is temporary."""
    return tmp_path_factory.mktemp('temporary')


@pytest.fixture(scope='module')
def attacked(checkpoint, drawing, folder):
    """A server; in the end it has grown by little, and written nothing."""
    with running(checkpoint, env=dict(os.environ, TMPDIR=str(folder))) as one:
        for _ in range(20):  # both decoders have decoded
            tags(one, drawing)
        # OpenVINO keeps a program for each shape that it has seen.
        for size in SHAPES:
            tags(one, encode(Image.new('RGB', size, RED), 'PNG'))
        used, files = memory_mb(one), listing(folder)
        yield one
        assert memory_mb(one) - used < GROWTH_MB
        assert listing(folder) == files
        assert value(one, RESTARTS % 'worker') == 0


@pytest.fixture(autouse=True)
def as_before(request, drawing):
    """After hostile requests a good one gets what it got."""
    if 'attacked' not in request.fixturenames:
        yield
        return
    client = request.getfixturevalue('attacked')
    before = tags(client, drawing)
    yield
    assert tags(client, drawing) == before != []
    assert client.process.poll() is None


@pytest.mark.parametrize('group', GROUPS)
def test_files(attacked, group):
    killed = value(attacked, RESTARTS % 'decoder')
    wrong, slow = [], 0
    for name, sample in GROUPS[group]().items():
        start = time.monotonic()
        answer = post(attacked, sample.data)
        seconds = time.monotonic() - start
        got = OK if answer.status_code == 200 else refusal(answer)
        slow += got == SLOW
        if got not in sample.wants or seconds > WITHIN_S:
            wrong.append((name, got, round(seconds, 1)))

    assert wrong == []
    # No decoder crashed: those that were too slow were killed.
    assert value(attacked, RESTARTS % 'decoder') == killed + slow


def test_files_together(attacked):
    samples = [*GROUPS['gif']().values()][:8]
    form = [('files', ('../../etc/passwd', one.data)) for one in samples]

    answer = attacked.post('/tags', files=form)

    assert answer.status_code == 200
    for one, sample in zip(answer.json(), samples):
        got = one['error']['code'] if 'error' in one else OK
        assert got in sample.wants
        assert one['name'] == '../../etc/passwd'


@pytest.mark.parametrize('group', ['large', 'png_data', 'jpeg_structure'])
def test_a_decoder_gives_memory_back(attacked, group):
    """Twenty images of a kind leave what one does."""
    _, sample = max(
        GROUPS[group]().items(), key=lambda item: len(item[1].data))
    post(attacked, sample.data)
    used = memory_mb(attacked)
    for _ in range(6):
        post(attacked, sample.data)
    assert memory_mb(attacked) - used < 100


def test_a_broken_image_never_shows_the_one_before():
    """Decoders leave rows that they did not reach; these must not be of
    somebody else's image."""
    red = encode(Image.new('RGB', (64, 48), RED), 'JPEG')
    for group in set(GROUPS) - {'large'}:
        for name, sample in GROUPS[group]().items():
            for _ in range(0 if SLOW in sample.wants else 2):
                decode_upload(red, 1e6, None)
                try:
                    shown = decode_upload(sample.data, 1e6, None).pixels
                except ServiceError:
                    break
                reds = np.abs(shown.astype(int) - RED[::-1]).max(2) < 8
                assert reds.mean() < 0.01, name


@pytest.mark.parametrize('name', [
    b'../../../../tmp/x', b'..\\..\\x', b'/etc/passwd', b'a\0b', b'x' * 4000,
    '\u202egnp.exe'.encode(), b'\xff\xfe', b'%00', b"'; DROP TABLE x; --",
    b'<script>alert(1)</script>', b'', b'${jndi:ldap://x}', b'CON', b'.'
])
def test_names(attacked, name):
    head = (b'Content-Disposition: form-data; name="files"; filename="' +
            name + b'"\r\n\r\n')

    answer = send(attacked, form(head + PNG), where='/tags')

    if answer.status_code == 200:
        one, = answer.json()
        assert one['status'] == 200
        assert one['name'] in (name.decode(errors='replace'),
                               name.decode('latin-1'))
    else:
        assert refusal(answer) == 'bad_form'


def test_a_name_too_long(attacked):
    head = PART.replace(b'a.png', b'x' * 10_000)
    assert refusal(send(attacked, form(head + PNG))) == 'bad_form'


# Those that Python has, but that can't read each name or make no good one.
@pytest.mark.parametrize(
    'charset',
    ['undefined', 'idna', 'punycode', 'unicode_escape', 'utf-7', 'hex', 'é'])
def test_charsets(attacked, charset):
    head = PART.replace(b'a.png',
                        b'\\ud800+2AA-\xff-').replace(b'"file"', b'"files"')
    kind = f'multipart/form-data; charset={charset}; boundary=x'.encode()

    answer = send(attacked, form(head + PNG), kind, '/tags')

    assert answer.status_code == 200
    assert answer.json()[0]['name'] == '\\ud800+2AA-ÿ-'


NESTED = (b'Content-Type: multipart/mixed; boundary=y\r\n' + PART +
          b'--y\r\n' + PART + PNG + b'\r\n--y--')


@pytest.mark.parametrize('body, wants', [
    (b'', ('bad_form', )),
    (b'--x--\r\n', ('no_file', )),
    (b'--x\r\n\r\n\r\n--x--\r\n', ('bad_form', )),
    (b'--x\r\n' + PART + b'\r\n--x--\r\n', ('bad_picture', )),
    (b'--x\r\n' + PART + PNG, ('bad_form', )),
    (b'--x\r\n' + PART + PNG + b'\r\n--x', ('bad_form', )),
    (b'--y\r\n' + PART + PNG + b'\r\n--y--\r\n', ('bad_form', )),
    (b'--x\r\n' + NESTED + b'\r\n--x--\r\n', ('bad_picture', )),
    (b'--x\r\n' + b'a: b\r\n' * 5000 + PART + PNG + b'\r\n--x--\r\n',
     ('bad_form', )),
    (b'--x\r\n' + b'a' * 100_000 + PART + PNG + b'\r\n--x--\r\n',
     ('bad_form', )),
    (b'--x\r\n' + PART + PNG + b'\r\n--x--\r\n' + b'z' * 100_000, (OK, )),
    (b'z' * 100_000 + b'\r\n--x\r\n' + PART + PNG + b'\r\n--x--\r\n',
     (OK, 'bad_form')),
    (b'--x\r\n' + PART + b'\r\n--' * 50_000 + b'\r\n--x--\r\n',
     ('bad_picture', )),
    (b'--x\r\n' + PART + b'\r\n' * 500_000 + b'\r\n--x--\r\n',
     ('bad_picture', )),
    (b'--x\r\n' * 50_000, ('bad_form', )),
    (b'--x\n' + PART.replace(b'\r', b'') + PNG + b'\n--x--\n',
     ('bad_form', OK)),
    (b'--x\r\nContent-Disposition: form-data; filename="a"\r\n\r\n' + PNG +
     b'\r\n--x--\r\n', ('bad_form', )),
    (b'--x\r\nContent-Disposition: attachment\r\n\r\n' + PNG +
     b'\r\n--x--\r\n', ('bad_form', )),
    (b'--x\r\nContent-Disposition: form-data; name="file"\r\n\r\n' +
     bytes(2_000_000) + b'\r\n--x--\r\n', ('bad_form', 'too_many_parts')),
    ((b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\nb\r\n') *
     10_000, ('too_many_parts', )),
    ((b'--x\r\n' + PART + b'\r\n') * 10_000, ('too_many_parts', )),
    (b'--x\r\nContent-Transfer-Encoding: base64\r\n' + PART + PNG +
     b'\r\n--x--\r\n', (OK, )),
    (b'--x\r\nContent-Encoding: gzip\r\n' + PART + PNG + b'\r\n--x--\r\n',
     (OK, )),
])
def test_forms(attacked, body, wants):
    answer = send(attacked, body)
    assert (OK if answer.status_code == 200 else refusal(answer)) in wants


def test_a_form_that_is_cut_off(attacked):
    """Not an answer about those of its files that are whole."""
    whole = b'--x\r\n' + PART + PNG + b'\r\n'
    assert refusal(send(attacked, whole + whole, where='/tags')) == 'bad_form'


@pytest.mark.parametrize('kind', [
    b'multipart/form-data', b'multipart/form-data; boundary=',
    b'multipart/form-data; boundary=""', b'multipart/form-data; boundary="',
    b'multipart/form-data; boundary="a\\"b"',
    b"multipart/form-data; boundary*=utf-8''x",
    b'multipart/form-data; boundary=' + b'x' * 10_000,
    b'multipart/form-data; boundary=\xff\xfe', b'multipart/form-data;' +
    b';' * 5000, b'multipart/form-data; boundary=x; boundary=y',
    b'multipart/mixed', b'application/x-www-form-urlencoded',
    b'application/json', b'image/png', b'', b'\xff'
])
def test_content_types(attacked, kind):
    assert refusal(send(attacked, form(PART + PNG), kind)) == 'bad_form'


@pytest.mark.parametrize(
    'length, statuses',
    [
        # h11 takes it for a number, httptools doesn't.
        (b'Content-Length: 99999999999999999999', (b'400', b'413')),
        (b'Content-Length: 9999999999999', (b'413', )),
        (b'Content-Length: 20000001', (b'413', )),
        (b'Content-Length: -1', (b'400', )),
        (b'Content-Length: 1e3', (b'400', )),
        (b'Content-Length: 5\r\nContent-Length: 6', (b'400', )),
        (b'Content-Length: 5\r\nTransfer-Encoding: chunked', (b'400', )),
        (b'Transfer-Encoding: chunked\r\n\r\nxyz', (b'400', )),
        (b'Content-Length: 4', (b'400', )),
    ])
def test_lengths_that_lie(attacked, length, statuses):

    def ask():
        with connected(attacked) as line:
            line.sendall(b'POST /tag HTTP/1.1\r\nHost: here\r\nContent-Type: '
                         b'multipart/form-data; boundary=x\r\n' + length +
                         b'\r\n\r\n' + form(PART + PNG))
            return line.recv(65536)

    answer = until_heard(ask)
    assert answer.split(b' ')[1] in statuses
    assert b'Traceback' not in answer


def test_a_length_beyond_what_comes(attacked):
    """Who promises more and hangs up is forgotten."""
    for _ in range(5):
        with connected(attacked) as line:
            line.sendall(b'POST /tag HTTP/1.1\r\nHost: here\r\nContent-Type: '
                         b'multipart/form-data; boundary=x\r\n'
                         b'Content-Length: 100000\r\n\r\n' + form(PART))
    # A body that comes in holds a place, until its end is noticed.
    until(lambda: value(attacked, 'tagger_places_taken') == 0)


def test_heads_of_requests(attacked):
    """Too long, of another language, and one that never ends."""
    with connected(attacked) as silent, connected(attacked) as slow:
        slow.sendall(b'GET /healthz HTTP/1.1\r\nX: ')

        def ask(head):
            with connected(attacked) as line:
                line.sendall(head)
                return httpx.Response(
                    int(line.recv(65536, socket.MSG_PEEK).split()[1]),
                    content=line.recv(65536).partition(b'\r\n\r\n')[2])

        assert refusal(until_heard(lambda: ask(b'HELO there\r\n\r\n'))) \
            == 'bad_request'
        head = b'GET /healthz HTTP/1.1\r\nX: ' + bytes(1_000_000)
        assert refusal(until_heard(
            lambda: ask(head.replace(b'\0', b'x')))) == 'headers_too_large'
        assert slow.recv(1) == silent.recv(1) == b''  # closed


@pytest.mark.parametrize('path, want', [
    ('/page/%00', 'not_found'),
    ('/page/..%2f..%2fapp.py', 'not_found'),
    ('/page/%2e%2e/app.py', 'not_found'),
    ('/page//etc/passwd', 'not_found'),
    ('/page/' + 'x' * 5000, 'not_found'),
    ('/%ff%fe', 'not_found'),
    ('/page/%ff', 'not_found'),
    ('/page/%ed%a0%80', 'not_found'),
])
def test_addresses(attacked, path, want):
    answer = attacked.get(path)
    assert refusal(answer) == want


def tags(client, data):
    answer = post(client, data, format='full', score_thr=0)
    assert answer.status_code == 200
    return answer.json()['objects']


def refusal(answer):
    """The code of a refusal that is as documented."""
    error = answer.json()
    assert set(error) == {'error'}
    assert set(error['error']) == {'code', 'message', 'hint'}
    assert answer.status_code == ERRORS[code(answer)].status < 500
    assert 'Traceback' not in answer.text
    return code(answer)


def send(client, body, kind=b'multipart/form-data; boundary=x', where='/tag'):
    return until_heard(lambda: client.post(
        where, content=body, headers={b'Content-Type': kind}))


def until_heard(ask):
    """Who hangs up while we send may reset the line before we have read the
    answer: then it is asked again."""
    for _ in range(9):
        with contextlib.suppress(httpx.TransportError, ConnectionError):
            return ask()
    return ask()


def listing(folder):
    """Of where the server could write: its folder, and those for what is
    temporary."""
    return [sorted(os.listdir(where)) for where in (ROOT, folder)]
