"""Config trees: nested dicts walked, flattened and searched by key."""
import difflib
from typing import Any, Dict, Iterator, Optional, Tuple

from mmengine.config import Config


def inner_datasets(dataset: dict) -> Iterator[dict]:
    """Data sets that a RepeatDataset, a ConcatDataset or the like repeats or
    joins, or the one itself."""
    children = dataset.get('datasets') or [dataset.get('dataset')]
    for child in children:
        if child is None:
            yield dataset
        else:
            yield from inner_datasets(child)


def metric_dicts(evaluator: Any) -> Iterator[dict]:
    """The metrics of an evaluator: one, a list, or an Evaluator of them."""
    if isinstance(evaluator, (list, tuple)):
        for metric in evaluator:
            yield from metric_dicts(metric)
    elif evaluator and 'metrics' in evaluator:
        yield from metric_dicts(evaluator['metrics'])
    elif evaluator:
        yield evaluator


def nested_dicts(node: Any) -> Iterator[dict]:
    """All dicts in nested dicts, lists and tuples."""
    for _, child in dicts_with_paths(node, ''):
        yield child


def dicts_with_paths(node: Any, path: str) -> Iterator[Tuple[str, dict]]:
    """All dicts in nested dicts, lists and tuples, with dotted paths.

    Args:
        node: Where to begin.
        path: Of the node itself.
    """
    if isinstance(node, dict):
        yield path, node
        children = list(node.items())
    elif isinstance(node, (list, tuple)):
        children = list(enumerate(node))
    else:
        return
    for key, child in children:
        yield from dicts_with_paths(child, f'{path}.{key}')


def type_name(node: dict) -> str:
    """The ``type`` of a dict without its scope: ``Resize`` for
    ``mmdet.Resize`` and for the class itself; ``''`` for none."""
    kind = node.get('type', '')
    return getattr(kind, '__name__', str(kind)).rpartition('.')[2]


def flatten(node: Any, prefix: str = '') -> Dict[str, Any]:
    """Nested dicts into one of dotted keys, as ``--cfg-options`` takes them.

    ``dict(a=dict(b=1), c=[dict(d=2)], e=[3, 4])`` gives ``a.b``, ``c.0.d``
    and ``e``: a list without dicts is one value.
    """
    if isinstance(node, dict):
        items = node.items()
    elif isinstance(node, (list, tuple)) and any(
            isinstance(child, dict) for child in node):
        items = enumerate(node)
    else:
        return {prefix[:-1]: node}
    flat = {}
    for key, value in items:
        flat.update(flatten(value, f'{prefix}{key}.'))
    return flat or {prefix[:-1]: {}}


def path_to(cfg: Config, key: str) -> Optional[str]:
    """Dotted path of a key, or of one spelled much like it, below the top of
    a config."""
    paths: Dict[str, str] = {}
    for name, value in cfg.items():
        for path in _paths(value, name):
            paths.setdefault(path.rpartition('.')[2], path)
    near = difflib.get_close_matches(key, paths, n=1, cutoff=0.85)
    return paths[near[0]] if near else None


def _paths(node: Any, prefix: str) -> Iterator[str]:
    for name, value in (node.items() if isinstance(node, dict) else ()):
        yield f'{prefix}.{name}'
        yield from _paths(value, f'{prefix}.{name}')
