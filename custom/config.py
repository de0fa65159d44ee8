"""Configs: read from a file, and fitted to a data set."""
import argparse
import difflib
import inspect
import os.path as osp
from typing import Any, Iterator, List, Optional, Sequence, Tuple

import mmdet.registry
from mmengine.config import Config, DictAction
from mmengine.registry import Registry
from mmengine.runner import Runner

from custom.errors import InputError

_SPLITS = ('train', 'val', 'test')
# Keys that MMEngine looks up beside the parameters of its Runner.
_READ_LATER = ('custom_imports', 'runner_type', 'compile',
               'activation_checkpointing', 'efficient_conv_bn_eval',
               'channels_last')


def parse_options(pairs: Sequence[str]) -> dict:
    """``KEY=VALUE`` words of ``--cfg-options`` into a dict of dotted keys.

    Raises:
        InputError: A word has no ``=``.
    """
    if not pairs:
        return {}
    for pair in pairs:
        if '=' not in pair:
            raise InputError(f'--cfg-options {pair}: write KEY=VALUE')
    parser = argparse.ArgumentParser()
    parser.add_argument('--options', nargs='+', action=DictAction)
    return parser.parse_args(['--options', *pairs]).options


def load_config(path: str, options: Optional[dict] = None) -> Config:
    """Reads a config file and merges ``--cfg-options`` into it.

    Args:
        path: A ``.py`` config. It is a program: run only those you trust.
        options: Dotted keys to values, as from mmengine's ``DictAction``.

    Raises:
        InputError: There is no such file, it (or one of its bases) doesn't
            parse or run, or an option names no key.
    """
    if not osp.isfile(path):
        raise InputError(f'{path}: no such config; the ones that exist are '
                         'under configs/')
    try:
        cfg = Config.fromfile(path)
    except InputError:
        raise
    except Exception as error:  # a config is code, so anything can come
        raise InputError(f'{path}: cannot be read as a config '
                         f'({type(error).__name__}: {error})') from None
    if options:
        for key in options:
            _check_key(cfg, key)
        cfg.merge_from_dict(options)
    return cfg


def use_classes(cfg: Config, classes: Sequence[str]) -> None:
    """Sets the class list of all data sets and the size of all heads.

    Args:
        cfg: Changed in place.
        classes: Class names in the order of labels.
    """
    for split in _SPLITS:
        if f'{split}_dataloader' in cfg:
            cfg[f'{split}_dataloader'].dataset.metainfo = dict(
                classes=tuple(classes))
    for node in nested_dicts(cfg.model):
        if 'num_classes' in node:
            node['num_classes'] = len(classes)


def use_data(cfg: Config, root: str) -> None:
    """Points all loaders and evaluators at a data folder.

    Args:
        cfg: Changed in place.
        root: ``data/NAME`` with ``images/`` and ``annotations/*.json``.
    """
    cfg.data_root = root
    for split in _SPLITS:
        dataset = cfg[f'{split}_dataloader'].dataset
        dataset.data_root = root
        dataset.data_prefix = dict(img='images/')
        dataset.ann_file = f'annotations/{split}.json'
        if f'{split}_evaluator' in cfg:
            cfg[f'{split}_evaluator'].ann_file = osp.join(
                root, 'annotations', f'{split}.json')


def nested_dicts(node: Any) -> Iterator[dict]:
    """All dicts in nested dicts, lists and tuples."""
    if isinstance(node, dict):
        yield node
        node = list(node.values())
    if isinstance(node, (list, tuple)):
        for child in node:
            yield from nested_dicts(child)


def _check_key(cfg: Config, key: str) -> None:
    """Refuses an option that no part of the config would read."""
    node: Any = cfg._cfg_dict
    parts = key.split('.')
    for depth, part in enumerate(parts):
        where = '.'.join(parts[:depth])
        if isinstance(node, (list, tuple)):
            if not (part.isdigit() and int(part) < len(node)):
                raise InputError(
                    f'--cfg-options {key}: {where} is a list of {len(node)}, '
                    f'so a number below that must follow, not {part!r}')
            node = node[int(part)]
        elif not isinstance(node, dict):
            raise InputError(f'--cfg-options {key}: {where} is {node!r}, '
                             'which has no keys')
        else:
            known = _known_keys(node, top=depth == 0)
            if part not in known:
                hints = [_path_to(cfg._cfg_dict, part)] if depth == 0 else []
                hints += ('.'.join([
                    *parts[:depth], near
                ]) for near in difflib.get_close_matches(part, known, n=1))
                hint = next(filter(None, hints), ', '.join(sorted(known)))
                raise InputError(f'--cfg-options {key}: nothing reads it; '
                                 f'did you mean {hint}?')
            if part not in node:
                return  # a parameter that the config leaves at its default
            node = node[part]


def _path_to(node: Any, key: str, top: bool = True) -> Optional[str]:
    """Where a key stands below the top of a config, with dots."""
    for name, value in (node.items() if isinstance(node, dict) else ()):
        if not top and name == key:
            return name
        below = _path_to(value, key, top=False)
        if below:
            return f'{name}.{below}'
    return None


def _known_keys(node: dict, top: bool) -> List[str]:
    """Keys of a config dict and parameters of what it builds."""
    if top:
        # Other keys of a config are its own variables: they were read when
        # it was, and changing them now changes nothing.
        known = [*inspect.signature(Runner.__init__).parameters, *_READ_LATER]
    else:
        known = [*node, '_delete_']
        if isinstance(node.get('type'), str):
            for cls in _registered(node['type']):
                known += inspect.signature(cls.__init__).parameters
    return [k for k in known if k not in ('self', 'args', 'kwargs')]


def _registered(name: str) -> Tuple[type, ...]:
    """The class of that name, with the bases its **kwargs go to."""
    for registry in vars(mmdet.registry).values():
        if isinstance(registry, Registry):
            registry.import_from_location()
            while registry is not None:
                found = registry.module_dict.get(name)
                if inspect.isclass(found):
                    return inspect.getmro(found)
                registry = registry.parent
    return ()
