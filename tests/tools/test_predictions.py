"""tools/test.py with the predictions of any detector."""
import json

import pytest

from tests.helpers.run_tool import run_tool

pytestmark = pytest.mark.slow


def test_the_truth_as_predictions(drawings, tmp_path):
    """All are right, but for an image that has none."""
    data = json.loads((drawings / 'annotations' / 'test.json').read_text())
    left_out = data['images'][0]['id']
    path = tmp_path / 'test_results.json'
    results = [
        dict(
            image_id=ann['image_id'],
            category_id=ann['category_id'],
            bbox=ann['bbox'],
            score=0.9) for ann in data['annotations']
        if ann['image_id'] != left_out
    ]
    path.write_text(json.dumps(results))
    errors = tmp_path / 'errors'
    done = run_tool('test', '--predictions', path, '--data', drawings,
                    '--errors-dir', errors, '--slice-by', 'id', '--slice-by',
                    'height', '--slice-by', 'id')
    assert done.returncode == 0, done.stderr
    # What was given stays.
    assert json.loads(path.read_text()) == results
    scores = json.loads((tmp_path / 'test_results_scores.json').read_text())
    assert scores['predictions'] == str(path)
    value = scores['scores']['coco/bbox_mAP']
    assert 0 < value < 1
    assert f'test: mAP {value:.4f}  ' in done.stdout
    report = json.loads((tmp_path / 'report' / 'report.json').read_text())
    assert report['scores']['mAP']['value'] == pytest.approx(value, abs=1e-6)
    assert {*report['errors']} > {'missed'}
    assert [part['images'] for part in report['slices']['id']] == [1] * 4
    assert report['slices']['id'][0]['AP50'] == 0
    assert 'height' in report['slices']
    assert f'report: {tmp_path / "report" / "index.html"}' in done.stdout
    assert f'errors: {errors}' in done.stdout
    # Of each class of the image that has none, one image.
    labels = {
        ann['category_id']
        for ann in data['annotations'] if ann['image_id'] == left_out
    }
    images = [*errors.rglob('*.jpg')]
    assert {path.parts[-3] for path in images} == {'FN'}
    assert len(images) == len(labels)


@pytest.mark.parametrize('words, message', [
    ([], 'give CHECKPOINT, or --predictions FILE'),
    (['a.py'], 'give CHECKPOINT, or --predictions FILE'),
    (['a.pth'], 'CHECKPOINT: needs --data, the folder to test it on, or a '),
    (['--predictions', 'a.json', '--data', 'data', '--out', './a.json'
      ], '--out and --predictions are both ./a.json'),
    (['a.pth', '--data', 'data', '--save-predictions', 'test_results.json'
      ], '--save-predictions and --out are both test_results.json'),
    (['a.pth', '--data', 'data', '--show-dir', 'x', '--errors-dir', 'x'
      ], '--show-dir and --errors-dir are both x'),
    (['a.pth', '--data', 'data', '--report', 'x/report', '--errors-dir', 'x'
      ], '--report x/report is in --errors-dir'),
    (['--predictions', 'a.json'], '--predictions: needs --data'),
    (['a.py', '--predictions', 'a.json', '--data', 'data'
      ], '--predictions: runs no detector, and takes no CONFIG'),
    (['--predictions', 'a.json', '--data', 'data', '--show-dir', 'x'
      ], 'takes no --show-dir'),
    (['--predictions', 'a.json', '--data', 'data', '--backend', 'torch'
      ], 'takes no --backend'),
    (['--predictions', 'a.json', '--data', 'data'
      ], 'data/images: no such folder'),
    (['--predictions', 'a.json', '--data', 'data', '--errors-dir', 'docs'
      ], 'docs: exists and is not empty'),
])
def test_words_that_do_not_go_together(words, message):
    done = run_tool('test', *words)
    assert done.returncode == 2
    assert message in done.stderr
