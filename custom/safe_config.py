"""The config inside a checkpoint, read as data and never run."""
import ast
import re
from typing import Any, Iterator

from mmengine.config import Config

from custom.config import nested_dicts
from custom.errors import InputError


def config_from_checkpoint(checkpoint: dict, filename: str) -> Config:
    """The config that a checkpoint carries, read as data.

    MMEngine stores ``Config.pretty_text`` and reads it back by running it as
    Python. Here only literals and ``dict(...)`` are understood, and a
    ``type`` may only be a plain registered name: the registries would import
    a dotted one, ``os.system`` for example, and call it.

    Raises:
        InputError: The checkpoint has no config, or one with code in it.
    """
    text = checkpoint.get('meta', {}).get('cfg')
    if not isinstance(text, str):
        raise InputError(f'{filename}: carries no config; use a checkpoint '
                         'trained here')
    try:
        values = _literal_assignments(text)
    except (ValueError, SyntaxError, RecursionError, MemoryError) as error:
        raise InputError(f'{filename}: its config is refused: it is not plain '
                         f'data ({error})') from None
    for name in _types(values):
        if not (isinstance(name, str) and re.fullmatch(
                r'((mmdet|mmcv|mmengine)\.)?[A-Za-z]\w*', name)):
            raise InputError(f'{filename}: its config is refused: type '
                             f'{name!r} is not the name of a registered part')
    # The weights come from the checkpoint, so nothing is to be fetched, and
    # what is to be imported is not for a file to say.
    _remove_key(values, 'init_cfg')
    values['custom_imports'] = dict(
        imports=['custom'], allow_failed_imports=False)
    return Config(values)


def _literal_assignments(text: str) -> dict:
    """``a = dict(b=1)`` lines into ``{'a': {'b': 1}}``, or ValueError."""
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
    """``dict(a=1)`` into ``{'a': 1}``, which ``literal_eval`` accepts."""

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        if (isinstance(node.func, ast.Name) and node.func.id == 'dict'
                and not node.args and all(k.arg for k in node.keywords)):
            return ast.Dict(
                keys=[ast.Constant(k.arg) for k in node.keywords],
                values=[k.value for k in node.keywords])
        return node


def _types(values: dict) -> Iterator[Any]:
    for node in nested_dicts(values):
        if 'type' in node:
            yield node['type']


def _remove_key(values: dict, key: str) -> None:
    for node in nested_dicts(values):
        node.pop(key, None)
