"""ML backend of Label Studio: a real service, asked as Label Studio 1.23.2
was recorded to ask."""
import asyncio
import os
import shutil

import httpx
import pytest
from PIL import Image

from custom.classes import KOREAN
from custom.engine.run_folder import locked
from custom.label_studio.task_images import TaskImages
from custom.label_studio.training_folder import write_command
from custom.server.app import create_app
from custom.server.ml_backend import LabelStudio, open_label_studio
from custom.server.model_worker import ModelFile
from custom.server.service import TagService
from custom.server.settings import Settings
from custom.utils.errors import InputError
from tests.helpers.label_studio import StandIn, stand_in
from tests.helpers.running_server import code, post, running, value
from tests.helpers.waiting import until

pytestmark = pytest.mark.slow

LOGIN = ('labels', 'of tests')
LABELS = ('<View><Image name="image" value="$image"/><RectangleLabels '
          'name="label" toName="image">{}</RectangleLabels></View>')


@pytest.fixture(scope='module')
def images(drawings):
    return sorted((drawings / 'images').iterdir())[:3]


@pytest.fixture(scope='module')
def studio(images):
    with stand_in() as (known, url):
        for number, path in enumerate(images):
            known.files[f'/data/upload/1/{number}.png'] = path.read_bytes()
        yield known, url


@pytest.fixture(scope='module')
def folder(r18, tmp_path_factory):
    """A detector and its export, with a command that ends at once."""
    folder = tmp_path_factory.mktemp('rounds')
    for path, name in zip(r18, ('model.pth', 'model.onnx')):
        shutil.copy(path, folder / name)
    write_command(folder, ['train', 'no-config.py'])
    return folder


@pytest.fixture(scope='module')
def backend(folder, studio, drawings):
    """A service for the stand-in, which wants a login."""
    env = dict(
        os.environ,
        LABEL_STUDIO_API_KEY=StandIn.token,
        TAGGER_LABEL_STUDIO_LOGIN=':'.join(LOGIN))
    with running(
            folder / 'model.pth',
            '--label-studio',
            studio[1],
            '--label-studio-files',
            drawings,
            '--label-studio-train',
            env=env) as client:
        client.auth = LOGIN
        yield client


@pytest.fixture(scope='module')
def labels(backend):
    """A labeling config that has each class by its Korean tag."""
    names = [one['label'] for one in backend.get('/labels').json()]
    return LABELS.format(''.join(f'<Label value="{KOREAN[name]}"/>'
                                 for name in names))


def predict(client, labels, *addresses):
    """The answer to the request of Label Studio for tasks."""
    tasks = [
        dict(
            id=number,
            data=dict(image=address, file_name=f'{number}.png'),
            meta={},
            created_at='2026-11-29T19:44:30.365821Z',
            updated_at='2026-11-29T19:44:30.365853Z',
            is_labeled=False,
            overlap=1,
            inner_id=number,
            total_annotations=0,
            cancelled_annotations=0,
            total_predictions=0,
            comment_count=0,
            unresolved_comment_count=0,
            last_comment_updated_at=None,
            project=2,
            updated_by=None,
            file_upload=None,
            comment_authors=[]) for number, address in enumerate(addresses, 1)
    ]
    return client.post(
        '/label-studio/predict',
        json=dict(
            tasks=tasks,
            project='2.1795981595',
            label_config=labels,
            params=dict(login=None, password=None, context=None)))


def test_no_tasks(backend, labels):
    answer = predict(backend, labels).json()

    assert answer['results'] == []


def test_predictions_in_order_of_the_tasks(backend, labels, images):
    order = [2, 0, 1, 2]

    answer = predict(backend, labels,
                     *(f'/data/upload/1/{number}.png'
                       for number in order)).json()

    name, digest = answer['model_version'].split()
    assert name.endswith('.onnx') and len(digest) == 8
    for number, found in zip(order, answer['results'], strict=True):
        assert_fits(found, backend, images[number])
        assert found['model_version'] == answer['model_version']


def assert_fits(found, backend, path):
    """A prediction has the tags and boxes that /tag gives for the file."""
    full = post(backend, path.read_bytes(), format='full').json()
    with Image.open(path) as image:
        width, height = image.size
    assert len(found['result']) == len(full['objects'])
    for region, one in zip(found['result'], full['objects']):
        assert region['type'] == 'rectanglelabels'
        assert (region['from_name'], region['to_name']) == ('label', 'image')
        assert (region['original_width'], region['original_height'],
                region['image_rotation']) == (width, height, 0)
        assert region['score'] == pytest.approx(one['score'], abs=1e-4)
        box = region['value']
        assert box['rectanglelabels'] == [one['tag']]
        assert [
            box['x'] * width / 100, box['y'] * height / 100,
            (box['x'] + box['width']) * width / 100,
            (box['y'] + box['height']) * height / 100
        ] == pytest.approx(
            one['box'], abs=.01)


def test_a_task_that_fails_has_an_error_in_its_place(backend, labels, studio,
                                                     images):
    studio[0].files['/data/upload/1/text.png'] = b'no picture'
    before = value(backend, 'tagger_rejections_total{code="no_picture"}')

    results = predict(backend, labels, '/data/upload/1/none.png',
                      '/data/upload/1/0.png', '/data/upload/1/text.png',
                      'http://169.254.169.254/latest', None).json()['results']

    assert [one.get('error', {}).get('code') for one in results] == [
        'no_picture', None, 'bad_picture', 'no_picture', 'no_picture'
    ]
    assert_fits(results[1], backend, images[0])
    # Label Studio leaves out what has no "result".
    assert ['result' in one
            for one in results] == [False, True, False, False, False]
    assert value(backend,
                 'tagger_rejections_total{code="no_picture"}') == before + 3


def test_more_tasks_than_places(backend, labels):
    answer = predict(backend, labels, *['/data/upload/1/0.png'] * 70)

    results = answer.json()['results']
    assert len(results) == 70
    assert all(one == results[0] and 'result' in one for one in results)


def test_images_of_a_local_storage(backend, labels, images):
    answer = predict(backend, labels,
                     f'/data/local-files/?d=images/{images[0].name}')

    found, = answer.json()['results']
    assert_fits(found, backend, images[0])


def test_health_and_setup(backend, labels):
    health = backend.get('/label-studio/health')
    setup = backend.post(
        '/label-studio/setup',
        json=dict(
            project='2.1795981595',
            schema=labels,
            hostname='http://localhost:8080',
            access_token='0' * 40,
            extra_params=None))

    assert health.json() == dict(status='UP')
    assert setup.json() == dict(
        model_version=predict(backend, labels).json()['model_version'])


@pytest.mark.parametrize('labels, message', [
    ('<View/>', 'no <RectangleLabels>'),
    (LABELS.format('<Label value="robot"/>'), 'No label of the project is'),
])
def test_labels_that_do_not_fit(backend, labels, message):
    for where, key in (('setup', 'schema'), ('predict', 'label_config')):
        answer = backend.post(
            f'/label-studio/{where}', json={
                key: labels,
                'tasks': []
            })

        assert (answer.status_code, code(answer)) == (422, 'bad_labels')
        assert message in answer.json()['error']['message']


@pytest.mark.parametrize('body',
                         [b'', b'{', b'[]', b'{"tasks": [1]}', b'\xff'])
@pytest.mark.parametrize('where', ['setup', 'predict', 'webhook'])
def test_what_is_no_request_of_label_studio(backend, where, body):
    answer = backend.post(f'/label-studio/{where}', content=body)

    assert (answer.status_code, code(answer)) == (400, 'bad_json')


def test_a_body_that_is_too_large(backend):
    answer = backend.post('/label-studio/predict', content=b' ' * 21_000_000)

    assert code(answer) == 'body_too_large'


@pytest.mark.parametrize('action', [
    'ANNOTATION_CREATED', 'ANNOTATION_UPDATED', 'ANNOTATIONS_DELETED',
    'PROJECT_UPDATED'
])
def test_events_are_taken(backend, action):
    answer = backend.post(
        '/label-studio/webhook',
        json=dict(action=action, annotation=dict(id=1), project=dict(id=2)))

    assert answer.json() == dict(status='ok')


def test_a_training(backend, folder):
    with locked(str(folder)):  # by hand
        answer = start_training(backend)
    assert (answer.status_code, code(answer)) == (409, 'training_runs')

    answer = start_training(backend)

    assert (answer.status_code, answer.json()) == (202, dict(status='started'))
    log = folder / 'training.log'
    until(lambda: 'arguments are required: --url, --data' in log.read_text())


def start_training(client):
    return client.post(
        '/label-studio/webhook',
        json=dict(action='START_TRAINING', project=dict(id=2)))


def test_a_training_is_refused_with_what_to_do(r18):
    """By a service that does not know how."""
    app = create_app(
        TagService(ModelFile(r18[1], ''), Settings()),
        LabelStudio(TaskImages(None, None)))

    async def ask():
        async with httpx.AsyncClient(
                transport=httpx.ASGITransport(app),
                base_url='http://service') as client:
            return await start_training(client)

    answer = asyncio.run(ask())

    assert (answer.status_code, code(answer)) == (501, 'no_training')


@pytest.mark.parametrize('auth', [None, ('labels', 'x'), ('', '')])
@pytest.mark.parametrize('where', ['health', 'setup', 'predict', 'webhook'])
def test_a_login_is_asked_for(backend, where, auth):
    method = 'GET' if where == 'health' else 'POST'

    answer = backend.build_request(method, f'/label-studio/{where}')
    answer = backend.send(answer, auth=auth)

    assert (answer.status_code, code(answer)) == (401, 'unauthorized')
    assert answer.headers['WWW-Authenticate'] == 'Basic'


def test_a_login_that_is_none(backend):
    answer = backend.get(
        '/label-studio/health',
        headers={'Authorization': 'Basic ?'},
        auth=None)

    assert (answer.status_code, code(answer)) == (401, 'unauthorized')


@pytest.mark.parametrize('url, files, env, message', [
    ('http://localhost:8080', None, {}, 'LABEL_STUDIO_API_KEY is not set'),
    ('localhost:8080', None, dict(LABEL_STUDIO_API_KEY='x'), 'no address of'),
    (None, 'none', {}, '--label-studio-files none: no such folder'),
    (None, '.', dict(TAGGER_LABEL_STUDIO_LOGIN='x'), 'give user:password'),
])
def test_options_that_do_not_do(url, files, env, message):
    with pytest.raises(InputError, match=message):
        open_label_studio(url, files, env)


def test_no_label_studio():
    assert open_label_studio(None, None, {}) is None
