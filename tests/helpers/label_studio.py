"""Label Studio for tests: the real one where it is installed, and a stand-in
that answers as Label Studio 1.23.2 was recorded to."""
import base64
import contextlib
import itertools
import json
import os
import re
import socket
import subprocess
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit

import httpx

# Path of the command label-studio in an environment of its own.
COMMAND = 'LABEL_STUDIO_COMMAND'
USER, PASSWORD = 'tester@example.org', 'a-password-of-tests'


def jwt(kind):
    """A token in three parts, as a Personal Access Token is."""
    payload = json.dumps(dict(token_type=kind)).encode()
    return f'e30.{base64.urlsafe_b64encode(payload).decode()}.c2ln'


class StandIn:
    """Projects, tasks and files in memory.

    Attributes:
        files: Bytes by path, such as ``/data/upload/1/0123abcd-a.png``.
        moved: Where a path leads to, as a bucket's pre-signed URL.
        asked: Method and path of each request, in order.
        access: How many access tokens were given; the last is valid, unless
            ``expired``.
        kept_back: Bytes at the end of an answer that never come.
    """
    token, legacy = jwt('refresh'), 'a' * 40

    def __init__(self):
        self.files, self.moved, self.asked = {}, {}, []
        self.projects, self.tasks, self.predictions = [], [], []
        self.access, self.expired, self.legacy_enabled = 0, False, False
        self.kept_back, self.backends = 0, []
        self._ids = itertools.count(1)
        self._uploads = {}

    def answer(self, method, path, query, body, given):
        """Status and JSON; bytes for a file, text for where it is."""
        if path == '/api/token/refresh/':
            if json.loads(body)['refresh'] != self.token:
                return self._detail(401, 'Token is invalid or expired')
            self.access, self.expired = self.access + 1, False
            return 200, dict(access=jwt(f'access {self.access}'))
        if not self._may(given):
            return self._detail(
                401, 'Authentication credentials were not provided.')
        if path in self.moved:
            return 303, self.moved[path]
        if path in self.files:
            return 200, self.files[path]
        for pattern, answer in self._routes.items():
            match = re.fullmatch(pattern, f'{method} {path}')
            if match:
                return answer(self, query, body, *map(int, match.groups()))
        return self._detail(404, 'Not found.')

    def _may(self, given):
        is_access = given == f'Bearer {jwt(f"access {self.access}")}'
        return (is_access
                and not self.expired) or (self.legacy_enabled
                                          and given == f'Token {self.legacy}')

    @staticmethod
    def _detail(status, detail):
        return status, dict(
            id='0' * 8,
            status_code=status,
            version='1.23.2',
            detail=detail,
            exc_info=None)

    def _list_projects(self, query, body):
        title = query.get('title', [''])[0]
        found = [one for one in self.projects if title in one['title']]
        return 200, dict(
            count=len(found), next=None, previous=None, results=found)

    def _make_project(self, query, body):
        self.projects.append(dict(json.loads(body), id=len(self.projects) + 1))
        return 201, self.projects[-1]

    def _change_project(self, query, body, project):
        self.projects[project - 1].update(json.loads(body))
        return 200, self.projects[project - 1]

    def _import(self, query, body, project):
        if isinstance(body, list):  # of a form
            ids = [self._keep(project, *file) for file in body]
            return 201, dict(task_count=len(ids), file_upload_ids=ids)
        for task in json.loads(body):
            number = next(self._ids)
            annotations = [
                dict(
                    one,
                    id=next(self._ids),
                    was_cancelled=False,
                    ground_truth=one.get('ground_truth', True))
                for one in task.get('annotations', [])
            ]
            self.tasks.append(
                dict(
                    id=number,
                    project=project,
                    data=task['data'],
                    annotations=annotations,
                    predictions=[]))
        return 201, dict(task_count=len(self.tasks))

    def _keep(self, project, name, content):
        number = next(self._ids)
        file = f'upload/{project}/{number:08x}-{name.replace(" ", "_")}'
        self._uploads[number] = dict(id=number, file=file, size=len(content))
        self.files[f'/data/{file}'] = content
        return number

    def _list_uploads(self, query, body, project):
        return 200, [self._uploads[key] for key in json.loads(query['ids'][0])]

    def _export(self, query, body, project):
        every = query['download_all_tasks'] == ['true']
        return 200, [
            task for task in self.tasks
            if task['project'] == project and (every or task['annotations'])
        ]

    def _annotate(self, query, body, task):
        one = dict(
            json.loads(body),
            id=next(self._ids),
            was_cancelled=False,
            ground_truth=False)
        self._task(task)['annotations'].append(one)
        return 201, one

    def _correct(self, query, body, annotation):
        one = next(a for task in self.tasks for a in task['annotations']
                   if a['id'] == annotation)
        one.update(json.loads(body))
        return 200, one

    def _list_predictions(self, query, body):
        return 200, self.predictions

    def _predict(self, query, body, project):
        self.predictions += [
            dict(one, id=next(self._ids)) for one in json.loads(body)
        ]
        return 201, dict(created=len(json.loads(body)))

    def _list_backends(self, query, body):
        return 200, self.backends

    def _connect(self, query, body):
        self.backends.append(dict(json.loads(body), id=len(self.backends) + 1))
        return 201, self.backends[-1]

    def _change_backend(self, query, body, backend):
        self.backends[backend - 1].update(json.loads(body))
        return 200, self.backends[backend - 1]

    def _task(self, number):
        return next(task for task in self.tasks if task['id'] == number)

    _routes = {
        'GET /api/projects': _list_projects,
        'POST /api/projects': _make_project,
        r'PATCH /api/projects/(\d+)': _change_project,
        r'POST /api/projects/(\d+)/import': _import,
        r'GET /api/projects/(\d+)/file-uploads': _list_uploads,
        r'GET /api/projects/(\d+)/export': _export,
        r'POST /api/tasks/(\d+)/annotations': _annotate,
        r'PATCH /api/annotations/(\d+)': _correct,
        'GET /api/predictions': _list_predictions,
        'GET /api/ml': _list_backends,
        'POST /api/ml': _connect,
        r'PATCH /api/ml/(\d+)': _change_backend,
        r'POST /api/projects/(\d+)/import/predictions': _predict,
    }


class _Handler(BaseHTTPRequestHandler):

    def _answer(self):
        url = urlsplit(self.path)
        self.server.stand_in.asked.append((self.command, self.path))
        status, answer = self.server.stand_in.answer(
            self.command, unquote(url.path), parse_qs(url.query), self._body(),
            self.headers.get('Authorization'))
        self.send_response(status)
        if isinstance(answer, str):
            self.send_header('Location', answer)
            answer = b''
        if not isinstance(answer, bytes):
            answer = json.dumps(answer).encode()
        kept_back = self.server.stand_in.kept_back
        self.send_header('Content-Length', str(len(answer) + kept_back))
        self.end_headers()
        self.wfile.write(answer)

    def _body(self):
        """Bytes, or name and content of each file of a form."""
        body = self.rfile.read(int(self.headers.get('Content-Length', 0)))
        kind = self.headers.get('Content-Type', '')
        if not kind.startswith('multipart/'):
            return body
        boundary = b'--' + kind.partition('boundary=')[2].encode()
        parts = [
            part.partition(b'\r\n\r\n') for part in body.split(boundary)[1:-1]
        ]
        return [(re.search(b'filename="(.*?)"',
                           head)[1].decode(), content.removesuffix(b'\r\n'))
                for head, _, content in parts]

    do_GET = do_POST = do_PATCH = _answer

    def log_message(self, *_):
        pass


@contextlib.contextmanager
def stand_in():
    """A :class:`StandIn` and its address."""
    known = StandIn()
    with ThreadingHTTPServer(('127.0.0.1', 0), _Handler) as server:
        server.stand_in = known
        thread = threading.Thread(target=server.serve_forever, args=(.05, ))
        thread.start()
        try:
            yield known, f'http://127.0.0.1:{server.server_port}'
        finally:
            server.shutdown()
            thread.join()


@contextlib.contextmanager
def real_label_studio(folder):
    """Address and Personal Access Token of a Label Studio, which is started
    with an empty data base."""
    with socket.socket() as free:
        free.bind(('127.0.0.1', 0))
        port = free.getsockname()[1]
    env = dict(
        os.environ,
        LABEL_STUDIO_BASE_DATA_DIR=str(folder),
        ML_BLOCK_LOCAL_IP='false',
        SSRF_PROTECTION_ENABLED='false',
        COLLECT_ANALYTICS='false',
        LATEST_VERSION_CHECK='false')
    process = subprocess.Popen([
        os.environ[COMMAND], 'start', '--no-browser', '--internal-host',
        '127.0.0.1', '--port',
        str(port), '--data-dir',
        str(folder), '--username', USER, '--password', PASSWORD
    ],
                               env=env,
                               cwd=folder,
                               stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL)
    url = f'http://127.0.0.1:{port}'
    try:
        _until_up(url, process)
        yield url, _personal_access_token(url)
    finally:
        process.kill()
        process.wait()


def _until_up(url, process):
    for _ in range(600):
        with contextlib.suppress(httpx.TransportError):
            if httpx.get(f'{url}/health').status_code == 200:
                return
        assert process.poll() is None
        time.sleep(0.5)
    raise AssertionError('not up within five minutes')


def _personal_access_token(url):
    """As a person makes it in Account & Settings."""
    with httpx.Client(base_url=url, follow_redirects=True) as client:
        page = client.get('/user/login/').text
        hidden = re.search('name="csrfmiddlewaretoken" value="(.*?)"', page)
        client.post(
            '/user/login/',
            data=dict(
                csrfmiddlewaretoken=hidden[1], email=USER, password=PASSWORD))
        answer = client.post(
            '/api/token/',
            headers={'X-CSRFToken': client.cookies['csrftoken']})
        return answer.json()['token']
