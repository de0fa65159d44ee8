"""The module ``mmcv._ext`` for an MMCV that was installed without one.

``mmcv.ops`` looks its operators up in the compiled module ``mmcv._ext``.
A plain ``pip install onedl-mmcv`` has none, so :func:`install` puts one in
its place whose operators are those of :mod:`custom.ops`.
"""
import functools
import importlib
import importlib.machinery
import importlib.util
import sys
from types import ModuleType
from typing import Callable, NoReturn

from custom.errors import InputError

NAME = 'mmcv._ext'

# operator -> the module of custom.ops that provides it
PROVIDED = {
    'roi_align_forward': 'roi_align',
    'roi_align_backward': 'roi_align',
    'roi_pool_forward': 'roi_pool',
    'roi_pool_backward': 'roi_pool',
    'nms': 'nms',
    'softnms': 'nms',
}

HOW_TO_COMPILE = (
    'MMCV_WITH_OPS=1 pip install --no-build-isolation '
    '--no-binary onedl-mmcv --no-cache-dir --force-reinstall --no-deps '
    'onedl-mmcv==2.3.6')


class Extension(ModuleType):
    """Looks like the compiled module; imports an operator at its first use.

    Any name that is not a dunder is taken for an operator, because
    ``mmcv.ops`` asserts at import that all of its hundred operators exist.
    """

    def __getattr__(self, name: str) -> Callable:
        if name.startswith('__'):
            raise AttributeError(f'module {NAME} has no attribute {name}')
        if name in PROVIDED:
            module = importlib.import_module(f'custom.ops.{PROVIDED[name]}')
            operator = getattr(module, name)
        else:
            operator = functools.partial(_not_provided, name)
        setattr(self, name, operator)
        return operator

    @staticmethod
    def get_compiler_version() -> str:
        return 'none (custom.ops)'

    @staticmethod
    def get_compiling_cuda_version() -> str:
        return 'none (custom.ops)'


def _not_provided(name: str, *args, **kwargs) -> NoReturn:
    raise InputError(
        f"the operator '{name}' is not among those that run without compiled "
        f'MMCV ({", ".join(PROVIDED)}). To have it, install a C++ compiler, '
        'then `pip install setuptools wheel packaging numpy` beside torch, '
        f'then `{HOW_TO_COMPILE}`')


def compiled() -> bool:
    """Whether the installed MMCV has compiled operators; imports nothing."""
    mmcv = importlib.util.find_spec('mmcv')
    return mmcv is not None and importlib.machinery.PathFinder.find_spec(
        NAME, mmcv.submodule_search_locations) is not None


def install() -> None:
    """Gives MMCV its operators. To be called before ``mmcv.ops`` is imported.

    Calling it again changes nothing.
    """
    if compiled():
        mend(importlib.import_module(NAME))
    elif NAME not in sys.modules:
        extension = Extension(NAME, 'RoI operators and NMS on torch.')
        # mmengine asks importlib.util.find_spec, which needs a __spec__.
        extension.__spec__ = importlib.machinery.ModuleSpec(
            NAME, loader=None, origin='custom.ops')
        sys.modules[NAME] = extension


def mend(extension: ModuleType) -> None:
    """Corrects what is wrong in compiled MMCV 2.3.6; the only such place.

    Its RoI kernels read any input as if it were contiguous NCHW, so that
    channels-last features silently give wrong values; and RoIPool has no
    kernel for the CPU.
    """
    from custom.ops import roi_pool
    for name in ('roi_align_forward', 'roi_align_backward', 'roi_pool_forward',
                 'roi_pool_backward'):
        operator = getattr(extension, name)
        if not hasattr(operator, '__wrapped__'):
            setattr(extension, name,
                    _mended(operator, getattr(roi_pool, name, operator)))


def _mended(operator: Callable, cpu_operator: Callable) -> Callable:

    @functools.wraps(operator)
    def call(values, rois, *args, **kwargs):
        chosen = cpu_operator if values.device.type == 'cpu' else operator
        return chosen(values.contiguous(), rois.contiguous(), *args, **kwargs)

    return call


def backend() -> str:
    """One line for logs: which operators MMCV uses in this process."""
    import torch
    if isinstance(sys.modules.get(NAME), Extension):
        return f'custom.ops (torch {torch.__version__})'
    if compiled():
        return 'mmcv compiled'
    return 'none: custom.ops.ext.install() was not called'
