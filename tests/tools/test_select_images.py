"""tools/select_images.py: what to label next, as a list, a folder, tasks."""
import json
import os
import shutil

import pytest

from tests.helpers.image_files import save_cut
from tests.helpers.label_studio import StandIn, stand_in
from tests.helpers.run_tool import run_tool

pytestmark = pytest.mark.slow


@pytest.fixture
def folder(drawings, tmp_path):
    """Three drawings of test, one of train, a copy and half a file."""
    folder = tmp_path / 'pictures'
    (folder / 'more').mkdir(parents=True)
    images = drawings / 'images'
    names = {
        split: [
            image['file_name'] for image in json.loads((
                drawings / f'annotations/{split}.json').read_text())['images']
        ]
        for split in ('train', 'test')
    }
    for name, place in zip(names['test'], ('a.png', 'b.png', 'more/c.png')):
        shutil.copy(images / name, folder / place)
    shutil.copy(images / names['train'][0], folder / 'known.png')
    shutil.copy(folder / 'b.png', folder / 'more/b again.png')
    save_cut(folder / 'half.png')
    return folder


@pytest.fixture
def labeled(drawings, tmp_path):
    """The drawings without their test split."""
    (tmp_path / 'labeled/annotations').mkdir(parents=True)
    (tmp_path / 'labeled/images').symlink_to(drawings / 'images')
    for split in ('train', 'val'):
        shutil.copy(drawings / f'annotations/{split}.json',
                    tmp_path / 'labeled/annotations')
    return tmp_path / 'labeled'


def select(folder, *words, code=0):
    done = run_tool('select_images', folder, '--precision', 'fp32', *words)
    assert done.returncode == code, done.stderr
    assert 'Traceback' not in done.stderr
    return done.stdout, done.stderr


def listed(path):
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_a_list_and_a_folder(folder, labeled, tmp_path):
    out, chosen = tmp_path / 'list.jsonl', tmp_path / 'chosen'
    said, complaints = select(folder, '--labeled', labeled, '--out', out,
                              '--out-dir', chosen, '--link')

    assert complaints == (f'note: left out: {folder}/half.png: image file is '
                          'truncated\n')
    assert 'note: 2 left out that look like another or like one with' in said
    assert f'3 of 6 pictures, best first: {out}' in said
    rows = listed(out)
    assert {row['path']
            for row in rows} == {
                f'{folder}/{name}'
                for name in ('a.png', 'b.png', 'more/c.png')
            }
    distances = [row['distance'] for row in rows]
    assert distances == sorted(distances, reverse=True)
    assert 0 < distances[-1] and distances[0] < 2
    assert all(row['uncertainty'] > 0 for row in rows)
    assert sorted(path.name for path in chosen.iterdir()) == [
        f'{place}_{os.path.basename(row["path"])}'
        for place, row in enumerate(rows, 1)
    ]
    for path, row in zip(sorted(chosen.iterdir()), rows):
        assert os.path.samefile(path, row['path'])


def test_tasks_best_first_and_never_again(folder, tmp_path, monkeypatch):
    out = tmp_path / 'list.jsonl'
    monkeypatch.setenv('LABEL_STUDIO_API_KEY', StandIn.token)
    with stand_in() as (studio, url):
        words = ('--label-studio', url, '--title', 'mine', '--out', out)
        said, _ = select(folder, '-n', 2, *words)
        first = [row['path'] for row in listed(out)]

        assert f'2 tasks added: {url}/projects/1/data' in said
        assert [
            f'{folder}/{task["data"]["file_name"]}' for task in studio.tasks
        ] == first
        assert studio.projects[0]['title'] == 'mine'
        assert studio.projects[0]['label_config'].count('<Label ') == 22

        select(folder, '-n', 9, *words)

        names = [task['data']['file_name'] for task in studio.tasks]
        assert sorted(names) == ['a.png', 'b.png', 'known.png', 'more/c.png']
        assert f'{folder}/{names[2]}' == listed(out)[0]['path']

        _, complaints = select(folder, *words, code=2)
        assert f'error: {folder}: no picture is left to' in complaints
        assert len(studio.tasks) == 4


@pytest.mark.parametrize('words, said', [
    (['--checkpoint', 'a.onnx'], 'error: a.onnx: an exported file gives box'),
    (['--checkpoint', 'none.pth'], 'error: none.pth: '),
    (['--labeled', 'none'], 'error: none: no such folder'),
    (['--out-dir', 'docs'], 'error: docs: exists and is not empty'),
    (['-n', '0'], 'argument -n: 0: at least 1'),
    (['--link'], 'error: --link is for --out-dir'),
    (['--title', 'a'], 'error: --title is for --label-studio'),
])
def test_bad_words(folder, tmp_path, words, said):
    out = tmp_path / 'list.jsonl'
    assert said in select(folder, '--out', out, *words, code=2)[1]
    assert not out.exists()


def test_folders_without_unlabeled_images(drawings, tmp_path):
    assert f'{tmp_path}: no picture there' in select(tmp_path, code=2)[1]
    assert f'{drawings}: is a data set' in select(drawings, code=2)[1]
