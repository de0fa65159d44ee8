"""Which file set each key of a config, along the chain of its ``_base_``."""
import ast
import os.path as osp
import re
import tempfile
from types import FunctionType, ModuleType
from typing import Dict, Iterable, List, NamedTuple, Optional, Tuple

from mmengine.config import Config, ConfigDict
from mmengine.config.config import BASE_KEY, DELETE_KEY
from mmengine.config.utils import RemoveAssignFromAST

from custom.config.schema import runner_keys
from custom.config.tree import flatten


class Origin(NamedTuple):
    """The file that set a key last, and the base variable that it took the
    value from, as ``num_classes`` of ``{{_base_.num_classes}}``."""
    file: str
    variable: Optional[str] = None

    def __str__(self) -> str:
        if self.variable is None:
            return self.file
        return f'{self.file}, _base_.{self.variable}'


class ConfigFile(NamedTuple):
    """A config file, read.

    Attributes:
        path: Relative to the working directory.
        bases: The files that it names in ``_base_``, in order.
        own: What it says itself, ``_delete_`` included and references to
            base variables filled in.
        references: Dotted keys of ``own`` that are ``{{_base_.x}}``, to x.
        values: ``own`` merged into the bases: the config.
    """
    path: str
    bases: Tuple['ConfigFile', ...]
    own: dict
    references: Dict[str, str]
    values: ConfigDict

    def chain(self) -> List['ConfigFile']:
        """It and all files below it, bases first."""
        return [file for base in self.bases for file in base.chain()] + [self]

    def levels(self) -> int:
        """Files of the longest way down, itself counted."""
        return 1 + max((base.levels() for base in self.bases), default=0)


def read_chain(path: str) -> ConfigFile:
    """Reads a ``.py`` config as :meth:`mmengine.config.Config.fromfile` does,
    and keeps what each file said."""
    # It tells no file which keys are its own, so its steps are taken here.
    bases = tuple(
        read_chain(Config._get_cfg_path(base, osp.abspath(path))[0])
        for base in Config._get_base_files(path))
    below = ConfigDict()
    for base in bases:
        below.update(base.values)
    with tempfile.TemporaryDirectory() as folder:
        copy = osp.join(folder, 'config.py')
        Config._substitute_predefined_vars(osp.abspath(path), copy)
        Config._substitute_env_variables(copy, copy)
        tokens = Config._pre_substitute_base_vars(copy, copy)
        with open(copy, encoding='utf-8') as file:
            tree = RemoveAssignFromAST(BASE_KEY).visit(ast.parse(file.read()))
    scope = {BASE_KEY: below}
    exec(compile(tree, path, 'exec'), scope)
    raw = {
        key: value
        for key, value in scope.items()
        if key != BASE_KEY and not key.startswith('__')
        and not isinstance(value, (FunctionType, ModuleType))
    }
    own = Config._substitute_base_vars(raw, tokens, below)
    references = {
        key: tokens[value]
        for key, value in flatten(raw).items()
        if isinstance(value, str) and value in tokens
    }
    # The merge takes _delete_ out of what it is given.
    values = Config._merge_a_into_b(ConfigDict(own).copy(), below)
    return ConfigFile(
        osp.relpath(path), bases, own, references, ConfigDict(values))


def origins(
    file: ConfigFile,
    values: Optional[dict] = None,
    options: Iterable[str] = ()
) -> Dict[str, Origin]:
    """Where the value of each leaf key comes from.

    Args:
        file: As read by :func:`read_chain`.
        values: The config after ``--cfg-options``.
        options: Dotted keys that ``--cfg-options`` has set in it.

    Returns:
        An origin for each key of ``flatten(file.values)``, or of the changed
        values. A list is set as a whole: all keys in it have its origin.
    """
    found: Dict[str, Origin] = {}
    for base in file.bases:
        found.update(origins(base))
    _override(found, file.own, file, '')
    for option in options:
        found.update((key, Origin('--cfg-options')) for key in flatten(values)
                     if f'{key}.'.startswith(f'{option}.'))
    return found


def unread_variables(path: str) -> Dict[str, List[str]]:
    """Names at the top of config files that nothing reads.

    MMEngine's Runner reads some; any other is a variable, read by its own
    file, or by one above as ``{{_base_.name}}``. A file that sets
    ``max_epochs = 24`` and no more has changed nothing: the file below read
    its own.

    Args:
        path: A config; the files below it are looked at as well.

    Returns:
        For each file that has some, its path and the names.
    """
    chain = read_chain(path).chain()
    texts = {}
    for file in chain:
        with open(file.path, encoding='utf-8') as source:
            texts[file.path] = source.read()
    referred = set(re.findall(r'_base_\.(\w+)', ''.join(texts.values())))
    unread = {}
    for file in chain:
        read = referred.union(runner_keys(), _names_read(texts[file.path]))
        names = [name for name in file.own if name not in read]
        if names:
            unread[file.path] = names
    return unread


def _override(found: Dict[str, Origin], own: dict, file: ConfigFile,
              prefix: str) -> None:
    """Merges as MMEngine does, with origins for values."""
    for name, value in own.items():
        key = f'{prefix}{name}'
        below = [k for k in found if f'{k}.'.startswith(f'{key}.')]
        if isinstance(value, dict) and below and not value.get(DELETE_KEY):
            if value:
                found.pop(key, None)  # it was an empty dict
            _override(found, value, file, f'{key}.')
            continue
        for old in below:
            del found[old]
        for leaf in flatten({name: value}, prefix):
            if not (below and leaf == f'{key}.{DELETE_KEY}'):
                found[leaf] = Origin(file.path, _reference(file, leaf))


def _reference(file: ConfigFile, key: str) -> Optional[str]:
    """The base variable that a key, or the dict it is in, stands for."""
    for name, variable in file.references.items():
        if f'{key}.'.startswith(f'{name}.'):
            return variable
    return None


def _names_read(text: str) -> Iterable[str]:
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            yield node.id
