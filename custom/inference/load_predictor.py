"""Predictor factory: of PyTorch or ONNX Runtime, by the file's ending."""
import glob
import os
from typing import Optional, Union

from custom.structures.detection import Predictor
from custom.utils.errors import InputError


def is_onnx(path: Union[str, os.PathLike]) -> bool:
    """Whether a file's name is that of an exported detector."""
    return os.fspath(path).lower().endswith('.onnx')


def load_predictor(path: Union[str, os.PathLike],
                   device: Optional[str] = None,
                   precision: str = 'auto',
                   threads: Optional[int] = None) -> Predictor:
    """Loads the predictor of a file.

    Args:
        path: A checkpoint, or an ``.onnx`` file, which needs no torch.
        device: For example ``'cuda:0'``; by default a GPU where there is one.
            An ``.onnx`` file runs on the CPU.
        precision: ``'fp32'``, ``'bf16'`` or ``'auto'``, as for
            :class:`custom.inference.torch_predictor.TorchPredictor`. An
            ``.onnx`` file is float32.
        threads: Threads of the CPU that one pass uses; by default as many as
            the library thinks right.

    Raises:
        InputError: The file can't be read or is none of ours, an ``.onnx``
            file can't be run as told, or a package that it needs is missing.
    """
    path = os.fspath(path)
    if not is_onnx(path):
        try:
            import torch

            from custom.inference.torch_predictor import TorchPredictor
        except ModuleNotFoundError as error:
            if error.name != 'torch':
                raise
            raise InputError(f'{path}: a checkpoint needs torch: pip install '
                             '.[train]; or give an .onnx file') from None
        if threads is not None:
            torch.set_num_threads(threads)
        return TorchPredictor(path, device, precision)
    if device not in (None, 'cpu') or precision not in ('auto', 'fp32'):
        raise InputError(f'{path}: an ONNX file runs on the CPU in float32; '
                         'leave device and precision out')
    try:
        from custom.inference.onnx_predictor import OnnxPredictor
    except ModuleNotFoundError as error:
        if error.name != 'onnxruntime':
            raise
        raise InputError(f'{path}: needs ONNX Runtime: pip install '
                         'onnxruntime') from None
    return OnnxPredictor(path, threads)


def demo_checkpoint() -> str:
    """The best checkpoint that ``make demo`` trained.

    Raises:
        InputError: There is none.
    """
    pattern = 'work_dirs/faster-rcnn_efficientnet-*_drawings22/best_*.pth'
    paths = sorted(glob.glob(pattern), key=os.path.getmtime)
    if not paths:
        raise InputError(f'{pattern}: no such checkpoint; run `make demo`, or '
                         'give one')
    return paths[-1]
