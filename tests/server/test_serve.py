"""Answers of a real service with a real model."""
import contextlib
import mmap
import os
import shutil
import signal
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import numpy as np
import pytest
from PIL import Image

from custom.classes import KOREAN, NAMES
from custom.inference.load_predictor import load_predictor
from custom.utils.image_io import read_image
from tests.helpers.drawn_sun import draw_sun
from tests.helpers.run_tool import run_tool
from tests.helpers.running_server import (children, code, connected, post,
                                          running, until_ready, value)
from tests.helpers.upload_images import encode
from tests.helpers.waiting import until
from tests.helpers.without_packages import TORCH as TORCH_PACKAGES
from tests.helpers.without_packages import run_tool_without

pytestmark = pytest.mark.slow

# One worker, which owns the checkpoint itself.
TORCH = ('--precision', 'fp32', '--workers', '1')
# One worker of an exported file, which is there in a fifth of the time.
ONNX = ('--backend', 'onnxruntime', '--workers', '1')


@pytest.fixture(scope='module')
def files(drawings):
    return sorted((drawings / 'images').iterdir())[:6]


@pytest.fixture(scope='module')
def predictor(server, checkpoint):
    """The model itself: on a CPU that which was exported."""
    return load_predictor(checkpoint.replace('.pth', '.onnx'))


@pytest.fixture(scope='module')
def torch_server(checkpoint, files):
    """Of images no larger than the first file."""
    with Image.open(files[0]) as image:
        megapixels = image.width * image.height / 1e6
    with running(checkpoint, *TORCH, '--max-megapixels', megapixels) as client:
        yield client


@pytest.fixture(scope='module')
def expected(predictor, files):
    return [predictor(read_image(str(path))) for path in files]


def test_full(server, files, expected, predictor):
    answer = post(
        server, files[0].read_bytes(), format='full', score_thr=0).json()

    with Image.open(files[0]) as image:
        assert (answer['width'], answer['height']) == image.size
    assert answer['model'].endswith('.onnx')
    assert set(
        answer['timings_ms']) == {'decode', 'queue', 'inference', 'total'}
    objects = answer['objects']
    assert len(objects) == len(expected[0]) > 0
    for found, truth in zip(objects, expected[0]):
        assert found['label'] == truth.label
        assert found['tag'] == KOREAN[truth.label]
        assert found['threshold'] == predictor.thresholds[truth.label]
        assert found['score'] == pytest.approx(truth.score, abs=1e-3)
        assert found['box'] == [round(side, 2) for side in truth.box]


def test_no_backend_of_a_label_studio_unless_one_is_named(server):
    assert code(server.get('/label-studio/health')) == 'not_found'


@pytest.mark.parametrize('lang', ['ko', 'en'])
def test_tags_and_boxes(server, files, expected, lang):
    score_thr = expected[0][1].score - 1e-4
    kept = [d for d in expected[0] if d.score >= score_thr]
    names = [KOREAN[d.label] if lang == 'ko' else d.label for d in kept]
    words = dict(lang=lang, score_thr=score_thr)

    tags = post(server, files[0].read_bytes(), **words).json()
    boxes = post(server, files[0].read_bytes(), format='dict', **words).json()

    assert tags == [*dict.fromkeys(names)]
    assert [*boxes] == tags
    assert sum(map(len, boxes.values())) == len(kept)
    assert boxes[names[0]][0] == [round(side, 2) for side in kept[0].box]


def test_korean_and_own_thresholds_by_default(server, files, expected,
                                              predictor):
    tags = [
        KOREAN[d.label] for d in expected[0]
        if d.score >= predictor.thresholds[d.label]
    ]
    assert post(server, files[0].read_bytes()).json() == [*dict.fromkeys(tags)]


def test_a_transparent_drawing_is_as_one_on_white(server, files):
    with Image.open(files[0]) as image:
        pixels = np.array(image.convert('RGBA'))
    white = (pixels[..., :3] > 250).all(2)
    pixels[white] = 255
    on_white = encode(Image.fromarray(pixels), 'PNG')
    pixels[white] = 0  # black, if it were seen
    transparent = encode(Image.fromarray(pixels), 'PNG')

    one, other = (
        post(server, data, format='full', score_thr=0).json()
        for data in (on_white, transparent))

    assert one['objects'] == other['objects'] != []


def test_several_files(server, files, expected):
    words = dict(format='full', score_thr=0.0)
    form = [('files', (path.name, path.read_bytes())) for path in files]
    form.insert(1, ('files', ('../../etc/passwd', b'root:x:0:0')))

    answer = server.post('/tags', files=form, params=words).json()

    assert [one['name'] for one in answer] == [name for _, (name, _) in form]
    assert [one['status'] for one in answer] == [200, 422, *[200] * 5]
    assert answer.pop(1)['error']['code'] == 'bad_picture'
    for one, truths in zip(answer, expected):
        found = one['result']['objects']
        assert [d['label'] for d in found] == [d.label for d in truths]


def test_many_at_once_get_what_each_gets_alone(server, files, expected):
    answers = [None] * 24

    def ask(number):
        data = files[number % len(files)].read_bytes()
        answer = post(server, data, format='full', score_thr=0)
        while answer.status_code == 503:  # on a slow machine they are too many
            time.sleep(float(answer.headers['Retry-After']))
            answer = post(server, data, format='full', score_thr=0)
        answers[number] = answer.json()['objects']

    threads = [
        threading.Thread(target=ask, args=(n, )) for n in range(len(answers))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    for number, found in enumerate(answers):
        truths = expected[number % len(files)]
        assert [d['label'] for d in found] == [d.label for d in truths]
        assert [d['score']
                for d in found] == pytest.approx([d.score for d in truths],
                                                 abs=1e-3)


def test_labels(server, predictor):
    labels = server.get('/labels').json()
    assert [one['label'] for one in labels] == [*NAMES]
    assert labels[20] == dict(
        label='sun',
        tags=dict(ko='해', en='sun'),
        threshold=predictor.thresholds['sun'],
        colour='#f05a00')  # codespell:ignore colour


def test_state(server):
    assert server.get('/healthz').json() == dict(status='ok')
    ready = server.get('/readyz')
    assert ready.status_code == 200
    assert ready.json()['ready'] and ready.json()['workers'] >= 1
    assert value(server, 'tagger_setting{name="max_batch"}') == 8
    asked = 'tagger_requests_total{path="/labels",status="200"}'
    before = value(server, asked)
    server.get('/labels')
    assert value(server, asked) == before + 1


@pytest.mark.skipif(not os.path.exists('/proc'), reason='reads /proc')
def test_no_process_of_an_exported_file_loads_torch(server):
    for pid in (server.process.pid, *children(server.process.pid)):
        with open(f'/proc/{pid}/maps') as maps:
            assert 'libtorch' not in maps.read()


def test_docs(server):
    assert server.get('/docs').status_code == 200
    paths = server.get('/openapi.json').json()['paths']
    assert {'/tag', '/tags', '/labels', '/healthz', '/readyz'} <= set(paths)


def test_the_page(server):
    page = server.get('/')
    assert 'src="page/' in page.text
    assert "default-src 'none'" in page.headers['content-security-policy']
    assert server.get('/page/main.js').headers['cache-control'] == 'no-cache'


@pytest.mark.parametrize('words, want', [
    (dict(score_thr=2), 'score_thr'),
    (dict(score_thr='nan'), 'score_thr'),
    (dict(lang='fr'), 'lang'),
    (dict(format='xml'), 'format'),
])
def test_bad_parameters(server, files, words, want):
    answer = post(server, files[0].read_bytes(), **words)
    assert (answer.status_code, code(answer)) == (422, 'bad_parameter')
    assert answer.json()['error']['message'].startswith(f'{want}: ')


def test_a_form_says_what_a_query_does(server, files):
    data = files[0].read_bytes()
    fields = dict(lang='en', format='full', score_thr='0')

    answer = server.post('/tag', files=dict(file=data), data=fields)
    several = server.post('/tags', files=dict(files=data), data=fields)

    asked = post(server, data, **fields).json()
    assert answer.json()['objects'] == asked['objects'] != []
    assert several.json()[0]['result']['objects'] == asked['objects']


@pytest.mark.parametrize('path', ['/tag', '/tags'])
@pytest.mark.parametrize('query, fields, message', [
    (dict(lang='en'), dict(lang='ko'),
     'lang: the form says "ko", the address "en"; give one of them.'),
    ({}, dict(scorethr='1'),
     'Unknown field "scorethr"; did you mean "score_thr"?'),
    (dict(scorethr='1'), {},
     'Unknown query parameter "scorethr"; did you mean "score_thr"?'),
])
def test_fields_and_parameters_that_are_refused(server, files, path, query,
                                                fields, message):
    name = path.removeprefix('/').replace('tag', 'file')
    answer = server.post(
        path, params=query, data=fields, files={name: files[0].read_bytes()})
    assert (answer.status_code, code(answer)) == (422, 'bad_parameter')
    assert answer.json()['error']['message'] == message


def test_photos_of_phones(server):
    """HEIC, AVIF and a JPEG of 50 megapixels, held upright."""
    exif = Image.Exif()
    exif[0x0112] = 6
    small, large = (
        Image.new('RGB', size, 'white') for size in ((320, 240), (8160, 6120)))

    sizes = []
    for photo, kind in ((small, 'HEIF'), (small, 'AVIF'), (large, 'JPEG')):
        data = encode(photo, kind, exif=exif.tobytes())
        answer = post(server, data, format='full').json()
        sizes.append((answer['width'], answer['height']))

    assert sizes == [(240, 320), (240, 320), (6120, 8160)]


def test_boxes_of_a_large_jpeg_are_in_its_pixels(torch_server, files):
    """A drawing whose pixels are 8 x 8 blocks is itself at an eighth."""
    with Image.open(files[0]) as image:
        drawing = image.convert('RGB')
    width, height = drawing.size
    photo = drawing.resize((8 * width, 8 * height), Image.Resampling.NEAREST)
    words = dict(format='full', score_thr=0)
    small = post(torch_server, encode(drawing, 'PNG'), **words).json()
    large = post(torch_server,
                 encode(photo, 'JPEG', quality=100,
                        subsampling=0), **words).json()

    assert (large['width'], large['height']) == (8 * width, 8 * height)
    boxes = np.array([one['box'] for one in small['objects'][:10]])
    others = np.array([one['box'] for one in large['objects']])
    apart = np.abs(8 * boxes[:, None] - others).max(2)
    # Half a small pixel; a JPEG's rounding may choose another of two boxes
    # that overlap.
    near = apart.min(1) < 4
    assert len(boxes) == 10 and near.sum() >= 8


@pytest.mark.parametrize('data, status, want', [
    (b'', 422, 'bad_picture'),
    (b'hello', 422, 'bad_picture'),
    (b'%PDF-1.7', 415, 'unsupported_type'),
])
def test_what_is_no_image(server, data, status, want):
    answer = post(server, data)
    assert (answer.status_code, code(answer)) == (status, want)
    assert set(answer.json()['error']) == {'code', 'message', 'hint'}


def test_no_form_no_file_too_many(server):
    png = encode(Image.new('L', (4, 4)), 'PNG')
    assert code(server.post('/tag', content=png)) == 'bad_form'
    broken = {'content-type': 'multipart/form-data'}
    assert code(server.post('/tag', content=png, headers=broken)) == 'bad_form'
    assert code(server.post('/tag',
                            files=dict(file=(None, 'text')))) == 'no_file'
    two = [('file', png), ('file', png)]
    assert code(server.post('/tag', files=two)) == 'too_many_parts'
    fields = [(f'field{n}', (None, 'x')) for n in range(9)]
    assert code(server.post('/tags', files=fields)) == 'too_many_parts'


def test_other_addresses_and_methods(server):
    assert code(server.get('/../etc/passwd')) == 'not_found'
    answer = server.get('/tag')
    assert code(answer) == 'method_not_allowed'
    assert answer.headers['allow'] == 'POST'


def test_a_long_body_is_refused_before_it_is_sent(server):
    with connected(server) as line:
        line.sendall(b'POST /tag HTTP/1.1\r\nHost: here\r\nContent-Type: '
                     b'multipart/form-data; boundary=x\r\n'
                     b'Content-Length: 30000000\r\n\r\n')
        assert line.recv(4096).startswith(b'HTTP/1.1 413 ')


def test_a_long_body_in_chunks_is_refused_while_it_comes(server):
    sent = 0

    def chunks():
        nonlocal sent
        head = b'Content-Disposition: form-data; name="file"; filename="a"'
        yield b'--x\r\n' + head + b'\r\n\r\n'
        for _ in range(60):
            sent += 1
            yield bytes(1_000_000)

    try:
        answer = server.post(
            '/tag',
            content=chunks(),
            headers={'content-type': 'multipart/form-data; boundary=x'})
    except httpx.TransportError:  # the line is cut while we send
        pass
    else:
        assert code(answer) == 'body_too_large'
    assert sent < 60


def test_without_a_checkpoint_it_serves_that_of_the_project():
    with running(*TORCH) as client:
        answer = post(client,
                      encode(Image.fromarray(draw_sun()[..., ::-1]), 'PNG'))

    assert answer.json()[0] == '해'


def test_what_runs_out_of_place_or_time(r18, files):
    """With a model that is stopped, so that requests pile up."""
    data = files[0].read_bytes()
    with running(r18[1], *ONNX, '--queue', '3', '--deadline-s', '5',
                 '--decoders', '1') as client:
        model = model_process(client.process.pid)
        os.kill(model, signal.SIGSTOP)
        answers = []
        asking = [
            threading.Thread(target=lambda: answers.append(post(client, data)))
            for _ in range(3)
        ]
        for thread in asking:
            thread.start()
        until(lambda: value(client, 'tagger_places_taken') == 3)

        full = post(client, data)

        assert (full.status_code, code(full)) == (503, 'queue_full')
        assert int(full.headers['retry-after']) >= 1
        for thread in asking:
            thread.join()
        assert {(a.status_code, code(a))
                for a in answers} == {(504, 'deadline')}
        until(lambda: value(client, 'tagger_places_taken') == 0)

        # A client that goes away frees its place.
        with connected(client) as line:
            request = client.build_request(
                'POST', '/tag', files=dict(file=data))
            line.sendall(as_bytes(request))
            until(lambda: value(client, 'tagger_places_taken') == 1)
        start = time.monotonic()
        until(lambda: value(client, 'tagger_places_taken') == 0)
        assert time.monotonic() - start < 4  # before its deadline

        os.kill(model, signal.SIGCONT)
        assert isinstance(post(client, data).json(), list)
        # What was dropped cost no inference: one batch was under way.
        assert value(client, 'tagger_batch_size_sum') <= 4


def test_a_refusal_leaves_the_line_short(r18, files):
    """Two images for one worker, though three places are free."""
    data = files[0].read_bytes()
    with running(r18[1], *ONNX, '--queue', '5') as client:
        request = as_bytes(
            client.build_request('POST', '/tag', files=dict(file=data)))
        os.kill(model_process(client.process.pid), signal.SIGSTOP)
        with contextlib.ExitStack() as burst, connected(client) as first, \
                connected(client) as second:
            lines = [burst.enter_context(connected(client)) for _ in range(3)]
            for line in [first, second, *lines]:
                line.sendall(request)
            until(lambda: value(client, 'tagger_places_taken') == 5)
            assert code(post(client, data)) == 'queue_full'
            burst.close()
            until(lambda: value(client, 'tagger_places_taken') == 2)

            assert code(post(client, data)) == 'queue_full'


def test_a_model_that_crashes_comes_back(torch_server, files):
    data = files[0].read_bytes()
    os.kill(model_process(torch_server.process.pid), signal.SIGKILL)

    first = post(torch_server, data)

    assert first.status_code == 200  # it was tried again
    until_ready(torch_server)
    assert value(torch_server, 'tagger_restarts_total{kind="worker"}') == 1
    assert post(torch_server, data).json() == first.json()


def test_what_is_killed_while_idle_comes_back(r18, files):
    data = files[0].read_bytes()
    with running(r18[1], *ONNX) as client:
        tags = post(client, data).json()
        model = model_process(client.process.pid)
        decoders = [pid for pid in siblings(model) if pid != model]
        assert len(decoders) == 2

        for pid in [model, *decoders]:
            os.kill(pid, signal.SIGKILL)

        # Without a request that would find out.
        until(lambda: client.get('/readyz').status_code == 503)
        until_ready(client)
        assert post(client, data).json() == tags


def test_a_model_that_stays_dead_takes_nothing_from_the_other(
        r18, files, tmp_path):
    data = files[0].read_bytes()
    path = shutil.copy(r18[1], tmp_path)
    with running(path, '--backend', 'onnxruntime', '--workers', '2') as client:
        until(lambda: value(client, 'tagger_workers_ready') == 2)
        tags = post(client, data).json()
        # Of another version, so that it is not loaded anew.
        (tmp_path / 'other').write_bytes(b'other')
        os.replace(tmp_path / 'other', path)
        os.kill(model_process(client.process.pid), signal.SIGKILL)

        # Seen dead or not: what it has taken goes back to the other.
        answers = [post(client, data) for _ in range(8)]

        assert [answer.json() for answer in answers] == [tags] * 8


def test_large_bodies_leave_no_memory_behind(server):
    data = encode(Image.new('RGB', (2500, 2500), 'white'), 'BMP')
    assert len(data) > 18e6
    post(server, data)
    before = resident_mb(server.process.pid)

    with ThreadPoolExecutor(12) as pool:
        answers = [*pool.map(lambda _: post(server, data), range(12))]

    assert {answer.status_code for answer in answers} == {200}
    until(lambda: resident_mb(server.process.pid) - before < 50)


def test_drains_when_it_is_told_to_end(r18, files):
    with running(r18[1], *ONNX) as client:
        model = model_process(client.process.pid)
        os.kill(model, signal.SIGSTOP)
        answers = []
        asking = threading.Thread(
            target=lambda: answers.append(post(client, files[0].read_bytes())))
        asking.start()
        until(lambda: value(client, 'tagger_places_taken') == 1)

        client.process.send_signal(signal.SIGTERM)
        time.sleep(0.5)
        os.kill(model, signal.SIGCONT)
        asking.join()

        assert answers[0].status_code == 200
        assert client.process.wait(10) == 0
        with pytest.raises(ProcessLookupError):
            os.kill(model, 0)


@pytest.mark.parametrize('words, said', [
    (['no/such.pth'], 'no/such.pth: cannot be read (No such file'),
    (['README.md'], 'README.md: not a checkpoint'),
    (['README.md', '--queue', '0'], '--queue 0: give a whole number'),
])
def test_what_cannot_start(words, said):
    done = run_tool('serve', *words, '--port', '0')
    assert done.returncode == 2
    assert f'error: {said}' in done.stderr
    assert 'Traceback' not in done.stderr


def test_a_backend_that_does_not_fit(r18, tmp_path):
    bad = tmp_path / 'a.pth'
    bad.write_text('')
    for path, words in ((r18[1], 'ONNX Runtime runs it in float32'),
                        (bad, f'{bad}: not a checkpoint')):
        done = run_tool('serve', path, '--port', '0', '--backend',
                        'onnxruntime', '--precision', 'bf16')
        assert done.returncode == 2
        assert words in done.stderr
        assert 'served by torch' not in done.stderr


def test_a_detector_for_opencv(r18_opencv, files):
    with running(r18_opencv, '--workers', '1') as client:
        answer = post(client, files[0].read_bytes())
        maps = Path(f'/proc/{model_process(client.process.pid)}/maps')

        assert answer.status_code == 200
        assert 'libtorch' not in maps.read_text()


def test_without_torch_an_export_of_another_time_is_served(r18, tmp_path):
    """As copies of a pair are; it goes as far as to a port that is taken."""
    path, export = (Path(shutil.copy(one, tmp_path)) for one in r18)
    os.utime(path, (100, 100))
    with socket.create_server(('127.0.0.1', 0)) as taken:
        port = taken.getsockname()[1]
        done = run_tool_without(TORCH_PACKAGES, 'serve', path, '--port', port)

    assert f'{export}: has another time than {path}' in done.stderr
    assert done.returncode == 2
    assert f'--port {port}' in done.stderr


def test_a_port_that_is_taken(server, checkpoint):
    done = run_tool('serve', checkpoint, '--port', server.base_url.port)
    assert done.returncode == 2
    assert done.stderr.strip().splitlines()[-1].startswith('error: ')


def model_process(pid):
    """The child of a server that owns the model: the largest."""

    def private(child):
        with open(f'/proc/{child}/smaps_rollup') as file:
            return sum(
                int(line.split()[1]) for line in file
                if line.startswith('Private'))

    return max(children(pid), key=private)


def resident_mb(pid):
    with open(f'/proc/{pid}/statm') as file:
        return int(file.read().split()[1]) * mmap.PAGESIZE / 1e6


def siblings(pid):
    """Processes with the same parent, itself included."""
    with open(f'/proc/{pid}/stat') as stat:
        parent = int(stat.read().rpartition(')')[2].split()[1])
    with open(f'/proc/{parent}/task/{parent}/children') as file:
        return [int(word) for word in file.read().split()]


def as_bytes(request):
    request.read()
    head = [f'{request.method} {request.url.raw_path.decode()} HTTP/1.1']
    head += [f'{name}: {text}' for name, text in request.headers.items()]
    return '\r\n'.join([*head, '', '']).encode() + request.content
