"""Predictor factory: of a checkpoint or an exported file, by its ending."""
import os
from typing import TYPE_CHECKING, Optional, Union

from custom.inference.default_checkpoint import default_checkpoint
from custom.inference.onnx_predictor import OnnxPredictor
from custom.inference.sliced_predictor import SlicedPredictor
from custom.structures.detection import Predictor
from custom.utils.errors import InputError

if TYPE_CHECKING:  # what needs no torch imports this module too
    from mmengine.config import Config


def is_onnx(path: Union[str, os.PathLike]) -> bool:
    """Whether a file's name is that of an exported detector."""
    return os.fspath(path).lower().endswith('.onnx')


def is_opencv(path: Union[str, os.PathLike]) -> bool:
    """Whether a file's name is that of a detector for OpenCV's DNN module."""
    return os.fspath(path).lower().endswith('.zip')


def needs_torch(path: Union[str, os.PathLike]) -> bool:
    """Whether a file is a checkpoint, by its name, and not exported."""
    return not (is_onnx(path) or is_opencv(path))


def is_detector(path: Union[str, os.PathLike]) -> bool:
    """Whether a file's name is that of a checkpoint or exported detector."""
    return os.fspath(path).lower().endswith(
        ('.pth', '.pt', '.safetensors', '.onnx', '.zip'))


def load_predictor(path: Union[str, os.PathLike, None] = None,
                   device: Optional[str] = None,
                   precision: str = 'auto',
                   threads: Optional[int] = None,
                   tta: bool = False,
                   slice_size: Optional[int] = None,
                   config: Optional['Config'] = None,
                   backend: str = 'auto') -> Predictor:
    """Loads the predictor of a file.

    Args:
        path: A checkpoint, or an ``.onnx`` or ``.zip`` file exported from
            one, which needs no torch; by default the checkpoint that comes
            with the project.
        device: For example ``'cuda:0'``; by default a GPU where there is one.
            An exported file runs on the CPU.
        precision: ``'fp32'``, ``'bf16'`` or ``'auto'``, as for
            :class:`custom.inference.torch_predictor.TorchPredictor`, and as
            for :func:`custom.inference.onnx_backend.open_onnx`.
        threads: Threads of the CPU that one pass uses; by default as many as
            the library thinks right.
        tta: Test-time augmentation, with a checkpoint.
        slice_size: Look for small objects in tiles of so many pixels, see
            :class:`custom.inference.sliced_predictor.SlicedPredictor`.
        config: Of a checkpoint, instead of the one that it carries.
        backend: ``'auto'``; ``'torch'``, of a checkpoint; ``'openvino'`` or
            ``'onnxruntime'``, of an ``.onnx`` file; ``'opencv'``, of a
            ``.zip`` file.

    Raises:
        InputError: The file can't be read or is none of ours, an exported
            file can't be run as told, or a package that it needs is missing.
    """
    path = default_checkpoint() if path is None else os.fspath(path)
    if is_opencv(path) or backend == 'opencv':
        predictor = _load_opencv(path, device, precision, threads, tta,
                                 backend)
    elif is_onnx(path):
        predictor = _load_onnx(path, device, precision, threads, tta, backend)
    else:
        require_torch(path, backend)
        predictor = _load_torch(path, device, precision, threads, tta, config)
    if slice_size is None:
        return predictor
    return SlicedPredictor(predictor, slice_size)


def require_torch(checkpoint: str, backend: str) -> None:
    """Raises an InputError if a backend can't run a checkpoint."""
    if backend not in ('auto', 'torch'):
        raise InputError(f'{checkpoint}: backend {backend!r}: a checkpoint is '
                         'run by torch; export it with tools/export.py and '
                         'give the .onnx file')


def _load_torch(path: str, device: Optional[str], precision: str,
                threads: Optional[int], tta: bool,
                config: Optional['Config']) -> Predictor:
    try:
        import torch

        from custom.inference.torch_predictor import TorchPredictor
    except ModuleNotFoundError as error:
        if error.name != 'torch':
            raise
        raise InputError(f'{path}: a checkpoint needs torch: pip install '
                         '".[train]"; or give an .onnx file') from None
    if threads is not None:
        torch.set_num_threads(threads)
    return TorchPredictor(path, device, precision, tta, config)


def _load_onnx(path: str, device: Optional[str], precision: str,
               threads: Optional[int], tta: bool, backend: str) -> Predictor:
    if device not in (None, 'cpu'):
        raise InputError(f'{path}: an ONNX file runs on the CPU; leave device '
                         f'{device} out')
    if tta:
        raise InputError(f'{path}: an ONNX file resizes images to one size; '
                         'test-time augmentation needs the checkpoint')
    return OnnxPredictor(path, threads, backend, precision)


def _load_opencv(path: str, device: Optional[str], precision: str,
                 threads: Optional[int], tta: bool, backend: str) -> Predictor:
    if not is_opencv(path):
        raise InputError(f'{path}: OpenCV runs a .zip file; write one with '
                         'tools/export.py CHECKPOINT --to opencv')
    if (device not in (None, 'cpu') or precision not in ('auto', 'fp32')
            or backend not in ('auto', 'opencv')):
        raise InputError(f'{path}: a detector for OpenCV runs by OpenCV on '
                         'the CPU in float32; leave device, precision and '
                         'backend out')
    if tta:
        raise InputError(f'{path}: a detector for OpenCV resizes images to '
                         'one size; test-time augmentation needs the '
                         'checkpoint')
    from custom.inference.opencv_predictor import OpenCVPredictor
    return OpenCVPredictor(path, threads)
