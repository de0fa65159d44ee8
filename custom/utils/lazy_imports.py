"""Lazy imports of what MMEngine, MMDetection and torch bring and detection
rarely needs: sharded training, lanes, plots, what SciPy computes for tracking,
and torch's compiler.

With the first two ``import custom`` takes half as long again, with the others
half as long once more: they import FSDP, DTensor and SymPy, imgaug, SciPy and
Matplotlib. All are imported when a config names one of their classes, or code
uses one.
"""
import builtins
import contextlib
import importlib
import sys
from importlib.util import find_spec
from types import ModuleType
from typing import (Any, Callable, Iterator, List, Mapping, Optional, Sequence,
                    Tuple)

# module: registry and classes that it registers
_LAZY = {
    'mmengine.optim.optimizer.zero_optimizer':
    ('mmengine.registry:OPTIMIZERS', 'ZeroRedundancyOptimizer'),
    'mmengine.model.wrappers.fully_sharded_distributed':
    ('mmengine.registry:MODEL_WRAPPERS', 'MMFullyShardedDataParallel'),
    'mmengine._strategy.fsdp':
    ('mmengine.registry:STRATEGIES', 'FSDPStrategy'),
    'mmdet.datasets.transforms.generate_line':
    ('mmdet.registry:TRANSFORMS', 'ImageAug', 'LinesToArray',
     'PackLineDetectionInputs'),
}
# Packages whose functions MMDetection imports when it is imported.
_PACKAGES = ('imagecorruptions', 'matplotlib', 'scipy', 'seaborn', 'sklearn')
_IMPORT = builtins.__import__


def postpone_imports() -> None:
    """Puts stand-ins where those modules are imported, and their classes in
    the registries.

    To be called before MMDetection is imported; a module that is there already
    stays.
    """
    for module, (registry, *classes) in _LAZY.items():
        if module not in sys.modules:
            stand_in = sys.modules[module] = ModuleType(module)
            registered = _module_dict(registry)
            for name in classes:
                registered[name] = LazyClass(module, name)
                setattr(stand_in, name, registered[name])
    if LazyDynamo.NAME not in sys.modules:
        sys.modules[LazyDynamo.NAME] = LazyDynamo()


class LazyObject:
    """Stand-in for an object of a module that is imported when the object is
    called, derived from or looked into."""

    def __init__(self, module: str, name: str) -> None:
        self._of = module, name

    @property
    def __wrapped__(self) -> Any:  # inspect.signature looks here
        return _real(*self._of)

    def __call__(self, *args, **kwargs) -> Any:
        return self.__wrapped__(*args, **kwargs)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.__wrapped__, name)

    def __mro_entries__(self, bases: tuple) -> Tuple[type]:
        return (self.__wrapped__, )

    def __instancecheck__(self, instance: object) -> bool:
        return isinstance(instance, self.__wrapped__)


class LazyClass(LazyObject):
    """Stand-in for a class that a registry has."""

    @property
    def __wrapped__(self) -> type:
        module, name = self._of
        if isinstance(getattr(sys.modules[module], name), LazyClass):
            _import(module)
        return getattr(sys.modules[module], name)

    def __instancecheck__(self, instance: object) -> bool:
        kind = getattr(sys.modules[self._of[0]], self._of[1])
        return kind is not self and isinstance(instance, kind)


class LazyModule(ModuleType):
    """Stand-in for a module of a package; what is taken from it while others
    are imported is a :class:`LazyObject`."""

    def __getattr__(self, name: str) -> Any:
        found = LazyObject(self.__name__, name)
        return found if _is_postponing() else found.__wrapped__


class LazyDynamo(ModuleType):
    """Stand-in for ``torch._dynamo``, the compiler's front end, whose import
    takes 1.2 s, a fifth of a short training.

    Every optimizer imports it for two functions that do nothing while nothing
    is compiled. Whatever else is asked of it is answered by the module itself,
    which is then imported in this one's place.
    """
    NAME = 'torch._dynamo'

    def __init__(self) -> None:
        super().__init__(self.NAME)
        self._disabled: List[Tuple[Callable, bool]] = []

    def disable(self,
                fn: Callable,
                recursive: bool = True,
                **kwargs: Any) -> Callable:
        """``fn``, which torch keeps as the one that is not compiled."""
        self._disabled.append((fn, recursive))
        return fn

    def graph_break(self, *args: Any, **kwargs: Any) -> None:
        """Ends a graph, where there is one."""

    def __getattr__(self, name: str) -> Any:
        if name == '__file__':  # who looks through all modules asks for it
            raise AttributeError(name)
        if sys.modules[self.NAME] is self:
            del sys.modules[self.NAME]
            real = importlib.import_module(self.NAME)
            for fn, recursive in self._disabled:
                # Of torch._compile._disable_dynamo.
                vars(fn)['__dynamo_disable'] = real.disable(
                    fn, recursive, wrapping=False)
        # Waits where another thread has begun to import it.
        return getattr(importlib.import_module(self.NAME), name)


@contextlib.contextmanager
def postponed_packages() -> Iterator[None]:
    """Modules of MMDetection that are imported inside get stand-ins for
    Matplotlib, SciPy and others; all else gets the packages themselves.

    One that is imported already stays.
    """
    builtins.__import__ = _import_lazily
    try:
        yield
    finally:
        builtins.__import__ = _IMPORT


def _is_postponing() -> bool:
    return builtins.__import__ is _import_lazily


def _import_lazily(name: str,
                   globals: Optional[Mapping[str, Any]] = None,
                   locals: Any = None,
                   fromlist: Optional[Sequence[str]] = (),
                   level: int = 0) -> ModuleType:
    """``__import__``, with stand-ins for MMDetection."""
    package = name.partition('.')[0]
    of_mmdet = (globals or {}).get('__name__', '').startswith('mmdet.')
    if (level or not of_mmdet or package not in _PACKAGES
            or package in sys.modules or not find_spec(package)):
        return _IMPORT(name, globals, locals, fromlist, level)
    return LazyModule(name if fromlist else package)


def _real(module: str, name: str) -> Any:
    found = importlib.import_module(module)
    if not hasattr(found, name):
        return importlib.import_module(f'{module}.{name}')
    return getattr(found, name)


def _import(module: str) -> None:
    registry, *classes = _LAZY[module]
    for name in classes:  # or they are there already
        del _module_dict(registry)[name]
    del sys.modules[module]
    importlib.import_module(module)


def _module_dict(registry: str) -> dict:
    module, name = registry.split(':')
    return getattr(importlib.import_module(module), name).module_dict
