"""Shim for ``mmcv._ext``: gives MMCV the operators of :mod:`custom.ops`.

``mmcv.ops`` looks its operators up in the compiled module ``mmcv._ext``.
A plain ``pip install onedl-mmcv`` has none, so :func:`install` puts one in
its place. Where there is one, it gets our operators for the CPU.
"""
import functools
import importlib
import importlib.machinery
import importlib.util
import sys
from types import ModuleType
from typing import Callable, NoReturn, Optional

from custom.utils.errors import InputError

NAME = 'mmcv._ext'

# operator -> the module of custom.ops that provides it
PROVIDED = {
    'roi_align_forward': 'roi_align',
    'roi_align_backward': 'roi_align',
    'roi_pool_forward': 'roi_pool',
    'roi_pool_backward': 'roi_pool',
    'nms': 'nms',
    'softnms': 'nms',
    'sigmoid_focal_loss_forward': 'focal_loss',
    'sigmoid_focal_loss_backward': 'focal_loss',
}

HOW_TO_COMPILE = (
    'MMCV_WITH_OPS=1 pip install --no-build-isolation '
    '--no-binary onedl-mmcv --no-cache-dir --force-reinstall --no-deps '
    'onedl-mmcv==2.3.6')


class Extension(ModuleType):
    """Stand-in for the compiled module; imports an operator at its first use.

    Any name that is not a dunder is taken for an operator, because
    ``mmcv.ops`` asserts at import that all of its hundred operators exist.
    """

    def __getattr__(self, name: str) -> Callable:
        if name.startswith('__'):
            raise AttributeError(f'module {NAME} has no attribute {name}')
        if name in PROVIDED:
            operator = dispatch_by_device(name)
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


def has_compiled_operators() -> bool:
    """Whether the installed MMCV has compiled operators; imports nothing."""
    mmcv = importlib.util.find_spec('mmcv')
    return mmcv is not None and importlib.machinery.PathFinder.find_spec(
        NAME, mmcv.submodule_search_locations) is not None


def install() -> None:
    """Installs the operators in MMCV, before MMDetection is imported.

    Calling it again changes nothing.
    """
    if has_compiled_operators():
        replace_cpu_operators(importlib.import_module(NAME))
    elif NAME not in sys.modules:
        extension = Extension(NAME, 'RoI operators and NMS on torch.')
        # mmengine asks importlib.util.find_spec, which needs a __spec__.
        extension.__spec__ = importlib.machinery.ModuleSpec(
            NAME, loader=None, origin='custom.ops')
        sys.modules[NAME] = extension
    import mmcv.ops

    from custom.ops.batched_nms import batched_nms
    mmcv.ops.batched_nms = batched_nms
    # mmcv.ops.nms is the function; the module of that name is here.
    sys.modules['mmcv.ops.nms'].batched_nms = batched_nms


def replace_cpu_operators(extension: ModuleType) -> None:
    """Replaces the compiled CPU operators by ours, beside those for CUDA."""
    for name in PROVIDED:
        operator = getattr(extension, name)
        if not hasattr(operator, '__wrapped__'):
            setattr(extension, name, dispatch_by_device(name, operator))


def dispatch_by_device(name: str,
                       from_mmcv: Optional[Callable] = None) -> Callable:
    """Operator that dispatches by the device of its first tensor.

    Args:
        name: one of PROVIDED.
        from_mmcv: the compiled operator, if there is one.
    """
    module = importlib.import_module(f'custom.ops.{PROVIDED[name]}')
    own = getattr(module, name)

    @functools.wraps(from_mmcv or own)
    def call(values, *args, **kwargs):
        if values.device.type == 'cpu':
            return own(values, *args, **kwargs)
        from custom.ops import dispatch_cuda
        operator = dispatch_cuda.cuda_operator(name, own, from_mmcv, kwargs)
        return operator(values, *args, **kwargs)

    return call


def backend() -> str:
    """Backend in one line for logs: which operators MMCV uses here."""
    import torch
    extension = sys.modules.get(NAME)
    if not isinstance(extension, Extension) and not hasattr(
            getattr(extension, 'nms', None), '__wrapped__'):
        return 'none: custom.ops.mmcv_ext.install() was not called'
    line = f'custom.ops (torch {torch.__version__})'
    if torch.cuda.is_available():
        from custom.ops import dispatch_cuda
        compiled = has_compiled_operators()
        line += f', on CUDA {dispatch_cuda.cuda_backend(compiled)}'
    return line
