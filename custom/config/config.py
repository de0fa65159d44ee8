"""Config files: loaded, overridden by options, and fitted to a data set."""
import argparse
import contextlib
import difflib
import os.path as osp
import re
from typing import Any, Dict, Iterator, Optional, Sequence, Tuple

from mmdet.datasets import XMLDataset
from mmdet.registry import DATASETS
from mmengine.config import Config, DictAction

from custom.config.schema import (LANGUAGE, AcceptedKeys, keys_at,
                                  keys_of_type, runner_keys)
from custom.config.tree import (inner_datasets, metric_dicts, nested_dicts,
                                path_to, type_name)
from custom.utils.errors import InputError

_SPLITS = ('train', 'val', 'test')
# Of --cfg-options: text, whatever it looks like; 'a','b' is a list.
_QUOTED = re.compile(r'''(["'])((?:(?!\1).)*)\1''', re.DOTALL)
# A hook of any name may be added.
_NEW_HOOK = re.compile(r'default_hooks\.\w+\.type')
# Stands for a space where MMEngine would remove it.
_SPACE = '\ue000'


def cache_pretty_text() -> None:
    """Caches ``Config.pretty_text``: MMEngine asks for it at every checkpoint,
    and yapf takes 0.12 s for it.

    Replaces the property of MMEngine's class, which keeps nothing. The text is
    of the last config that was asked for. ``import custom`` calls it.
    """
    formatted = Config.pretty_text.fget
    cached: Dict[Tuple[str, bool], str] = {}

    def pretty_text(self: Config) -> str:
        key = repr(self.to_dict()), self._format_python_code
        text = cached.get(key)
        if text is None:
            text = formatted(self)
            cached.clear()
            cached[key] = text
        return text

    Config.pretty_text = property(pretty_text)


def parse_options(pairs: Sequence[str]) -> dict:
    """``KEY=VALUE`` words of ``--cfg-options`` into a dict of dotted keys.

    Numbers, truth values, lists and tuples are taken for such; a value in
    quotes is text.

    Raises:
        InputError: A word has no ``=``, or brackets that do not close.
    """
    parser = argparse.ArgumentParser()
    parser.add_argument('--options', nargs='+', action=DictAction)
    options: Dict[str, Any] = {}
    for pair in pairs:
        if '=' not in pair:
            raise InputError(f'--cfg-options {pair}: write KEY=VALUE')
        key, _, value = pair.partition('=')
        quoted = _QUOTED.fullmatch(value)
        if quoted:
            options[key] = quoted[2]
            continue
        try:
            parsed = parser.parse_args(['--options', _spaces_kept(pair)])
            options.update(_with_spaces(parsed.options))
        except (AssertionError, RecursionError):
            raise InputError(f'--cfg-options {pair}: its brackets do not '
                             'close one by one') from None
    return options


def _spaces_kept(pair: str) -> str:
    """A word whose spaces MMEngine's DictAction, which removes them all,
    takes for letters; those beside commas and brackets of a list go."""
    key, _, value = pair.partition('=')
    value = value.strip()
    if value[:1] in ('[', '('):
        value = re.sub(r'\s*([][(),])\s*', r'\1', value)
    return f'{key}={value.replace(" ", _SPACE)}'


def _with_spaces(value: Any) -> Any:
    if isinstance(value, str):
        return value.replace(_SPACE, ' ')
    if isinstance(value, dict):
        return {key: _with_spaces(child) for key, child in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(map(_with_spaces, value))
    return value


def load_config(path: str, options: Optional[dict] = None) -> Config:
    """Reads a config file and merges ``--cfg-options`` into it.

    Args:
        path: A ``.py`` config. It is a program: run only those you trust.
        options: Dotted keys to values, as from mmengine's ``DictAction``.

    Raises:
        InputError: There is no such file, it (or one of its bases) doesn't
            parse or run, or an option names no key.
    """
    with config_errors(path):
        cfg = Config.fromfile(path)
    set_options(cfg, options or {})
    return cfg


@contextlib.contextmanager
def config_errors(path: str) -> Iterator[None]:
    """Error handling of what runs a config file: InputError alone comes out.
    """
    if not osp.isfile(path):
        raise InputError(f'{path}: no such config; the ones that exist are '
                         'under configs/')
    try:
        yield
    except InputError:
        raise
    except Exception as error:  # a config is code, so anything can come
        raise InputError(f'{path}: cannot be read as a config '
                         f'({type(error).__name__}: {error})') from None


def set_options(cfg: Config,
                options: dict,
                flag: str = '--cfg-options') -> None:
    """Merges ``--cfg-options`` into a config.

    A name in ``default_hooks`` may be new if its ``type`` is among them. A
    loader without workers loses the settings of workers, with which torch
    refuses it.

    Args:
        cfg: Changed in place.
        options: Dotted keys to values, as :func:`parse_options` returns.
        flag: The word of the command line that has set them, for messages.

    Raises:
        InputError: An option names no key.
    """
    # Types first: the other keys are those of the new type.
    types = {
        key: value
        for key, value in options.items() if key.endswith('.type')
    }
    for key in types:
        if not _NEW_HOOK.fullmatch(key):
            _check_key(cfg, key, flag)
    cfg.merge_from_dict(types)
    for key in options:
        _check_key(cfg, key, flag)
    cfg.merge_from_dict(options)
    for split in _SPLITS:
        loader = cfg.get(f'{split}_dataloader') or {}
        if loader.get('num_workers') == 0:
            loader.pop('prefetch_factor', None)
            loader['persistent_workers'] = False


def use_classes(cfg: Config, classes: Sequence[str]) -> None:
    """Sets the class list of all data sets and the size of all heads.

    Args:
        cfg: Changed in place.
        classes: Class names in the order of labels.
    """
    for split in _SPLITS:
        if cfg.get(f'{split}_dataloader'):  # None: no validation
            for dataset in inner_datasets(cfg[f'{split}_dataloader'].dataset):
                dataset.metainfo = dict(classes=tuple(classes))
    for node in nested_dicts(cfg.model):
        if 'num_classes' in node:
            node['num_classes'] = len(classes)


def use_data(cfg: Config, root: str) -> None:
    """Points all loaders and evaluators at a data folder.

    Args:
        cfg: Changed in place.
        root: As for :func:`use_split`.

    Raises:
        InputError: The config joins several data sets.
    """
    cfg.data_root = root
    for split in _SPLITS:
        if cfg.get(f'{split}_dataloader'):  # None: no validation
            use_split(cfg, split, root, split)


def use_split(cfg: Config, loader: str, root: str, split: str) -> None:
    """Points one loader and its evaluator at a split of a data folder.

    Args:
        cfg: Changed in place.
        loader: ``train``, ``val`` or ``test``.
        root: ``data/NAME`` with ``images/``, ``annotations/*.json`` and, for
            data sets with proposals, ``proposals/*.pkl``.
        split: ``train``, ``val`` or ``test``.

    Raises:
        InputError: The loader joins several data sets.
    """
    dataset, *others = inner_datasets(cfg[f'{loader}_dataloader'].dataset)
    if others:
        raise InputError(
            f'--data {root}: {cfg.filename} joins {1 + len(others)} data '
            f'sets for {loader}, and one folder cannot stand for all. '
            'Leave --data out, or join the folders.')
    require_coco(dataset, f'--data {root}')
    dataset.data_root = root
    dataset.data_prefix = dict(img='images/')
    dataset.ann_file = f'annotations/{split}.json'
    if 'proposal_file' in dataset:
        dataset.proposal_file = f'proposals/{split}.pkl'
    use_ann_file(cfg, loader, osp.join(root, 'annotations', f'{split}.json'))


def require_coco(dataset: dict, flag: str) -> None:
    """Refuses a data set that reads VOC's XML where a data folder is to be
    read."""
    kind = DATASETS.get(type_name(dataset))
    if isinstance(kind, type) and issubclass(kind, XMLDataset):
        raise InputError(
            f'{flag}: a {kind.__name__} reads no data folder; give the data '
            'set of the config the type CocoByNameDataset. '
            'tools/convert_dataset.py voc makes a folder of VOC files')


def use_ann_file(cfg: Config, split: str, path: str) -> None:
    """Points the metrics of a split at an annotation file: those that take
    one; others, such as VOCMetric, read the boxes from the data set.

    Args:
        cfg: Changed in place.
        split: ``val`` or ``test``; nothing is done for one without evaluator.
        path: COCO JSON.
    """
    for metric in metric_dicts(cfg.get(f'{split}_evaluator')):
        if 'ann_file' in (*metric, *keys_of_type(metric).names):
            metric['ann_file'] = path


def settings(cfg: Config) -> Dict[str, Any]:
    """A config without the variables of its files, as plain dicts: what the
    runner reads."""
    return {
        key: value
        for key, value in cfg.to_dict().items() if key in runner_keys()
    }


def _check_key(cfg: Config, key: str, flag: str) -> None:
    """Refuses an option that no part of the config would read."""
    node: Any = cfg._cfg_dict
    parts = key.split('.')
    for depth, part in enumerate(parts):
        where = '.'.join(parts[:depth])
        if isinstance(node, (list, tuple)):
            if not (part.isdigit() and int(part) < len(node)):
                raise InputError(
                    f'{flag} {key}: {where} is a list of {len(node)}, '
                    f'so a number below that must follow, not {part!r}')
            node = node[int(part)]
        elif not isinstance(node, dict):
            raise InputError(f'{flag} {key}: {where} is {node!r}, '
                             'which has no keys')
        else:
            accepted = _accepted_keys(node, parts[:depth])
            if accepted.refuses(part):
                raise InputError(f'{flag} {key}: nothing reads it; ' +
                                 _hint(cfg, part, parts[:depth], accepted))
            if part not in node:
                return  # a parameter that the config leaves at its default
            node = node[part]


def _hint(cfg: Config, part: str, above: Sequence[str],
          accepted: AcceptedKeys) -> str:
    """Hint: the key that may have been meant by one that stands below
    others."""
    below = None if above else path_to(cfg, part)
    near = difflib.get_close_matches(part, accepted.names, n=1)
    if below or near:
        return f'did you mean {below or ".".join([*above, near[0]])}?'
    names = sorted({*accepted.names} - {*LANGUAGE})
    if not above or not names:
        return f'python tools/print_config.py {cfg.filename} shows its keys'
    return f'{".".join(above)} takes {", ".join(names)}'


def _accepted_keys(node: dict, path: Sequence[str]) -> AcceptedKeys:
    """Schema of a dict of a config."""
    if not path:
        return AcceptedKeys(runner_keys(), True)
    if 'type' in node:
        accepted = keys_of_type(node)
        return accepted._replace(names=(*node, *accepted.names))
    return AcceptedKeys((*node, *keys_at(path).names, '_delete_'), True)
