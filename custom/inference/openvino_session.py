"""OpenVINO session, on the CPU in float32 or bfloat16."""
import contextlib
import ctypes
import sys
import threading
from types import ModuleType
from typing import Dict, Iterator, List, Mapping

import numpy as np

from custom.inference.onnx_session import OnnxSession
from custom.utils.errors import InputError


def _import_openvino() -> ModuleType:
    """OpenVINO, without its telemetry: where this package can be imported,
    importing OpenVINO tells Google Analytics of it."""
    sys.modules.setdefault('openvino_telemetry', None)
    import openvino
    return openvino


openvino = _import_openvino()


def open_session(path: str, threads: int, precision: str) -> OnnxSession:
    """Opens an ``.onnx`` file by OpenVINO.

    Args:
        path: An ONNX file.
        threads: Threads that one pass uses; more than there are cores count
            as these.
        precision: ``'fp32'``, ``'bf16'``, or ``'auto'`` for bfloat16 on a CPU
            that has it.

    Raises:
        InputError: ``'bf16'``, and the CPU has none.
        RuntimeError: It is no ONNX file.
    """
    core = openvino.Core()
    with _own_signal_stack():
        bf16 = _uses_bf16(core, path, precision)
    # Not core.read_model: of a bad file it asks all frontends, and some print.
    frontend = openvino.frontend.FrontEndManager().load_by_framework('onnx')
    model = frontend.convert(frontend.load(path))
    compiled = core.compile_model(
        model,
        'CPU',
        dict(
            PERFORMANCE_HINT='LATENCY',
            NUM_STREAMS=1,
            INFERENCE_NUM_THREADS=threads,
            INFERENCE_PRECISION_HINT='bf16' if bf16 else 'f32',
            # Else the threads of all workers of a service share one core.
            ENABLE_CPU_PINNING=False))
    version = openvino.__version__.partition('-')[0]
    dtype = 'bfloat16' if bf16 else 'float32'
    return OnnxSession(f'OpenVINO {version}', dtype, _props(model),
                       tuple(part.any_name for part in model.inputs),
                       tuple(part.any_name for part in model.outputs),
                       _Runner(compiled).run)


class _SignalStack(ctypes.Structure):
    """``stack_t`` of Linux: where a thread handles signals."""
    _fields_ = [('start', ctypes.c_void_p), ('flags', ctypes.c_int),
                ('size', ctypes.c_size_t)]


@contextlib.contextmanager
def _own_signal_stack() -> Iterator[None]:
    """Restores the signal stack of the thread (sigaltstack) at the end.

    OpenVINO 2026.4, on Linux, gives it another when a core loads its CPU
    plugin, and unmaps that with the core. Of two cores that end in the order
    they were made, the thread would keep the one of the first, which is no
    memory any more, and the next signal that Python handles would end the
    process without a word.
    """
    if sys.platform != 'linux':
        yield
        return
    libc, stack = ctypes.CDLL(None), _SignalStack()
    libc.sigaltstack(None, ctypes.byref(stack))
    try:
        yield
    finally:
        libc.sigaltstack(ctypes.byref(stack), None)


class _Runner:
    """Runs a compiled model, one pass at a time: its one stream takes no
    more, and a request for each thread would take the memory of each."""

    def __init__(self, compiled: 'openvino.CompiledModel') -> None:
        self._request = compiled.create_infer_request()
        self._lock = threading.Lock()

    def run(self, inputs: Mapping[str, np.ndarray]) -> List[np.ndarray]:
        with self._lock:
            # Copies: the next pass overwrites what the request holds.
            return [*self._request.infer(inputs, share_inputs=True).values()]


def _uses_bf16(core: 'openvino.Core', path: str, precision: str) -> bool:
    has_bf16 = 'BF16' in core.get_property('CPU', 'OPTIMIZATION_CAPABILITIES')
    if precision == 'bf16' and not has_bf16:
        raise InputError(f'{path}: this CPU has no bfloat16 instructions '
                         '(avx512_bf16 or AMX); take precision fp32')
    return has_bf16 and precision != 'fp32'


def _props(model: 'openvino.Model') -> Dict[str, str]:
    """``metadata_props``, where the ONNX frontend puts them."""
    if not model.has_rt_info('framework'):
        return {}
    return {
        name: value.astype(str)
        for name, value in model.rt_info['framework'].items()
    }
