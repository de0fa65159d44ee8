import json
import re

import pytest

from tests.helpers.run_tool import CONFIG, run_tool

pytestmark = pytest.mark.slow


def page_data(path):
    text = path.read_text(encoding='utf-8')
    return json.loads(re.search('id="data">(.*?)</script>', text)[1])


def test_page_sheets_and_what_the_model_sees(drawings, tmp_path):
    done = run_tool('browse_dataset', drawings, '--config', CONFIG, '--out',
                    tmp_path / 'out')

    assert done.returncode == 0, done.stderr
    assert done.stderr == ''
    assert f'24 images, {len(boxes(drawings))} boxes' in done.stdout
    assert 'thumbnails: 24/24' in done.stdout
    data = page_data(tmp_path / 'out' / 'index.html')
    assert [image[1]
            for image in data['images']] == [0] * 16 + [1] * 4 + [2] * 4
    assert sum(len(image[4]) // 6
               for image in data['images']) == len(boxes(drawings))
    assert data['pipeline']['error'] == ''
    sheets = {p.name for p in (tmp_path / 'out' / 'sheets').iterdir()}
    assert {'train.png', 'val.png', 'test.png', 'pipeline.png'} <= sheets
    assert f'{len(sheets)} contact sheets' in done.stdout


def boxes(folder):
    return [
        box for split in ('train', 'val', 'test')
        for box in json.loads((folder / 'annotations' /
                               f'{split}.json').read_text())['annotations']
    ]


def test_no_such_config(drawings, tmp_path):
    done = run_tool(
        'browse_dataset',
        drawings,
        '--config',
        'none.py',
        '--out',
        tmp_path / 'out',
        fresh=True)

    assert done.returncode == 2
    assert 'none.py: no such config' in done.stderr
    assert not (tmp_path / 'out').exists()
