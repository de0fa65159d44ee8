import json
import os

import cv2
import pytest

from tests.helpers.broken_datasets import healthy, make_broken
from tests.helpers.image_files import save
from tests.helpers.run_tool import run_tool

pytestmark = pytest.mark.slow


@pytest.fixture(scope='module')
def source(tmp_path_factory):
    return healthy(tmp_path_factory.mktemp('source') / 'pets')


def test_healthy(source, tmp_path):
    sheet = tmp_path / 'sheet.jpg'
    done = run_tool('check_dataset', source, '--sheet', sheet)
    assert done.returncode == 0, done.stderr
    assert 'checking images: 28/28' in done.stdout
    assert 'train: 16 images, 0 without a box, 96 boxes' in done.stdout
    assert done.stdout.endswith('found: nothing wrong\n')
    assert not sheet.exists()


def test_warning(source, tmp_path):
    make_broken(source, tmp_path / 'pets', 'box-tiny')
    sheet, out = tmp_path / 'sheet.jpg', tmp_path / 'out' / 'report.json'
    done = run_tool('check_dataset', tmp_path / 'pets', '--json', out,
                    '--sheet', sheet)
    assert done.returncode == 1, done.stderr
    assert 'found: 1 warning' in done.stdout
    problem, = json.loads(out.read_text())['problems']
    assert problem['code'] == 'box-tiny'
    assert problem['record'] == 'annotation 1'
    assert cv2.imread(str(sheet)).shape[2] == 3


def test_a_file_name_that_is_not_utf_8(source, tmp_path):
    make_broken(source, tmp_path / 'pets', 'box-tiny')
    name = os.fsdecode(b'\xe9.png')
    save(tmp_path / 'pets/images' / name)
    sheet, out = tmp_path / 'sheet.jpg', tmp_path / 'report.json'
    done = run_tool('check_dataset', tmp_path / 'pets', '--json', out,
                    '--sheet', sheet)
    assert done.returncode == 1, done.stderr
    assert [name] in [
        one['images'] for one in json.loads(out.read_text())['problems']
    ]
    assert sheet.exists()


def test_error_and_mended_copy(source, tmp_path):
    make_broken(source, tmp_path / 'pets', 'box-empty')
    done = run_tool('check_dataset', tmp_path / 'pets', '--fix', '--sheet',
                    tmp_path / 'sheet.jpg')
    assert done.returncode == 2
    assert done.stderr == ''
    assert 'box-empty' in done.stdout and 'annotation 1:' in done.stdout
    assert 'pets-mended, 1 changes listed in ' in done.stdout
    assert 'left in it, found: nothing wrong\n' in done.stdout
    changes = tmp_path / 'pets-mended' / 'changes.txt'
    assert 'annotation 1: left out' in changes.read_text()
    again = run_tool('check_dataset', tmp_path / 'pets', '--fix')
    assert again.returncode == 2 and 'not empty' in again.stderr


def test_no_folder(tmp_path):
    done = run_tool('check_dataset', tmp_path / 'none', fresh=True)
    assert done.returncode == 2
    assert done.stderr.startswith('error: ')
    assert 'no such folder' in done.stderr
    assert 'Traceback' not in done.stderr
