"""ONNX session: what the backends that run an ``.onnx`` file have in common.
"""
from typing import Callable, Dict, Mapping, NamedTuple, Sequence, Tuple

import numpy as np

# One pass: arrays by the names of the inputs, to those by the names of the
# outputs.
Run = Callable[[Mapping[str, np.ndarray]], Sequence[np.ndarray]]


class OnnxSession(NamedTuple):
    """Session of a backend: an ``.onnx`` file ready to run.

    Attributes:
        runtime: The backend and its version, for a log.
        dtype: In which it computes what the file leaves in float32.
        props: The ``metadata_props`` of the file.
        inputs, outputs: Their names, in the order of the file.
        run: One pass: arrays by the name of the input, to those of
            ``outputs`` in order, which belong to the caller. Several threads
            may call it at a time.
    """
    runtime: str
    dtype: str
    props: Dict[str, str]
    inputs: Tuple[str, ...]
    outputs: Tuple[str, ...]
    run: Run
