"""ONNX Runtime session, on the CPU in float32."""
import functools

import onnxruntime

from custom.inference.onnx_session import OnnxSession


def open_session(path: str, threads: int, precision: str) -> OnnxSession:
    """Opens an ``.onnx`` file by ONNX Runtime.

    Args:
        path: An ONNX file.
        threads: Threads that one pass uses.
        precision: ``'fp32'`` or ``'auto'``, which is the same here.

    Raises:
        Exception: It is no ONNX file; ONNX Runtime has an exception for each
            way to be wrong, without a base.
    """
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    # Threads that wait sleep. Beside other busy processes spinning ones
    # took 1.5 times as long with two threads, and no less with one.
    options.add_session_config_entry('session.intra_op.allow_spinning', '0')
    options.log_severity_level = 3  # errors; a person can't act on the rest
    session = onnxruntime.InferenceSession(
        path, options, providers=['CPUExecutionProvider'])
    outputs = tuple(part.name for part in session.get_outputs())
    return OnnxSession(f'ONNX Runtime {onnxruntime.__version__}', 'float32',
                       session.get_modelmeta().custom_metadata_map,
                       tuple(part.name for part in session.get_inputs()),
                       outputs, functools.partial(session.run, None))
