"""Label order check of MMDetection's own COCO data sets and metrics."""
import os.path as osp
from pathlib import Path
from typing import Iterator, Sequence, Tuple

from mmdet.datasets import CocoDataset
from mmdet.evaluation import CocoMetric
from mmdet.registry import DATASETS, METRICS
from mmengine.config import Config

from custom.config.tree import inner_datasets, metric_dicts, type_name
from custom.datasets import CocoByNameDataset
from custom.datasets.annotations.reader import open_coco
from custom.utils.errors import InputError


def require_label_order(cfg: Config, loaders: Sequence[str]) -> None:
    """Refuses data whose categories are in another order than the classes
    where labels are numbered by it.

    ``CocoDataset`` and ``CocoMetric`` give a box the label that its category
    has among those of the file which are classes. With another order, or where
    one is missing, each box would be learned or measured as another class. The
    parts of this project go by name.

    Args:
        cfg: With data sets as they will be read.
        loaders: ``train``, ``val`` or ``test``.

    Raises:
        InputError: Names the file and what mends it.
    """
    for kind, path, classes, mend in _numbered_by_order(cfg, loaders):
        known = [
            record.get('name')
            for record in open_coco(Path(path)).records('categories')
            if record.get('name') in {*classes}
        ]
        if known and known != [*classes[:len(known)]]:
            wrong, right = next((one, other)
                                for one, other in zip(known, classes)
                                if one != other)
            raise InputError(
                f'{path}: {kind} numbers labels in the order of its '
                f'categories, so that "{wrong}" would be "{right}"; use '
                f'{mend}, which goes by name')


def _numbered_by_order(
        cfg: Config,
        loaders: Sequence[str]) -> Iterator[Tuple[str, str, Sequence, str]]:
    """What is numbered so: its type, the annotation file, the classes, and
    what to use instead."""
    for loader in loaders:
        if cfg.get(f'{loader}_dataloader') is None:
            continue
        classes: Sequence[str] = ()
        for dataset in inner_datasets(cfg[f'{loader}_dataloader'].dataset):
            kind = DATASETS.get(type_name(dataset))
            if not (isinstance(kind, type) and issubclass(kind, CocoDataset)):
                continue
            classes = (dataset.get('metainfo')
                       or kind.METAINFO).get('classes', ())
            if not issubclass(kind, CocoByNameDataset):
                yield (kind.__name__,
                       osp.join(
                           dataset.get('data_root') or '',
                           dataset.ann_file), classes, 'CocoByNameDataset')
        for metric in metric_dicts(cfg.get(f'{loader}_evaluator')):
            kind = METRICS.get(type_name(metric))
            if kind is CocoMetric and metric.get('ann_file') and classes:
                yield ('CocoMetric', metric.ann_file, classes,
                       'CocoByNameMetric')
