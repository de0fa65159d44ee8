import json

import pytest
import torch
from mmdet.registry import METRICS

from custom.utils.errors import InputError


def write(path, names):
    """Two images; the category ids are the positions of the names."""
    data = dict(
        images=[
            dict(id=i, file_name=f'{i}.png', width=60, height=40)
            for i in (3, 4)
        ],
        categories=[dict(id=i, name=name) for i, name in enumerate(names)],
        annotations=[
            dict(id=0, image_id=3, category_id=0, bbox=[0, 0, 10, 10]),
            dict(id=1, image_id=4, category_id=1, bbox=[20, 0, 10, 10]),
        ])
    path.write_text(json.dumps(data))
    return str(path)


def sample(img_id, label, *box):
    return dict(
        img_id=img_id,
        pred_instances=dict(
            bboxes=torch.tensor([box], dtype=torch.float32).reshape(-1, 4),
            scores=torch.full((len(box) // 4, ), 0.9),
            labels=torch.full((len(box) // 4, ), label)))


@pytest.fixture
def metric(tmp_path):
    path = write(tmp_path / 'val.json', ['roket', 'cat'])
    metric = METRICS.build(dict(type='CocoByNameMetric', ann_file=path))
    metric.dataset_meta = dict(classes=('cat', 'rocket'))
    return metric


def test_nothing_found(metric):
    metric.process({}, [sample(3, 0), sample(4, 0)])
    results = metric.evaluate(2)
    assert results['coco/bbox_mAP'] == 0
    assert [c['AP'] for c in metric.per_class] == [0, 0]


def test_perfect(metric):
    assert metric.per_class == []
    metric.process({}, [sample(3, 1, 0, 0, 10, 10)])
    metric.process({}, [sample(4, 0, 20, 0, 30, 10)])
    results = metric.evaluate(2)
    assert results['coco/bbox_mAP'] == pytest.approx(1)
    assert results['coco/bbox_mAP_50'] == pytest.approx(1)
    assert [c['class'] for c in metric.per_class] == ['cat', 'rocket']


def test_swapped_labels(metric):
    metric.process({}, [sample(3, 0, 0, 0, 10, 10)])
    metric.process({}, [sample(4, 1, 20, 0, 30, 10)])
    assert metric.evaluate(2)['coco/bbox_mAP'] == 0


def test_second_evaluation_starts_anew(metric):
    metric.process({}, [sample(3, 1, 0, 0, 10, 10), sample(4, 0)])
    metric.evaluate(2)
    metric.process({}, [sample(3, 0), sample(4, 0)])
    assert metric.evaluate(2)['coco/bbox_mAP'] == 0


def test_bad_annotation_file(tmp_path):
    with pytest.raises(InputError, match='none.json: cannot be read'):
        METRICS.build(
            dict(
                type='CocoByNameMetric', ann_file=str(tmp_path / 'none.json')))
