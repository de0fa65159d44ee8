"""Config provenance: the file that set each key, along the chain of bases."""
import ast
import os.path as osp
import re
import symtable
import tempfile
from types import FunctionType, MappingProxyType, ModuleType
from typing import (Any, Dict, Iterable, List, Mapping, NamedTuple, Optional,
                    Tuple)

from mmengine.config import Config, ConfigDict
from mmengine.config.config import BASE_KEY, DELETE_KEY
from mmengine.config.utils import RemoveAssignFromAST

from custom.config.config import config_errors, settings
from custom.config.flags import flag_word, set_flags
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


def read_chain(path: str) -> ConfigFile:
    """Reads a ``.py`` config as :meth:`mmengine.config.Config.fromfile` does,
    and keeps what each file said."""
    # It tells no file which keys are its own, so its steps are taken here.
    bases = tuple(read_chain(base) for base in _base_paths(path))
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
    options: Mapping[str, str] = MappingProxyType({})
) -> Dict[str, Origin]:
    """Origin of each leaf key's value: the file or the flag that set it.

    Args:
        file: As read by :func:`read_chain`.
        values: The config after what the command line says.
        options: Dotted keys that this has set in it, to ``--cfg-options`` or
            the flag.

    Returns:
        An origin for each key of ``flatten(file.values)``, or of the changed
        values. A list is set as a whole: all keys in it have its origin.
    """
    found: Dict[str, Origin] = {}
    for base in file.bases:
        found.update(origins(base))
    _override(found, file.own, file, '')
    for option, word in options.items():
        found.update((key, Origin(word)) for key in flatten(values)
                     if f'{key}.'.startswith(f'{option}.'))
    return found


def load_with_origins(
        path: str, options: dict,
        flags: Mapping[str, Any]) -> Tuple[dict, Dict[str, Origin]]:
    """Loads a config with its provenance.

    Args:
        path: A ``.py`` config.
        options: As for :func:`custom.config.config.load_config`.
        flags: As for :func:`custom.config.flags.set_flags`.

    Returns:
        Its settings, and an origin for each key of ``flatten`` of them.

    Raises:
        InputError: As :func:`custom.config.config.load_config`.
    """
    with config_errors(path):
        file = read_chain(path)
    cfg = Config(file.values, filename=path)
    changed = set_flags(cfg, flags, options)
    words: Dict[str, str] = {}
    for flag, keys in changed.items():
        words.update(dict.fromkeys(keys, flag_word(flag)))
    words.update(dict.fromkeys(options, '--cfg-options'))
    return settings(cfg), origins(file, settings(cfg), words)


def unread_variables(path: str) -> Dict[str, List[str]]:
    """Names at the top of config files that nothing reads.

    MMEngine's Runner reads some; any other is a variable, read by its own
    file, or by one above as ``{{_base_.name}}``. A file that sets
    ``max_epochs = 24`` and no more has changed nothing: the file below read
    its own.

    Args:
        path: A config; the files below it are looked at as well.

    Returns:
        For each file that has some, its path, relative to the working
        directory, and the names. No file is executed.
    """
    texts = {}
    for name in _files(path):
        with open(name, encoding='utf-8') as file:
            texts[name] = file.read()
    referred = set(re.findall(r'_base_\.(\w+)', ''.join(texts.values())))
    unread = {}
    for name, text in texts.items():
        read = {*referred, *runner_keys(), BASE_KEY, *_names_read(text)}
        names = [word for word in _names_set(text) if word not in read]
        if names:
            unread[osp.relpath(name)] = names
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


def _base_paths(path: str) -> List[str]:
    return [
        Config._get_cfg_path(base, osp.abspath(path))[0]
        for base in Config._get_base_files(path)
    ]


def _files(path: str) -> List[str]:
    """A config file and all below it, bases first."""
    return [file for base in _base_paths(path)
            for file in _files(base)] + [path]


def _names_set(text: str) -> List[str]:
    """Variables at the top of a file, in order."""
    return [
        symbol.get_name()
        for symbol in symtable.symtable(text, '', 'exec').get_symbols()
        if symbol.is_assigned() and not symbol.is_namespace()
        and not symbol.is_imported()
    ]


def _names_read(text: str) -> Iterable[str]:
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            yield node.id
