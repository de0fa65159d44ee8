"""Literal parser: the config in a checkpoint is read as data, never run."""
import ast
from typing import Any

import mmdet.registry
from mmengine.config import Config
from mmengine.registry import Registry

from custom.config.tree import nested_dicts
from custom.utils.errors import InputError

# Parts of mmcv.ops that MMDetection and MMCV find there by name.
_UNREGISTERED = ('nms', 'soft_nms', 'RoIAlign', 'RoIPool')
# Some of MMDetection's models read another config or file that such a key
# names, and a DatasetMapper calls its function; a checkpoint must not choose
# which.
_FILE_KEYS = ('config', 'ckpt', 'checkpoint', 'pretrained', 'file', 'path',
              'model_name', 'function')


def config_from_checkpoint(checkpoint: dict, filename: str) -> Config:
    """The part of a checkpoint's config that inference needs.

    MMEngine stores ``Config.pretty_text`` and reads it back by running it as
    Python. Here only literals and ``dict(...)`` are understood. A ``type``
    must be registered: for any other name the registries import what it
    spells and call it.

    Returns:
        ``model`` and ``test_dataloader.dataset.pipeline``; nothing else of
        the stored config.

    Raises:
        InputError: The checkpoint has no config, or one with more than plain
            data in it.
    """
    text = checkpoint.get('meta', {}).get('cfg')
    if not isinstance(text, str):
        raise InputError(f'{filename}: carries no config; use a checkpoint '
                         'trained here')
    try:
        values = literal_assignments(text)
        model = values['model']
        pipeline = values['test_dataloader']['dataset']['pipeline']
        if not (isinstance(model, dict) and isinstance(pipeline, list)):
            raise ValueError('model or pipeline is missing')
        for node in nested_dicts([model, pipeline]):
            # The weights come from the checkpoint: nothing is to be fetched.
            node.pop('init_cfg', None)
            _require_plain(node)
        return Config(
            dict(
                model=model,
                test_dataloader=dict(dataset=dict(pipeline=pipeline))))
    except (ValueError, SyntaxError, RecursionError, MemoryError, LookupError,
            TypeError) as error:
        raise InputError(f'{filename}: its config is refused: it is not plain '
                         f'data of a detector ({error})') from None


def _require_plain(node: dict) -> None:
    if 'type' in node and not _is_registered(node['type']):
        raise ValueError(f'type {node["type"]!r} is not registered')
    for key, value in node.items():
        if isinstance(value, str) and any(k in str(key) for k in _FILE_KEYS):
            raise ValueError(f'{key} names a file or a function')


def _is_registered(name: Any) -> bool:
    if name in _UNREGISTERED:
        return True
    scope, _, plain = str(name).rpartition('.')
    if scope not in ('', 'mmdet', 'mmcv', 'mmengine'):
        return False
    for registry in vars(mmdet.registry).values():
        while isinstance(registry, Registry):
            registry.import_from_location()
            if plain in registry.module_dict:
                return True
            registry = registry.parent
    return False


def literal_assignments(text: str) -> dict:
    """Literal parser: ``a = dict(b=1)`` lines into ``{'a': {'b': 1}}``, or
    ValueError."""
    values = {}
    for node in ast.parse(text).body:
        if not (isinstance(node, ast.Assign) and len(node.targets) == 1
                and isinstance(node.targets[0], ast.Name)):
            raise ValueError(f'line {node.lineno} is not "name = value"')
        value = ast.fix_missing_locations(_DictCalls().visit(node.value))
        try:
            values[node.targets[0].id] = ast.literal_eval(value)
        except ValueError:
            raise ValueError(f'line {node.lineno} is no literal') from None
    return values


class _DictCalls(ast.NodeTransformer):
    """AST transformer: ``dict(a=1)`` into ``{'a': 1}``, which ``literal_eval``
    accepts."""

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        if (isinstance(node.func, ast.Name) and node.func.id == 'dict'
                and not node.args and all(k.arg for k in node.keywords)):
            return ast.Dict(
                keys=[ast.Constant(k.arg) for k in node.keywords],
                values=[k.value for k in node.keywords])
        return node
