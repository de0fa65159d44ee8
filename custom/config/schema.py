"""Which keys a part of a config may have: what reads it says so."""
import ast
import difflib
import functools
import inspect
import sys
import textwrap
from typing import (Callable, FrozenSet, Iterator, List, NamedTuple, Optional,
                    Sequence, Tuple)

import mmcv.ops
import mmdet.registry
from mmengine.hooks import Hook
from mmengine.model import BaseInit
from mmengine.optim import OptimWrapper, _ParamScheduler
from mmengine.registry import FUNCTIONS, Registry
from mmengine.runner import (EpochBasedTrainLoop, FlexibleRunner,
                             IterBasedTrainLoop, Runner, TestLoop, ValLoop)
from mmengine.utils import ManagerMixin
from torch import nn
from torch.utils.data import DataLoader

# Of MMEngine's config language, in any dict.
LANGUAGE = ('type', '_scope_', '_delete_')
# Keys that MMEngine looks up beside the parameters of its Runner.
_READ_LATER = ('custom_imports', 'runner_type', 'compile',
               'activation_checkpointing', 'efficient_conv_bn_eval',
               'channels_last', 'sync_bn', 'model_wrapper_cfg',
               'find_unused_parameters')
# Keys that MMEngine and MMCV take out before they build such an object.
_TAKEN_OUT = {
    Hook: ('priority', ),
    _ParamScheduler: ('convert_to_iter_based', ),
    OptimWrapper: ('constructor', 'paramwise_cfg'),
    ManagerMixin: ('name', ),
    BaseInit: ('override', ),
    nn.Module: ('requires_grad', ),
}
_NMS = ('nms', 'soft_nms', 'nms_match', 'nms_quadri', 'nms_rotated')


class AcceptedKeys(NamedTuple):
    """Keys that are taken; ``closed`` when nothing else is."""
    names: Tuple[str, ...]
    closed: bool

    def refuses(self, key: str) -> bool:
        """Whether a key is none of these; where others may be taken as well,
        whether it is one of these misspelled."""
        if key in self.names:
            return False
        return self.closed or bool(
            difflib.get_close_matches(key, self.names, cutoff=0.85))


def runner_keys() -> Tuple[str, ...]:
    """Keys at the top of a config.

    Any other is a variable of the file: it was read when the file was, and
    changing it afterwards changes nothing.
    """
    return (*_parameters(Runner.__init__),
            *_parameters(FlexibleRunner.__init__), *_READ_LATER)


def keys_of_type(node: dict) -> AcceptedKeys:
    """Keys of a dict that says what to build; open if it doesn't."""
    kinds = _kinds(node)
    taken = [_signature(kind) for kind in kinds]
    names = {name for each in taken for name in each.names}
    for kind in kinds:
        if inspect.isclass(kind):
            for base, extra in _TAKEN_OUT.items():
                names.update(extra if issubclass(kind, base) else ())
        elif kind.__name__ in _NMS:
            names.update(('class_agnostic', 'split_thr', 'max_num'))
    closed = bool(taken) and all(each.closed for each in taken)
    return AcceptedKeys((*sorted(names), *LANGUAGE), closed)


def keys_at(path: Sequence[str]) -> AcceptedKeys:
    """Keys of a dict without a type that MMEngine's Runner reads.

    Args:
        path: The keys that lead to it from the top.
    """
    names = _runner_dicts().get('.'.join(path))
    return AcceptedKeys((), False) if names is None else AcceptedKeys(
        (*names, *LANGUAGE), True)


def find_classes(node: dict) -> List[type]:
    """All classes that the ``type`` of a dict may mean."""
    return [kind for kind in _kinds(node) if inspect.isclass(kind)]


@functools.lru_cache(maxsize=None)
def identifiers_in(cls: type) -> FrozenSet[str]:
    """All names by which the source of a class may read a dict, as in
    ``cfg.nms_pre``, ``cfg['nms']``, ``cfg.get('nms')`` and ``f(**cfg)``.

    Raises:
        OSError: There is no source, as of a class written in a console.
    """
    return frozenset(
        word for node in _source_of(cls) for word in _words_in(node))


@functools.lru_cache(maxsize=None)
def keys_popped_by(cls: type) -> FrozenSet[str]:
    """Keys that the source of a class takes out of a dict before it builds
    from it, as in ``cfg.pop('fallback_on_stride')``."""
    return frozenset(
        node.args[0].value for node in _source_of(cls)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
        and node.func.attr == 'pop' and node.args
        and isinstance(node.args[0], ast.Constant))


def _words_in(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Attribute):
        yield node.attr
    elif isinstance(node, ast.arg):
        yield node.arg
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value


def _source_of(cls: type) -> Iterator[ast.AST]:
    """The nodes of the modules of a class and of its bases, and of those that
    they import functions from."""
    modules = {base.__module__ for base in cls.__mro__}
    packages = {name.partition('.')[0] for name in modules}
    packages -= {'torch', *sys.stdlib_module_names}
    for name in [*modules]:
        modules.update(
            value.__module__ for value in vars(sys.modules[name]).values()
            if inspect.isfunction(value))
    for name in modules:
        if name.partition('.')[0] in packages:
            yield from _nodes_of(name)


@functools.lru_cache(maxsize=None)
def _nodes_of(module: str) -> Tuple[ast.AST, ...]:
    return tuple(ast.walk(ast.parse(inspect.getsource(sys.modules[module]))))


def _kinds(node: dict) -> List[Callable]:
    """Classes and functions that the ``type`` of a dict may mean.

    The same name may stand in several registries; which one is asked depends
    on who builds.
    """
    name = node.get('type')
    if callable(name):
        return [name]
    plain = str(name).rpartition('.')[2]
    found = [registry.module_dict.get(plain) for registry in _registries()]
    found.append(getattr(mmcv.ops, plain, None))  # RoI layers and NMS
    return list(dict.fromkeys(filter(callable, found)))


@functools.lru_cache(maxsize=None)
def _registries() -> Tuple[Registry, ...]:
    found = [FUNCTIONS]
    for registry in vars(mmdet.registry).values():
        while isinstance(registry, Registry):
            registry.import_from_location()
            found.append(registry)
            registry = registry.parent
    return tuple(dict.fromkeys(found))


@functools.lru_cache(maxsize=None)
def _runner_dicts() -> dict:
    loader = (*_parameters(DataLoader.__init__), 'num_batch_per_epoch',
              'disable_subprocess_warning')
    train = (*_parameters(EpochBasedTrainLoop.__init__),
             *_parameters(IterBasedTrainLoop.__init__), 'by_epoch')
    return {
        'train_dataloader': loader,
        'val_dataloader': loader,
        'test_dataloader': loader,
        'train_cfg': train,
        'val_cfg': _parameters(ValLoop.__init__),
        'test_cfg': _parameters(TestLoop.__init__),
        'auto_scale_lr': ('enable', 'base_batch_size'),
        'randomness': _parameters(Runner.set_randomness),
        'env_cfg': ('cudnn_benchmark', 'mp_cfg', 'dist_cfg', 'resource_limit'),
        'env_cfg.mp_cfg': ('mp_start_method', 'opencv_num_threads'),
    }


@functools.lru_cache(maxsize=None)
def _signature(kind: Callable) -> AcceptedKeys:
    if not inspect.isclass(kind):
        return AcceptedKeys(_parameters(kind), _rest(kind) is None)
    names: List[str] = []
    for base in kind.__mro__:
        init = vars(base).get('__init__')
        if init is None:
            continue
        if base is object:  # no constructor at all
            return AcceptedKeys(tuple(names), True)
        names += _parameters(init)
        # What wraps it may take more: MMCV accepts old names in this way.
        if hasattr(init, '__wrapped__'):
            return AcceptedKeys((), False)
        rest = _rest(init)
        if rest is None:
            return AcceptedKeys(tuple(names), True)
        uses = _uses_of(rest, base, init)
        names += uses.keys
        if uses.others:
            return AcceptedKeys(tuple(names), False)
        if not uses.passed_on:  # what is left of them nobody looks at
            return AcceptedKeys(tuple(names), True)
    return AcceptedKeys(tuple(names), False)


def _parameters(function: Callable) -> Tuple[str, ...]:
    return tuple(
        p.name for p in inspect.signature(function).parameters.values()
        if p.name != 'self' and p.kind not in (p.VAR_KEYWORD,
                                               p.VAR_POSITIONAL))


def _rest(function: Callable) -> Optional[str]:
    """The name of its ``**kwargs``, if it has one."""
    for p in inspect.signature(function).parameters.values():
        if p.kind == p.VAR_KEYWORD:
            return p.name
    return None


class _Uses(NamedTuple):
    """What a constructor does with its ``**kwargs``: keys that it reads by
    name; whether it does ``super().__init__(**kwargs)``, so that the next
    class decides; and whether anything else."""
    keys: Tuple[str, ...]
    passed_on: bool
    others: bool


def _uses_of(rest: str, cls: type, init: Callable) -> _Uses:
    tree = ast.parse(textwrap.dedent(inspect.getsource(init)))
    nodes = list(ast.walk(tree))
    uses = sum(
        isinstance(node, ast.Name) and node.id == rest for node in nodes)
    keys = [
        node.args[0].value for node in nodes
        if isinstance(node, ast.Call) and ast.unparse(node.func) in (
            f'{rest}.get', f'{rest}.pop') and node.args
        and isinstance(node.args[0], ast.Constant)
    ]
    passed = sum(
        _is_super_init(node, cls) and any(
            k.arg is None and isinstance(k.value, ast.Name)
            and k.value.id == rest for k in node.keywords) for node in nodes)
    return _Uses(tuple(keys), passed == 1, uses > len(keys) + passed)


def _is_super_init(node: ast.AST, cls: type) -> bool:
    # super(Parent, self) leaves a class out: VFNetHead does so.
    return (isinstance(node, ast.Call) and ast.unparse(node.func)
            in ('super().__init__', f'super({cls.__name__}, self)'
                '.__init__'))
