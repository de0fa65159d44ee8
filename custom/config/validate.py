"""Config validation: keys that nothing reads are refused."""
import difflib
import fnmatch
import os.path as osp
from typing import Any, Dict, Iterable, Iterator, List, Tuple

from mmengine.config import Config

from custom.config.origin import unread_variables
from custom.config.schema import keys_at, keys_of_type, misspelled, runner_keys
from custom.config.tree import path_to
from custom.utils.errors import InputError

# What another library builds, with classes named like some of MMCV's.
_FOREIGN = {'Albu': ('transforms', 'bbox_params')}

# In configs of MMDetection: for a tool of its own, and one that nothing in its
# third version reads.
_HARMLESS = ('tta_model', 'tta_pipeline', 'model.rpn_head.stages.*.sampling')


def unknown_keys(cfg: Config) -> Dict[str, str]:
    """Keys that what is built from a config does not take.

    Looked at are dicts with a ``type``, by the signature of its class and of
    the bases that its ``**kwargs`` may go to; those that MMEngine's Runner
    reads itself; and ``train_cfg`` and ``test_cfg`` of the model, where a key
    spelled nearly as another beside it is a misspelling of that one: what
    reads them has no signature. Where ``**kwargs`` may go anywhere, only what
    is spelled nearly as a parameter is refused. Nothing is said of the
    variables at the top of a config: see
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
            wrong.update(_unknown_below(cfg[key], (key, )))
    for key in ('train_cfg', 'test_cfg'):
        wrong.update(
            _misspelled_below(cfg.get('model', {}).get(key), ('model', key)))
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
        if not any(fnmatch.fnmatch(key, pattern) for pattern in _HARMLESS)
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
    names = unread_variables(cfg.filename).get(osp.relpath(cfg.filename), ())
    # A config as a run has dumped it has all variables of its bases still,
    # and none that could be meant to change one of them.
    has_bases = bool(Config._get_base_files(cfg.filename))
    wrong = {}
    for name in names:
        # Nearer than elsewhere: channels is a variable, not channels_last.
        hint = nearest(name, runner_keys(), 0.85)
        if has_bases:
            below = path_to(cfg, name)
            hint = f'; did you mean {below}?' if below else hint
        # Any other may be read from runner.cfg, by a hook of the user's own.
        if hint:
            wrong[name] = f'nothing reads it{hint}'
    return wrong


def nearest(word: str, known: Iterable[str], cutoff: float = 0.7) -> str:
    """Hint for a misspelled word: ``; did you mean depth?``, or ``''`` with
    nothing near."""
    near = difflib.get_close_matches(word, known, n=1, cutoff=cutoff)
    return f'; did you mean {near[0]}?' if near else ''


def _unknown_below(node: Any, path: Tuple[str,
                                          ...]) -> Iterator[Tuple[str, str]]:
    for key, child in _items(node):
        if isinstance(node, dict):
            accepted = keys_of_type(node) if 'type' in node else keys_at(path)
            if accepted.refuses(key):
                reader = (f'{node["type"]} takes'
                          if 'type' in node else 'the runner reads')
                yield '.'.join((*path, key)), (
                    f'{reader} no such key{nearest(key, accepted.names, 0.6)}')
            if key in _FOREIGN.get(node.get('type'), ()):
                continue
        yield from _unknown_below(child, (*path, key))


def _items(node: Any) -> Iterable[Tuple[str, Any]]:
    """Keys and values of a dict, numbers and items of a list."""
    if isinstance(node, dict):
        return [(str(key), child) for key, child in node.items()]
    if isinstance(node, (list, tuple)):
        return [(str(number), child) for number, child in enumerate(node)]
    return ()


def _hooks_without_type(hooks: dict) -> Iterator[Tuple[str, str]]:
    """Hook overrides whose name no hook has: they change nothing."""
    known = [name for name, hook in hooks.items() if 'type' in (hook or ())]
    for name, hook in hooks.items():
        if isinstance(hook, dict) and 'type' not in hook:
            yield (f'default_hooks.{name}',
                   'there is no hook of this name' + nearest(name, known))


def _misspelled_below(node: Any,
                      path: Tuple[str, ...]) -> Iterator[Tuple[str, str]]:
    """Of two keys side by side the later one is the misspelled: that of a
    base comes first."""
    if isinstance(node, dict) and 'type' in node:
        return  # told by its class
    before: List[str] = []
    for key, child in _items(node):
        meant = isinstance(node, dict) and misspelled(key, before)
        if meant:
            yield '.'.join((*path, key)), (
                f'nothing in the model reads it; did you mean {meant}?')
        before.append(key)
        yield from _misspelled_below(child, (*path, key))
