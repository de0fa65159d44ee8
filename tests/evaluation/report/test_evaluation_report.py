"""The whole report, where there is little to tell or much."""
import html
import json
import re

import numpy as np
import pytest

from custom.datasets.annotations.strict_reader import read_annotations
from custom.evaluation.report.evaluation_report import report_split
from custom.utils.errors import InputError

CAT, DOG = range(2)


def split_file(folder, boxes, images=2, classes=('cat', 'dog'), **keys):
    """Boxes are (image, label, x, y, w, h, crowd), images 100 x 100 pixels;
    keys have a value for each image."""
    path = folder / 'annotations' / 'val.json'
    path.parent.mkdir(exist_ok=True)
    path.write_text(
        json.dumps(
            dict(
                images=[
                    dict(
                        id=i,
                        file_name=f'{i}.png',
                        width=100,
                        height=100,
                        **{
                            key: values[i]
                            for key, values in keys.items()
                        }) for i in range(images)
                ],
                categories=[
                    dict(id=label, name=name)
                    for label, name in enumerate(classes)
                ],
                annotations=[
                    dict(
                        id=i,
                        image_id=image,
                        category_id=label,
                        bbox=bbox,
                        iscrowd=crowd)
                    for i, (image, label, *bbox, crowd) in enumerate(boxes)
                ])))
    return read_annotations(path)


def found(image, label, score, x, y, w, h):
    return dict(
        img_id=image,
        labels=np.array([label]),
        scores=np.array([score]),
        bboxes=np.array([[x, y, x + w, y + h]], float))


def report(folder,
           table,
           predictions,
           classes=('cat', 'dog'),
           thresholds={},
           **more):
    """The figures, after a look at the page."""
    done = report_split(folder, table, predictions, classes, thresholds,
                        'test', **more)
    page = done.page.read_text()
    text = re.sub('<(style|script).*?</\\1>|<[^>]*>', ' ', page, flags=re.S)
    assert ' nan' not in text.lower()
    # Its other words stand there beside their Korean.
    figures = re.search(r'\d+ cases cost .* of mAP50|No\w* .*', done.limit)
    assert figures[0] in ' '.join(html.unescape(text).split())
    for name in ('curves', 'pr_curves', 'confusion', 'errors', 'calibration'):
        assert (folder / f'{name}.png').read_bytes()[1:4] == b'PNG'
    figures = json.loads((folder / 'report.json').read_text())
    assert figures['limit'] == done.limit
    return figures, text


def test_nothing_is_found(tmp_path):
    table = split_file(tmp_path, [(0, CAT, 0, 0, 20, 20, 0)])
    figures, _ = report(tmp_path, table, [])
    assert figures['scores']['mAP']['value'] == 0
    assert figures['errors']['missed']['count'] == 1
    assert figures['limit'].startswith('Nothing is found: 1 boxes are missed.')
    assert figures['calibration']['expected_error'] is None
    assert figures['pr_curves']['mean'][0] == 0


def test_one_image_and_a_class_without_a_box(tmp_path):
    table = split_file(tmp_path, [(0, CAT, 0, 0, 20, 20, 0)], images=1)
    figures, text = report(
        tmp_path, table,
        [found(0, CAT, .9, 0, 0, 20, 20),
         found(0, DOG, .8, 50, 50, 20, 20)])
    assert figures['scores']['mAP']['value'] == pytest.approx(1)
    assert [row['class'] for row in figures['pr_curves']['classes']] == ['cat']
    assert figures['classes'][DOG]['AP']['value'] is None
    assert figures['tags']['exact_match']['value'] == 0
    assert 'This detector has none, and counts from 0.5.' in text


def test_crowd_regions_alone(tmp_path):
    table = split_file(tmp_path, [(0, CAT, 0, 0, 50, 50, 1)])
    figures, _ = report(tmp_path, table, [found(0, CAT, .9, 0, 0, 20, 20)])
    assert figures['limit'] == 'No error costs anything in mAP50.'
    assert figures['boxes'] == 0
    assert figures['scores']['mAP']['value'] is None
    assert figures['confusion']['counts'] == [[0] * 3] * 3


def test_thresholds_of_the_detector(tmp_path):
    """A cat of 0.3 counts from 0.25; a dog has no threshold, so 0.5."""
    table = split_file(tmp_path, [(0, CAT, 0, 0, 20, 20, 0),
                                  (1, DOG, 0, 0, 20, 20, 0)])
    figures, text = report(
        tmp_path,
        table,
        [found(0, CAT, .3, 0, 0, 20, 20),
         found(1, DOG, .6, 0, 0, 20, 20)],
        thresholds=dict(cat=.25))
    micro, macro, *_ = figures['thresholds']
    assert micro['F1 of'] == 'boxes, micro'
    assert (micro['single']['value'],
            micro['fitted']['value']) == (pytest.approx(2 / 3), 1)
    assert macro['difference']['value'] == .5
    assert figures['classes'][CAT]['threshold'] == .25
    assert '+50.0 (' in text


def test_scores_that_are_far_off(tmp_path):
    """Of a hundred cats with a score of 0.9 one is right."""
    table = split_file(tmp_path, [(0, CAT, 0, 0, 20, 20, 0)])
    figures, text = report(tmp_path, table,
                           [found(0, CAT, .9, 0, 0, 20, 20)] * 50 +
                           [found(1, CAT, .9, 0, 0, 20, 20)] * 50)
    assert figures['calibration']['far_off'] == [{
        'class': 'cat',
        'ECE': pytest.approx(.89),
        'score': pytest.approx(.9),
        'right': .01,
        'detections': 100
    }]
    assert '(says 0.90, 1 of 100 are right).' in text


def test_slices_by_a_key(tmp_path):
    table = split_file(
        tmp_path, [(0, CAT, 0, 0, 20, 20, 0), (1, CAT, 0, 0, 20, 20, 0)],
        source=['web', 'phone'])
    predictions = [found(0, CAT, .9, 0, 0, 20, 20)]
    figures, _ = report(tmp_path, table, predictions, slice_by=['source'])
    assert figures['slices']['source'] == [
        dict(part='web', images=1, AP50=pytest.approx(1)),
        dict(part='phone', images=1, AP50=0)
    ]
    with pytest.raises(InputError, match='no image has a "camera"'):
        report(tmp_path, table, predictions, slice_by=['camera'])


def test_a_thousand_classes(tmp_path):
    """Of 50 images; each class is taken for the next one."""
    classes = [f'class {number}' for number in range(1000)]
    rows = [(number % 50, number, number % 7 * 10, number // 50 * 4, 8, 4, 0)
            for number in range(1000)]
    table = split_file(tmp_path, rows, 50, classes)
    predictions = [
        found(image, (label + 1) % 1000, .9, *bbox)
        for image, label, *bbox, _ in rows
    ]
    figures, _ = report(tmp_path, table, predictions, classes)
    assert len(figures['curves']['classes']) == 1000
    assert len(figures['confusion']['shown']) == 41
    # 43 x 0.42 + 2 inches of 110 dots at most.
    assert (tmp_path / 'confusion.png').stat().st_size < 10**6
    assert (tmp_path / 'index.html').stat().st_size < 5 * 10**6
