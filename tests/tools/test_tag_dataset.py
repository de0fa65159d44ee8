"""tools/tag_dataset.py: into Parquet, what tools/infer.py finds."""
import json
import os
import signal

import cv2
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.helpers.killed_tagging import (parts, records, start_tool, wait_for,
                                          workers)
from tests.helpers.run_tool import run_tool


@pytest.fixture
def folder(images, tmp_path):
    """Four images of noise, and a file that is none."""
    (tmp_path / 'pictures').mkdir()
    for i, pixels in enumerate(images):
        cv2.imwrite(str(tmp_path / f'pictures/{i}.png'), pixels)
    (tmp_path / 'pictures/x.png').write_bytes(b'no image')
    return tmp_path / 'pictures'


def coco_boxes(path):
    """Of each image, what a predictions.json has: labels, scores, xywh."""
    data = json.loads(path.read_text())
    names = {one['id']: one['name'] for one in data['categories']}
    return {
        image['file_name']:
        [(names[one['category_id']], one['score'], one['bbox'])
         for one in data['annotations'] if one['image_id'] == image['id']]
        for image in data['images']
    }


def xywh(box):
    x1, y1, x2, y2 = box
    return [x1, y1, x2 - x1, y2 - y1]


@pytest.mark.slow
def test_the_same_as_infer(r18, folder, tmp_path):
    out = tmp_path / 'out'
    done = run_tool(
        'tag_dataset',
        folder,
        '--checkpoint',
        r18[0],
        '--out',
        out,
        '--part-size',
        2,
        '--processes',
        2,
        fresh=True)
    assert done.returncode == 0, done.stderr
    assert f'5 pictures in 3 parts: {out}\n1 of those' in done.stdout
    assert 'tag: 5/5, ' in done.stdout
    (folder / 'x.png').unlink()
    run_tool('infer', r18[0], folder, '--out-dir', tmp_path / 'drawn')

    rows = records(out)
    assert rows.pop()['error'].startswith(f'{folder}/x.png: cannot be decoded')
    assert {
        row['path']:
        [*zip(row['labels'], row['scores'], map(xywh, row['boxes']))]
        for row in rows
    } == coco_boxes(tmp_path / 'drawn/predictions.json')
    assert sum(len(row['labels']) for row in rows) > 0


def test_bytes_and_going_on(r18, folder, tmp_path):
    data = [(folder / f'{i}.png').read_bytes() for i in range(4)]
    pq.write_table(
        pa.table(dict(image=[dict(bytes=one) for one in data])),
        tmp_path / 'list.parquet')
    words = ('tag_dataset', tmp_path / 'list.parquet', '--column',
             'image.bytes', '--checkpoint', r18[1], '--out', tmp_path / 'out',
             '--part-size', 2)

    done = run_tool(*words)
    assert done.returncode == 0, done.stderr
    before = records(tmp_path / 'out')
    assert [(row['path'], row['width']) for row in before
            ] == [(f'{tmp_path}/list.parquet#{i}', width)
                  for i, width in enumerate((80, 60, 80, 200))]
    (tmp_path / 'out/part-00001.parquet').unlink()
    done = run_tool(*words)
    assert '1 of 2 parts are there already' in done.stdout
    assert 'tag: 2/2' in done.stdout
    assert records(tmp_path / 'out') == before

    done = run_tool(*words, '--score-thr', 0.9)
    assert done.returncode == 2
    assert 'of another run: score_thr was None and is 0.9' in done.stderr


def test_interrupted(r18, tmp_path):
    noise = np.random.default_rng(0).integers(0, 256, (60, 80, 3), np.uint8)
    cv2.imwrite(str(tmp_path / 'a.png'), noise)
    (tmp_path / 'list.csv').write_text('path\n' + 'a.png\n' * 10000)
    words = [
        tmp_path / 'list.csv', '--checkpoint', r18[1], '--out',
        tmp_path / 'out', '--part-size', 10, '--processes', 2
    ]
    tool = start_tool(words, tmp_path)
    wait_for(lambda: parts(tmp_path / 'out'))
    started = workers(tool)

    os.kill(tool.pid, signal.SIGINT)
    assert tool.wait() == 130
    assert (tmp_path / 'stderr').read_text() == (
        'interrupted; the same command goes on with the parts that are '
        'missing\n')
    assert len(started) == 2
    for pid in started:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)
    count = len(parts(tmp_path / 'out'))
    assert 0 < count < 1000
    assert len(records(tmp_path / 'out')) == 10 * count
    (tool := start_tool(words, tmp_path))
    wait_for(lambda: len(parts(tmp_path / 'out')) > count)
    tool.kill()
    tool.wait()
    assert (tmp_path / 'stdout').read_text().startswith(
        f'{count} of 1000 parts are there already')


@pytest.mark.parametrize('words, message', [
    (['none'], 'none: no picture there'),
    (['none.csv'], 'none.csv: cannot be read'),
    (['docs/images', '--checkpoint', 'none.pth'], 'none.pth: cannot be read'),
    (['docs/images', '--processes', '0'], '0: at least 1'),
])
def test_bad_words(words, message, tmp_path):
    done = run_tool('tag_dataset', *words, '--out', tmp_path / 'out')

    assert done.returncode == 2
    assert message in done.stderr
    assert 'Traceback' not in done.stderr
    assert not (tmp_path / 'out').exists()
