import json

import pytest

from tests.helpers.run_tool import run_tool

pytestmark = pytest.mark.slow


def test_two_epochs(trained, drawings):
    paths = [trained[0] / f'epoch_{epoch}.pth' for epoch in (1, 2)]
    done = run_tool('compare', *paths, '--data', drawings)
    assert done.returncode == 0, done.stderr
    assert '4 images of test; 95 % intervals' in done.stdout
    rows = [line.split() for line in done.stdout.splitlines()]
    assert ['mAP', 'mAP_50', 'mAP_75'
            ] == [row[0] for row in rows if row and row[0].startswith('mAP')]


def test_a_file_with_itself(drawings, tmp_path):
    """Results that are the truth: no difference."""
    data = json.loads((drawings / 'annotations' / 'test.json').read_text())
    path = tmp_path / 'results.json'
    path.write_text(
        json.dumps([
            dict(
                image_id=ann['image_id'],
                category_id=ann['category_id'],
                bbox=ann['bbox'],
                score=0.9) for ann in data['annotations']
        ]))
    done = run_tool('compare', path, path, '--data', drawings)
    assert done.returncode == 0, done.stderr
    row, = (
        line.split() for line in done.stdout.splitlines()
        if line.split()[:1] == ['mAP'])
    assert row == ['mAP', '+0.0', '+0.0', '+0.0', '0.500', '1.000']
    assert ('cannot tell them apart: the difference in mAP lies between 0.0 '
            'and 0.0 points' in done.stdout)
