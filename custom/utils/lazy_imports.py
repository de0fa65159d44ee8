"""Lazy imports of what MMEngine and MMDetection bring and detection rarely
needs: sharded training, lanes, plots, and what SciPy computes for tracking.

With them ``import custom`` takes twice as long: they import FSDP, DTensor and
SymPy, imgaug, SciPy and Matplotlib. All are imported when a config names one
of their classes, or code uses one.
"""
import contextlib
import importlib
import sys
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType
from typing import Any, Iterator, Optional, Tuple

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
_PACKAGES = ('imagecorruptions', 'matplotlib', 'scipy', 'seaborn')


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
    """Stand-in for a module of a package; what is imported from it is a
    :class:`LazyObject`."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith('__'):
            raise AttributeError(f'{self.__name__} has no {name} yet')
        if sys.modules.get(self.__name__) is self:
            return LazyObject(self.__name__, name)
        return _real(self.__name__, name)


class _LazyFinder(MetaPathFinder, Loader):
    """Finder of stand-ins for the modules of packages."""

    def __init__(self) -> None:
        self._packages = [
            name for name in _PACKAGES
            if name not in sys.modules and PathFinder.find_spec(name)
        ]

    def find_spec(self, name: str, *args: object) -> Optional[ModuleSpec]:
        lazy = name.partition('.')[0] in self._packages
        return ModuleSpec(name, self, is_package=True) if lazy else None

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return LazyModule(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """There is nothing to run."""


@contextlib.contextmanager
def postponed_packages() -> Iterator[None]:
    """Imports inside get stand-ins for Matplotlib, SciPy and others; imports
    after it the packages themselves.

    One that is imported already stays.
    """
    sys.meta_path.insert(0, _LazyFinder())
    try:
        yield
    finally:
        _end_postponing()


def _end_postponing() -> None:
    finders = [one for one in sys.meta_path if isinstance(one, _LazyFinder)]
    if not finders:
        return
    for one in finders:
        sys.meta_path.remove(one)
    for name, module in [*sys.modules.items()]:
        if isinstance(module, LazyModule):
            del sys.modules[name]


def _real(module: str, name: str) -> Any:
    _end_postponing()  # where one is used by what is being imported
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
