"""Lazy imports of what MMEngine and MMDetection bring and detection rarely
needs: sharded training, and lanes.

With them ``import custom`` takes half as long again: they import FSDP, DTensor
and SymPy, or imgaug and SciPy's distributions. All are imported when a config
names one of their classes, or code uses one.
"""
import importlib
import sys
from types import ModuleType
from typing import Any, Tuple

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


class LazyClass:
    """Stand-in for a class of a module that is imported when the class is
    called, derived from or looked into."""

    def __init__(self, module: str, name: str) -> None:
        self._of = module, name

    @property
    def __wrapped__(self) -> type:  # inspect.signature looks here
        module, name = self._of
        if isinstance(getattr(sys.modules[module], name), LazyClass):
            _import(module)
        return getattr(sys.modules[module], name)

    def __call__(self, *args, **kwargs) -> Any:
        return self.__wrapped__(*args, **kwargs)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.__wrapped__, name)

    def __mro_entries__(self, bases: tuple) -> Tuple[type]:
        return (self.__wrapped__, )

    def __instancecheck__(self, instance: object) -> bool:
        kind = getattr(sys.modules[self._of[0]], self._of[1])
        return kind is not self and isinstance(instance, kind)


def _import(module: str) -> None:
    registry, *classes = _LAZY[module]
    for name in classes:  # or they are there already
        del _module_dict(registry)[name]
    del sys.modules[module]
    importlib.import_module(module)


def _module_dict(registry: str) -> dict:
    module, name = registry.split(':')
    return getattr(importlib.import_module(module), name).module_dict
