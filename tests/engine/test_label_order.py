"""Labels by the order of a file, as MMDetection's own parts number them."""
import json

import pytest

from custom.config.config import load_config
from custom.engine.label_order import require_label_order
from custom.utils.errors import InputError
from tests.helpers.run_tool import CONFIG

CLASSES = ('cat', 'dog', 'sun')


def config(folder, names, dataset, metric):
    for split in ('train', 'val'):
        (folder / f'{split}.json').write_text(
            json.dumps(
                dict(
                    images=[],
                    annotations=[],
                    categories=[
                        dict(id=number, name=name)
                        for number, name in enumerate(names)
                    ])))
    cfg = load_config(CONFIG)
    for split in ('train', 'val'):
        cfg[f'{split}_dataloader'].dataset.update(
            type=dataset,
            data_root=str(folder),
            ann_file=f'{split}.json',
            metainfo=dict(classes=CLASSES))
    cfg.val_evaluator = dict(type=metric, ann_file=str(folder / 'val.json'))
    return cfg


@pytest.mark.parametrize('names', [
    ('dog', 'cat', 'sun'),
    ('dog', 'sun'),
    ('sun', 'moon', 'cat'),
])
def test_another_order(tmp_path, names):
    cfg = config(tmp_path, names, 'CocoDataset', 'CocoMetric')
    with pytest.raises(InputError) as caught:
        require_label_order(cfg, ('train', 'val'))
    assert str(caught.value) == (
        f'{tmp_path}/train.json: CocoDataset numbers labels in the order of '
        f'its categories, so that "{names[0]}" would be "cat"; use '
        'CocoByNameDataset, which goes by name')
    cfg = config(tmp_path, names, 'CocoByNameDataset', 'mmdet.CocoMetric')
    with pytest.raises(
            InputError,
            match='val.json: CocoMetric numbers .*use '
            'CocoByNameMetric'):
        require_label_order(cfg, ('train', 'val'))
    cfg = config(tmp_path, names, 'CocoByNameDataset', 'CocoByNameMetric')
    require_label_order(cfg, ('train', 'val'))


@pytest.mark.parametrize('names', [
    CLASSES,
    ('cat', 'dog'),
    ('moon', 'cat', 'dog', 'sun'),
])
def test_the_order_of_the_classes(tmp_path, names):
    cfg = config(tmp_path, names, 'CocoDataset', 'CocoMetric')
    require_label_order(cfg, ('train', 'val'))
