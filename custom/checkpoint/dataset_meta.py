"""Class names and thresholds of checkpoints and configs, compared by name."""
from typing import Dict, Sequence, Tuple

from mmdet.registry import DATASETS
from mmengine.config import Config

from custom.config.tree import inner_datasets
from custom.utils.errors import InputError


def checkpoint_classes(checkpoint: dict, filename: str) -> Tuple[str, ...]:
    """Class names that a checkpoint carries, in the order of labels.

    Raises:
        InputError: The checkpoint carries none.
    """
    meta = checkpoint.get('meta', {}).get('dataset_meta')
    meta = meta if isinstance(meta, dict) else {}
    names = meta.get('classes', meta.get('CLASSES'))
    if not (names and isinstance(names, (list, tuple))
            and all(isinstance(name, str) for name in names)):
        raise InputError(
            f'{filename}: carries no class names (meta.dataset_meta.classes), '
            'so its labels cannot be named; use a checkpoint trained here')
    return tuple(names)


def checkpoint_thresholds(checkpoint: dict, filename: str) -> Dict[str, float]:
    """Score thresholds by class, from which an object counts.

    They are in ``meta.dataset_meta.thresholds``; empty where a checkpoint has
    none.

    Raises:
        InputError: They are no scores of its classes.
    """
    names = checkpoint_classes(checkpoint, filename)
    scores = checkpoint['meta']['dataset_meta'].get('thresholds', {})
    if not (isinstance(scores, dict) and all(
            name in names and isinstance(score, float) and 0 <= score <= 1
            for name, score in scores.items())):
        raise InputError(
            f'{filename}: its meta.dataset_meta.thresholds are not scores in '
            '0 to 1 of its own classes; correct or remove them')
    return dict(scores)


def config_classes(cfg: Config) -> Sequence[str]:
    """The class names that a config would train on, in order of labels."""
    dataset = dict(
        next(inner_datasets(cfg.train_dataloader.dataset)),
        pipeline=[],
        lazy_init=True)
    return tuple(DATASETS.build(dataset).metainfo['classes'])


def require_classes(checkpoint: dict, filename: str,
                    classes: Sequence[str]) -> None:
    """Refuses a checkpoint of other classes, or in another order.

    Raises:
        InputError: Says which names differ.
    """
    require_same_classes(
        checkpoint_classes(checkpoint, filename), filename, classes)


def require_same_classes(theirs: Sequence[str], filename: str,
                         classes: Sequence[str]) -> None:
    """:func:`require_classes` of a file that has the classes ``theirs``.

    Raises:
        InputError: Says which names differ.
    """
    if tuple(theirs) == tuple(classes):
        return
    missing = [name for name in classes if name not in theirs]
    extra = [name for name in theirs if name not in classes]
    differences = '; '.join(f'{what} {", ".join(names)}'
                            for what, names in (('it lacks', missing),
                                                ('it adds', extra))
                            if names) or 'the same names in another order'
    raise InputError(
        f'{filename}: was trained on other classes ({len(theirs)}) than these '
        f'({len(classes)}): {differences}; give the data or the config that '
        'it was trained with')
