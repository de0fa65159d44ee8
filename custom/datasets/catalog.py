"""Catalog of COCO data sets by name, as Detectron2 has it."""
import difflib
import os.path as osp
from os import PathLike
from typing import Dict, NamedTuple, Optional, Tuple, Union

from mmdet.registry import DATASETS
from mmengine.config import Config

from custom.config.config import use_ann_file, use_classes
from custom.datasets.annotations.layout import classes_by_id
from custom.datasets.annotations.reader import open_coco
from custom.utils.errors import InputError
from .coco_dataset import CocoByNameDataset


class RegisteredCoco(NamedTuple):
    """A COCO file that has a name; both paths are absolute."""
    json: str
    image_root: str

    def classes(self) -> Tuple[str, ...]:
        """The class names in order of the category ids; reads the file."""
        return classes_by_id(
            (c['id'], c['name']) for c in open_coco(self.json).categories())


_REGISTERED: Dict[str, RegisteredCoco] = {}


def register_coco_instances(name: str, json: Union[str, PathLike],
                            image_root: Union[str, PathLike]) -> None:
    """Gives a COCO file a name; nothing is read before it is used.

    To name it for ``tools/train.py`` too, call this in a module of your own
    and list that in the config: ``custom_imports=dict(imports=['custom',
    'my_datasets'])``.

    Args:
        name: What :class:`RegisteredDataset` finds it by.
        json: COCO JSON, see docs/datasets.md.
        image_root: The folder that the file names are relative to.

    Raises:
        InputError: Other paths have that name already.
    """
    coco = RegisteredCoco(osp.abspath(json), osp.abspath(image_root))
    known = _REGISTERED.setdefault(name, coco)
    if known != coco:
        raise InputError(
            f'data set "{name}": is registered twice, for {known.json} with '
            f'images in {known.image_root} and for {coco.json} with images '
            f'in {coco.image_root}. Give the second another name.')


def registered_coco(name: str) -> RegisteredCoco:
    """The paths behind a name.

    Raises:
        InputError: Nothing has that name; tells the nearest.
    """
    if name not in _REGISTERED:
        near = difflib.get_close_matches(name, _REGISTERED, n=1)
        hint = f'the nearest is "{near[0]}"' if near else (
            f'there are {", ".join(sorted(_REGISTERED)) or "none"}')
        raise InputError(
            f'data set "{name}": no such name is registered; {hint}. Call '
            'register_coco_instances(name, json, image_root), in a module '
            'that '
            'the custom_imports of the config list.')
    return _REGISTERED[name]


@DATASETS.register_module()
class RegisteredDataset(CocoByNameDataset):
    """A COCO file by the name that ``register_coco_instances`` gave it.

    The classes are ``metainfo=dict(classes=...)`` or, for training, those of
    the file in order of the category ids. With ``test_mode=True`` they must
    be named: the labels of a model are those of its training data, and the
    ids of another file may stand in another order.

    Args:
        name: A registered name.
        kwargs: As for :class:`custom.datasets.CocoByNameDataset`, but
            ``ann_file``, ``data_root`` and ``data_prefix``.

    Raises:
        InputError: Nothing has that name, paths are given beside it, or no
            classes are named in test mode; and as
            :class:`custom.datasets.CocoByNameDataset`.
    """

    def __init__(self,
                 name: str,
                 metainfo: Optional[dict] = None,
                 **kwargs) -> None:
        coco = registered_coco(name)
        for key in ('data_root', 'ann_file', 'data_prefix'):
            if key in kwargs:
                raise InputError(
                    f'data set "{name}": is also given {key}. A registered '
                    'name stands for file and images: leave out one of the '
                    'two, and --data with it.')
        if not (metainfo or {}).get('classes'):
            if kwargs.get('test_mode'):
                raise InputError(
                    f'data set "{name}": names no classes for its test. Give '
                    'it those of the training data, in their order: '
                    "metainfo=dict(classes=('cat', 'dog')).")
            metainfo = dict(metainfo or {}, classes=coco.classes())
        super().__init__(
            ann_file=coco.json,
            data_prefix=dict(img=coco.image_root),
            metainfo=metainfo,
            **kwargs)


def use_registered(cfg: Config,
                   train: str,
                   val: Optional[str] = None,
                   test: Optional[str] = None) -> None:
    """Trains, validates and tests on registered data sets.

    The classes of all, and the size of all heads, are those of ``train``.

    Args:
        cfg: Changed in place; pipelines and batch sizes stay.
        train: A registered name.
        val: Likewise; without it there is no validation, and so no best
            checkpoint.
        test: Likewise; without it there is nothing to test on.

    Raises:
        InputError: Nothing has such a name, or ``train`` can't be read.
    """
    classes = registered_coco(train).classes()
    use_classes(cfg, classes)
    for split, name in (('train', train), ('val', val), ('test', test)):
        if name is None:
            for part in ('dataloader', 'evaluator', 'cfg'):
                cfg[f'{split}_{part}'] = None
            continue
        dataset = cfg[f'{split}_dataloader'].dataset
        for key in ('data_root', 'ann_file', 'data_prefix'):
            dataset.pop(key, None)
        dataset.update(type='RegisteredDataset', name=name)
        use_ann_file(cfg, split, registered_coco(name).json)
