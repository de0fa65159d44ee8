"""Keys of a config that nothing reads: refused before they mislead."""
import difflib
import fnmatch
import os.path as osp
from typing import Any, Dict, FrozenSet, Iterable, Iterator, Tuple

from mmengine.config import Config

from custom.config.origin import unread_variables
from custom.config.schema import (LANGUAGE, find_classes, identifiers_in,
                                  keys_at, keys_of_type, keys_popped_by,
                                  runner_keys)
from custom.config.tree import nested_dicts, path_to
from custom.utils.errors import InputError

# Dicts without a type that the classes around them read key by key.
_READ_BY_NAME = ('train_cfg', 'test_cfg')

# What another library builds, with classes named like some of MMCV's.
_FOREIGN = {'Albu': ('transforms', 'bbox_params')}

# For a tool of MMDetection's own.
_HARMLESS = ('tta_model', 'tta_pipeline')

# In configs of MMDetection, though nothing in its third version reads them.
_LEFT_OVER = ('model.train_cfg.*debug', 'model.train_cfg.*allowed_border',
              'model.train_cfg.assigner', 'model.train_cfg.pos_weight',
              'model.panoptic_head.strides',
              'model.rpn_head.stages.*.sampling')


def unknown_keys(cfg: Config) -> Dict[str, str]:
    """Keys that what is built from a config does not take.

    Looked at are dicts with a ``type`` whose class, with the bases that its
    ``**kwargs`` go to, takes nothing else; those that MMEngine's Runner reads
    itself; and ``train_cfg`` and ``test_cfg`` of the model, whose keys must
    stand in the source of one of its classes. Where a class hands ``**kwargs``
    to something else, or an outer one may take the key out before, nothing is
    said. Neither is anything of the variables at the top of a config: see
    :func:`custom.config.origin.unread_variables`.

    Args:
        cfg: A config as read. It is not built.

    Returns:
        What is wrong with each key, such as ``ResNet takes no such key; did
        you mean depth?`` for ``model.backbone.dept``.
    """
    wrong = {}
    for key in runner_keys():
        if key in cfg:
            wrong.update(_unknown_below(cfg[key], (key, ), frozenset()))
    if 'model' in cfg:
        wrong.update(_unread_settings(cfg.model))
    wrong.update(_hooks_without_type(cfg.get('default_hooks') or {}))
    return wrong


def require_known_keys(cfg: Config) -> None:
    """Refuses a config with a key that nothing reads.

    Raises:
        InputError: Tells each such key, and the nearest that is read.
    """
    wrong = {**unknown_keys(cfg), **_unread_variables(cfg)}
    lines = [
        f'{key}: {why}' for key, why in wrong.items()
        if key not in _HARMLESS and not any(
            fnmatch.fnmatch(key, pattern) for pattern in _LEFT_OVER)
    ]
    if lines:
        raise InputError(f'{cfg.filename}: ' + '\n  '.join(lines))


def _unread_variables(cfg: Config) -> Dict[str, str]:
    """Of the file itself: a base may offer what this config has no use for.
    """
    # Other files, among them configs of imports, have no variables.
    if not str(cfg.filename).endswith('.py') or Config._is_lazy_import(
            cfg.filename):
        return {}
    unread = unread_variables(cfg.filename)
    names = next((names for path, names in unread.items()
                  if osp.samefile(path, cfg.filename)), ())
    # A config as a run has dumped it has all variables of its bases still,
    # and none that could be meant to change one of them.
    has_bases = bool(Config._get_base_files(cfg.filename))
    wrong = {}
    for name in names:
        hint = nearest(name, runner_keys())
        if has_bases:
            below = path_to(cfg, name)
            hint = f'; did you mean {below}?' if below else hint
        # Any other may be read from runner.cfg, by a hook of the user's own.
        if hint:
            wrong[name] = f'nothing reads it{hint}'
    return wrong


def nearest(word: str, known: Iterable[str], cutoff: float = 0.7) -> str:
    """``; did you mean depth?`` or, with nothing near, ``''``."""
    near = difflib.get_close_matches(word, known, n=1, cutoff=cutoff)
    return f'; did you mean {near[0]}?' if near else ''


def _unknown_below(node: Any, path: Tuple[str, ...],
                   outer: FrozenSet[str]) -> Iterator[Tuple[str, str]]:
    """Args: ``outer``, keys that classes around the node take out of it."""
    if isinstance(node, (list, tuple)):
        for number, child in enumerate(node):
            yield from _unknown_below(child, (*path, str(number)), outer)
    if not isinstance(node, dict):
        return
    taken = keys_of_type(node) if 'type' in node else keys_at(path)
    reader = f'{node["type"]} takes' if 'type' in node else 'the runner reads'
    for key, child in node.items():
        here = (*path, str(key))
        if key not in outer and taken.refuses(str(key)):
            yield '.'.join(here), (f'{reader} no such key'
                                   f'{nearest(str(key), taken.names, 0.6)}')
    for kind in find_classes(node):
        outer |= keys_popped_by(kind)
    for key, child in node.items():
        if key not in _FOREIGN.get(node.get('type'), ()):
            yield from _unknown_below(child, (*path, str(key)), outer)


def _hooks_without_type(hooks: dict) -> Iterator[Tuple[str, str]]:
    """What was meant to change a hook of a base, under another name."""
    known = [name for name, hook in hooks.items() if 'type' in (hook or ())]
    for name, hook in hooks.items():
        if isinstance(hook, dict) and 'type' not in hook:
            yield (f'default_hooks.{name}',
                   'there is no hook of this name' + nearest(name, known))


def _unread_settings(model: dict) -> Iterator[Tuple[str, str]]:
    try:
        words = frozenset().union(*(identifiers_in(kind)
                                    for node in nested_dicts(model)
                                    for kind in find_classes(node)))
    except (OSError, TypeError):
        return  # without its source a class may read anything
    for settings in _READ_BY_NAME:
        for path in _untyped_keys(model.get(settings), ('model', settings)):
            if path[-1] not in words:
                yield '.'.join(path), ('nothing in the model reads it' +
                                       nearest(path[-1], words))


def _untyped_keys(node: Any, path: Tuple[str,
                                         ...]) -> Iterator[Tuple[str, ...]]:
    if isinstance(node, (list, tuple)):
        for number, child in enumerate(node):
            yield from _untyped_keys(child, (*path, str(number)))
    elif isinstance(node, dict) and 'type' not in node:
        for key, child in node.items():
            if key not in LANGUAGE:
                yield (*path, key)
                yield from _untyped_keys(child, (*path, key))
