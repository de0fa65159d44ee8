"""Exports as a user does, and takes the export back in."""
import json
import re

import pytest

from tests.helpers.export_images import write_images
from tests.helpers.run_tool import run_tool

pytestmark = pytest.mark.slow


def sizes(printed):
    """What a tool says of each split, without the counts of the classes."""
    return re.findall('^[a-z]+: [0-9]+ images, [0-9]+ boxes', printed, re.M)


@pytest.mark.parametrize(
    'format', ['voc', 'yolo', 'openimages', 'labelme', 'labelstudio'])
def test_there_and_back(format, drawings, tmp_path):
    done = run_tool('export_dataset', format, drawings, '--out',
                    tmp_path / 'there', '--link')

    assert done.returncode == 0, done.stderr
    assert sizes(done.stdout)[0].startswith('train: 16 images, ')
    assert len(sizes(done.stdout)) == 3
    assert f'written to {tmp_path}/there\n' in done.stdout

    back = run_tool(
        'convert_dataset',
        format,
        tmp_path / 'there',
        '--out',
        tmp_path / 'back',
        fresh=format == 'yolo')

    assert back.returncode == 0, back.stderr
    assert sizes(back.stdout) == sizes(done.stdout)


@pytest.mark.parametrize('words, image', [
    ([], '/data/local-files/?d=my%20set/images/train.png'),
    (['--image-prefix', 's3://bucket/'], 's3://bucket/train.png'),
])
def test_image_prefix(words, image, tmp_path):
    folder = write_images(tmp_path / 'data',
                          dict(train=[('train.png', 60, 40, [])]))
    out = tmp_path / 'my set'
    done = run_tool('export_dataset', 'labelstudio', folder, '--out', out,
                    *words)

    assert done.returncode == 0, done.stderr
    task, = json.loads((out / 'tasks.json').read_text())
    assert task['data'] == dict(image=image, split='train')


def test_image_prefix_of_another_format(tmp_path):
    done = run_tool('export_dataset', 'yolo', tmp_path, '--out',
                    tmp_path / 'out', '--image-prefix', 'a')

    assert done.returncode == 2
    assert '--image-prefix is of labelstudio alone' in done.stderr


def test_no_folder(tmp_path):
    done = run_tool(
        'export_dataset',
        'yolo',
        tmp_path / 'none',
        '--out',
        tmp_path / 'out',
        fresh=True)

    assert done.returncode == 2
    assert done.stderr.startswith(f'error: {tmp_path}/none: no such folder')
    assert not (tmp_path / 'out').exists()


def test_full_target(drawings, tmp_path):
    (tmp_path / 'precious').write_text('drawing')
    done = run_tool('export_dataset', 'yolo', drawings, '--out', tmp_path)

    assert done.returncode == 2
    assert 'exists and is not empty' in done.stderr
    assert (tmp_path / 'precious').read_text() == 'drawing'
