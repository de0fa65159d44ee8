"""From a folder of images to boxes in Label Studio and back: with a
stand-in, and with Label Studio itself where LABEL_STUDIO_COMMAND is set."""
import errno
import json
import os
import runpy
import signal
from argparse import Namespace
from pathlib import Path

import pytest

from custom.classes import NAMES
from custom.engine.run_folder import locked
from custom.inference.load_predictor import load_predictor
from custom.label_studio.client import LabelStudioClient
from custom.utils.file_digest import file_sha256, model_title
from custom.utils.image_io import read_image
from tests.helpers.image_files import blots, save
from tests.helpers.label_studio import StandIn, real_label_studio, stand_in
from tests.helpers.run_tool import CONFIG, run_tool
from tests.helpers.running_server import post, running
from tests.helpers.watched_run import WatchedRun

pytestmark = pytest.mark.slow

TOOL = Path(__file__).parents[2] / 'tools' / 'label_studio.py'


@pytest.fixture(scope='module')
def real(tmp_path_factory):
    """Address and token of Label Studio itself."""
    with real_label_studio(tmp_path_factory.mktemp('studio')) as found:
        yield found


@pytest.fixture(
    scope='module',
    params=['stand-in',
            pytest.param('real', marks=pytest.mark.label_studio)])
def studio(request):
    """Address and token."""
    if request.param == 'real':
        yield request.getfixturevalue('real')
    else:
        with stand_in() as (_, url):
            yield url, StandIn.token


@pytest.fixture
def client(studio, monkeypatch):
    """For what people do there; tools find the token in the environment."""
    monkeypatch.setenv('LABEL_STUDIO_API_KEY', studio[1])
    return LabelStudioClient(*studio)


@pytest.fixture
def folder(tmp_path):
    """Six images of 60 x 40, one of them in a sub-folder."""
    (tmp_path / 'pictures/더').mkdir(parents=True)
    for seed, name in enumerate(('a', 'b', 'c', 'd', 'e', '더/a')):
        save(tmp_path / f'pictures/{name}.png', pixels=blots(seed))
    return tmp_path / 'pictures'


def tool(verb, client, data, *words, code=0, path=''):
    done = run_tool(
        'label_studio',
        verb,
        '--url',
        client.url,
        '--data',
        data,
        *words,
        path=path)
    assert done.returncode == code, done.stderr
    assert 'Traceback' not in done.stderr
    return done.stdout + done.stderr


def records(folder):
    """Split, and x, y, w, h, category of each box, by image."""
    found = {}
    for path in (folder / 'annotations').glob('[tv]*.json'):
        data = json.loads(path.read_text())
        names = {one['id']: one['name'] for one in data['categories']}
        for image in data['images']:
            found[image['file_name']] = (path.stem, [
                (*(round(side, 3)
                   for side in one['bbox']), names[one['category_id']])
                for one in data['annotations']
                if one['image_id'] == image['id']
            ])
    return found


def project(client, title):
    return next(
        one for one in client.get('/api/projects')['results']
        if one['title'] == title)['id']


def tasks(client, title):
    found = client.get(
        f'/api/projects/{project(client, title)}/export',
        exportType='JSON',
        download_all_tasks='true')
    return {task['data']['file_name']: task for task in found}


def region(label, x, y, width, height):
    """A box in percent, as a person's mouse makes it."""
    return dict(
        id='abc',
        type='rectanglelabels',
        from_name='label',
        to_name='image',
        original_width=60,
        original_height=40,
        image_rotation=0,
        value=dict(
            x=x,
            y=y,
            width=width,
            height=height,
            rotation=0,
            rectanglelabels=[label]))


def draw(client, task, *regions):
    """A person submits boxes."""
    return client.send('POST', f'/api/tasks/{task["id"]}/annotations',
                       dict(result=regions, lead_time=3.5))['id']


def test_the_loop(client, folder, r18, tmp_path, request):
    title = request.node.name
    words = ('--title', title)
    said = tool('init', client, folder, *words, '--classes', 'cat,dog,sun')
    assert '6 pictures uploaded, 0 were there' in said

    save(folder / 'f.png', pixels=blots(7))
    assert '1 pictures uploaded, 6 were there' in tool('init', client, folder,
                                                       *words)

    # The detector proposes boxes, once.
    made = tasks(client, title)
    draw(client, made['a.png'])  # background: nobody needs a proposal
    said = tool('push', client, folder, *words, '--checkpoint', r18[1])
    version = model_title(r18[1], file_sha256(r18[1]))
    assert f'in 6 pictures, as "{version}"' in said
    assert '0 boxes in 0 pictures' in tool('push', client, folder, *words,
                                           '--checkpoint', r18[1])
    proposed = proposals(client, title)
    assert_found(proposed[made['b.png']['id']], folder / 'b.png', r18[1])
    assert made['a.png']['id'] not in proposed

    # A person takes one, corrects another and draws the rest.
    drawn = dict(b=(10, 20, 50, 50), c=(0, 0, 100, 100), d=(50, 50, 25, 25))
    for name, box in drawn.items():
        draw(client, made[f'{name}.png'], region('cat', *box))
    first = draw(client, made['더/a.png'], region('sun', 0, 0, 10, 10))

    out = tmp_path / 'data/one'
    assert 'note: 5 new images' in tool('pull', client, folder, *words,
                                        '--out', out)
    found = records(out)
    assert found['a.png'][1] == []
    assert found['b.png'][1] == [(6, 8, 30, 20, 'cat')]
    assert found['c.png'][1] == [(0, 0, 60, 40, 'cat')]
    assert found['d.png'][1] == [(30, 20, 15, 10, 'cat')]
    assert found['더/a.png'][1] == [(0, 0, 6, 4, 'sun')]
    assert sorted(split for split, _ in found.values()) == [
        'test', 'train', 'train', 'train', 'val'
    ]
    assert (out / 'images/더/a.png').read_bytes() == (folder /
                                                     '더/a.png').read_bytes()

    # Another round: one is corrected, two are new, of which one was put into
    # Label Studio by hand.
    client.send('PATCH', f'/api/annotations/{first}',
                dict(result=[region('dog', 0, 0, 20, 20)]))
    draw(client, made['e.png'], region('cat', 0, 0, 50, 50))
    by_hand(client, title, folder.parent)
    again = tmp_path / 'data/two'
    said = tool('pull', client, out, *words, '--out', again)

    assert 'note: 2 new images' in said
    assert 'note: 1 images corrected' in said
    later = records(again)
    corrected = later.pop('더/a.png')
    assert corrected == (found['더/a.png'][0], [(0, 0, 12, 8, 'dog')])
    assert later.pop('e.png') == ('train', [(0, 0, 30, 20, 'cat')])
    name, = later.keys() - found.keys()
    assert name.endswith('-hand.png')
    assert later.pop(name) == ('train', [(0, 0, 60, 40, 'sun')])
    found.pop('더/a.png')
    assert later == found
    assert sorted(path.name
                  for path in tmp_path.glob('data/*')) == ['one', 'two']


def proposals(client, title):
    """The regions that were sent for each task."""
    shown = next(
        one for one in client.get('/api/projects')['results']
        if one['title'] == title)['model_version']
    return {
        one['task']: one['result']
        for one in client.get(
            '/api/predictions', project=project(client, title))
        if one['model_version'] == shown
    }


def assert_found(regions, path, checkpoint):
    predictor = load_predictor(checkpoint, threads=1)
    found = [
        one for one in predictor(read_image(str(path)))
        if one.score >= predictor.thresholds.get(one.label, .5)
    ]
    assert len(regions) == len(found) > 0
    for one, truth in zip(regions, found):
        assert one['value']['rectanglelabels'] == [truth.label]
        assert one['value']['x'] == pytest.approx(truth.box[0] / .6, abs=.01)
        assert one['score'] == pytest.approx(truth.score, abs=1e-4)


def by_hand(client, title, folder):
    """A person adds an image in Label Studio, and labels it."""
    path = f'/api/projects/{project(client, title)}'
    content = save(folder / 'hand.png', pixels=blots(9)).read_bytes()
    ids = client.upload(f'{path}/import?commit_to_project=false',
                        [('hand.png', content)])['file_upload_ids']
    file, = client.get(f'{path}/file-uploads', ids=json.dumps(ids))
    client.send('POST', f'{path}/import', [
        dict(
            data=dict(image=f'/data/{file["file"]}'),
            annotations=[dict(result=[region('sun', 0, 0, 100, 100)])])
    ])


def test_a_data_set_comes_back_as_it_is(client, drawings, tmp_path, request):
    words = ('--title', request.node.name)
    tool('init', client, drawings, *words)
    out = tmp_path / 'same'

    said = tool('pull', client, drawings, *words, '--out', out)

    assert 'note' not in said
    assert records(out) == records(drawings)


def test_links_on_a_disk_without_hard_ones(client, folder, tmp_path,
                                           monkeypatch, request):
    title = request.node.name
    tool('init', client, folder, '--title', title)
    for name, task in tasks(client, title).items():
        draw(client, task, region('cat', 0, 0, 50, 50))
        (folder / name).unlink()

    def refuse(source, target):
        raise PermissionError(errno.EPERM, os.strerror(errno.EPERM))

    monkeypatch.setattr(os, 'link', refuse)
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(TOOL.parent)
    pull_data = runpy.run_path(str(TOOL))['pull_data']
    args = Namespace(url=client.url, title=title)
    pull_data(args, folder, Path('round/data'), link=True)

    images = [*Path('round/data/images').rglob('*.png')]
    assert len(images) == 6
    assert all(path.is_symlink() and path.exists() for path in images)


def test_a_training_that_is_stopped_and_goes_on(client, drawings, trained,
                                                tmp_path, request):
    best, = trained[0].glob('best_*.pth')
    root = tmp_path / 'rounds'
    run = WatchedRun(tmp_path / 'watched', drawings)
    config = run.write_config(kill=signal.SIGTERM, at='step', step=2)
    words = ('--title', request.node.name)
    training = (config, *words, '--work-dir', root, '--from', best, '--epochs',
                1, '--imgsz', 64)
    tool('init', client, drawings, *words)
    add_label(client, request.node.name, 'robot')

    said = tool(
        'train', client, drawings, *training, code=143, path=run.folder)

    assert 'the same command goes on' in said
    assert not (root / 'round_1/decision.json').exists()
    assert (root / 'model.pth').read_bytes() == best.read_bytes()

    said = tool('train', client, drawings, *training, path=run.folder)

    assert [*run.trace()] == [1, 2, 3, 4]  # no step twice
    assert 'new classes, not compared: robot' in said
    assert '4 images of val: mAP 0.000 before, 0.000 now' in said
    made = json.loads((root / 'round_1/decision.json').read_text())
    assert made['images'] == dict(train=16, val=4, test=4)
    assert made['classes'] == dict(
        compared=[*NAMES], new=['robot'], dropped=[])
    assert made['old']['sha256'] == file_sha256(str(best))
    # Two epochs on 16 images find nothing, and a third one no less.
    assert made['decision'] == 'replaced'
    assert file_sha256(str(root / 'model.pth')) == made['new']['sha256']
    assert (root / 'round_1/comparison/index.html').exists()

    done = run_tool('label_studio', 'rollback', root)

    assert done.returncode == 0, done.stderr
    assert (root / 'model.pth').read_bytes() == best.read_bytes()
    done = run_tool('label_studio', 'rollback', root)
    assert done.returncode == 2
    assert 'no round has put a model in use' in done.stderr

    said = tool('train', client, drawings, *training, code=2, path=run.folder)
    assert 'nothing has been labeled since this round' in said


def add_label(client, title, name):
    """A person adds a label in the settings of the project."""
    path = f'/api/projects/{project(client, title)}'
    xml = next(
        one for one in client.get('/api/projects')['results']
        if one['title'] == title)['label_config']
    client.send(
        'PATCH', path,
        dict(
            label_config=xml.replace(
                '</RectangleLabels>', f'<Label value="{name}"/>'
                '</RectangleLabels>')))


def test_one_training_at_a_time(client, folder, tmp_path):
    with locked(str(tmp_path / 'rounds')):
        said = tool(
            'train',
            client,
            folder,
            CONFIG,
            '--work-dir',
            tmp_path / 'rounds',
            code=2)

    assert 'another run is training there' in said


def test_another_project_of_that_title(client, folder, drawings, request):
    words = ('--title', request.node.name)
    tool('init', client, folder, *words, '--classes', 'cat')

    said = tool('init', client, drawings, *words, code=2)

    assert 'has no label for airplane, animal' in said
    assert 'give --title for another one' in said


def test_labels_that_look_wrong(client, drawings, tmp_path, request):
    """A cat that should be a dog, and a box that was overlooked."""
    words = ('--title', request.node.name)
    report = tmp_path / 'label_errors.json'
    data = json.loads((drawings / 'annotations/val.json').read_text())
    first, second = data['images'][:2]
    names = {one['name']: one['id'] for one in data['categories']}
    report.write_text(
        json.dumps(
            dict(
                images=[first, second],
                categories=data['categories'],
                annotations=[
                    suspect(first, names['dog'], .25, 'swapped'),
                    suspect(second, names['sun'], .5, 'badly located'),
                    suspect(second, names['cat'], .75, 'overlooked'),
                ])))
    tool('init', client, drawings, *words)

    said = tool('push', client, drawings, *words, '--label-errors', report)

    version = model_title(str(report), file_sha256(str(report)))
    assert f'3 boxes in 2 pictures, as "{version}"' in said
    made = tasks(client, request.node.name)
    sent = proposals(client, request.node.name)
    assert sent.keys() == {
        made[first['file_name']]['id'], made[second['file_name']]['id']
    }
    one, = sent[made[first['file_name']]['id']]
    assert one['value']['rectanglelabels'] == ['dog']
    assert (one['score'], one['meta']) == (.25, dict(text=['swapped']))
    # In percent: of 10, 20, 30 and 40 pixels.
    assert one['value']['x'] == pytest.approx(1000 / first['width'])
    assert one['value']['height'] == pytest.approx(4000 / first['height'])
    scores = {
        one['task']: one['score']
        for one in client.get(
            '/api/predictions', project=project(client, request.node.name))
    }
    assert scores[made[second['file_name']]['id']] == .75  # its worst
    assert '0 boxes in 0 pictures' in tool('push', client, drawings, *words,
                                           '--label-errors', report)

    said = tool(
        'push',
        client,
        drawings,
        *words,
        '--label-errors',
        drawings / 'annotations/val.json',
        code=2)
    assert 'val.json: is not the label_errors.json of a report' in said
    said = tool('push', client, drawings, '--label-errors', 'none', code=2)
    assert 'error: none: No such file' in said


def suspect(image, category, suspicion, kind):
    return dict(
        id=1,
        image_id=image['id'],
        category_id=category,
        bbox=[10, 20, 30, 40],
        kind=kind,
        suspicion=suspicion)


def test_a_detector_of_other_classes(client, folder, r18, request):
    words = ('--title', request.node.name)
    tool('init', client, folder, *words, '--classes', 'robot')

    said = tool('push', client, folder, *words, '--checkpoint', r18[1], code=2)

    assert 'no label of the project is a class of the detector (cat' in said


def test_no_project(client, folder, tmp_path):
    for verb, *words in (('pull', '--out', tmp_path / 'out'), ('push', )):
        said = tool(verb, client, folder, '--title', 'none', *words, code=2)

        assert 'has no project "none". Make it with tools/label_studio' in said
    assert not (tmp_path / 'out').exists()


def test_nothing_labeled(client, folder, tmp_path, request):
    words = ('--title', request.node.name)
    tool('init', client, folder, *words)

    said = tool(
        'pull', client, folder, *words, '--out', tmp_path / 'out', code=2)

    assert 'no task of the project has an annotation' in said
    assert not (tmp_path / 'out').exists()


def test_a_folder_without_images(client, tmp_path):
    (tmp_path / 'a.txt').write_text('')

    assert 'holds no picture' in tool('init', client, tmp_path, code=2)
    assert 'no such folder' in tool('init', client, tmp_path / 'x', code=2)


@pytest.mark.label_studio
def test_the_service_as_a_backend(real, r18, folder, monkeypatch):
    monkeypatch.setenv('LABEL_STUDIO_API_KEY', real[1])
    monkeypatch.setenv('TAGGER_LABEL_STUDIO_LOGIN', 'labels:of tests')
    client = LabelStudioClient(*real)
    with running(r18[1], '--label-studio', real[0]) as service:
        tool('init', client, folder, '--title', 'backend', '--classes',
             'cat,dog,sun', '--backend', f'{service.base_url}/label-studio')
        number = project(client, 'backend')
        client.send(
            'POST', '/api/dm/actions?id=retrieve_tasks_predictions&project='
            f'{number}', dict(selectedItems=dict(all=True, excluded=[])))

        backend, = client.get('/api/ml', project=number)
        sent = client.get('/api/predictions', project=number)
        found = {
            name:
            post(service, (folder / name).read_bytes(),
                 format='full').json()['objects']
            for name in tasks(client, 'backend')
        }

    assert backend['readable_state'] == 'Connected'
    assert {one['model_version'] for one in sent} == {backend['model_version']}
    assert {
        one['task']: len(one['result'])
        for one in sent
    } == {
        task['id']: len(found[name])
        for name, task in tasks(client, 'backend').items()
    }
