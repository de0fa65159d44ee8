"""ONNX backends: OpenVINO where it is installed, else ONNX Runtime.

One of them is imported, never both: the idle threads of one library slow the
other down.
"""
from importlib.util import find_spec

from custom.inference.onnx_session import OnnxSession
from custom.utils.errors import InputError

# Their packages, the first choice first.
BACKENDS = ('openvino', 'onnxruntime')
_PRECISIONS = ('auto', 'fp32', 'bf16')


def open_onnx(path: str,
              threads: int,
              backend: str = 'auto',
              precision: str = 'auto') -> OnnxSession:
    """Opens an ``.onnx`` file by a backend.

    Args:
        path: An ONNX file.
        threads: Threads that one pass uses.
        backend: As for :func:`choose_backend`.
        precision: ``'fp32'``, ``'bf16'`` by OpenVINO on a CPU that has it, or
            ``'auto'`` for bfloat16 where that can be had: of the detector of
            the project mAP is 0.822 in it and 0.824 in float32, on the 500
            test images of its data (docs/onnx.md).

    Raises:
        InputError: As :func:`choose_backend`; the file can't be read or is no
            ONNX file, or the CPU has no bfloat16.
    """
    if choose_backend(path, backend, precision) == 'openvino':
        from custom.inference.openvino_session import open_session
    else:
        from custom.inference.onnxruntime_session import open_session
    try:
        with open(path, 'rb'):
            pass
        return open_session(path, threads, precision)
    except InputError:
        raise
    except OSError as error:
        raise InputError(f'{path}: cannot be read ({error.strerror}); write '
                         'it with tools/export.py') from None
    # ONNX Runtime has an exception for each way to be wrong, without a base.
    except Exception as error:
        reason = ' '.join(str(error).split())[:200]
        raise InputError(f'{path}: not an ONNX file, or cut off ({reason}); '
                         'copy it, or export it with tools/export.py, '
                         'again') from None


def choose_backend(path: str, backend: str, precision: str) -> str:
    """The backend that runs a file: one of :data:`BACKENDS`.

    Args:
        path: Of the file, for errors.
        backend: One of :data:`BACKENDS`, or ``'auto'`` for the first that is
            installed.
        precision: As for :func:`open_onnx`.

    Raises:
        InputError: It runs no ONNX files, has not that precision, or is not
            installed.
    """
    if backend not in ('auto', *BACKENDS):
        raise InputError(f'{path}: backend {backend!r}: an ONNX file is run '
                         f'by {" or ".join(BACKENDS)}')
    if precision not in _PRECISIONS:
        raise InputError(f'{path}: precision {precision!r}: take one of '
                         f'{", ".join(_PRECISIONS)}')
    able = ('openvino', ) if precision == 'bf16' else BACKENDS
    if backend == 'auto':
        able = [name for name in able if find_spec(name)] or able
        backend = able[0]
    if backend not in able:
        raise InputError(f'{path}: ONNX Runtime runs it in float32; for '
                         f'{precision} take backend openvino')
    if not find_spec(backend):
        raise InputError(f'{path}: needs {backend}, which is not installed: '
                         f'pip install {backend}')
    return backend
