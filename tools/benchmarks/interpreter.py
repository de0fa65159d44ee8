"""Baseline interpreter: the Python to compare with, and what it has."""
import json
import subprocess
from typing import NamedTuple, Optional

from benchmarks.process import environment, script
from custom.utils.errors import InputError

HOW_TO_GET_ONE = (
    'MMDetection with compiled operators (python -m venv stock; '
    'stock/bin/pip install torch setuptools wheel packaging numpy; '
    'MMCV_WITH_OPS=1 stock/bin/pip install --no-build-isolation --no-binary '
    'onedl-mmcv onedl-mmcv onedl-mmdetection), or torchvision '
    '(stock/bin/pip install torchvision)')


class Baseline(NamedTuple):
    """Baseline environment: the other Python.

    Attributes:
        python: The interpreter.
        name: ``mmdet`` or ``torchvision``, what is measured there.
        has: What ``workers/describe.py`` tells.
        ours: Whether MMCV gets its operators from this project there.
    """
    python: str
    name: str
    has: dict
    ours: bool = False


def describe_interpreter(python: str, ours: bool) -> dict:
    """Describes a Python: versions, device and threads.

    Raises:
        InputError: It doesn't run, or has no torch.
    """
    try:
        done = subprocess.run([python, script('describe.py')],
                              capture_output=True,
                              text=True,
                              env=environment(ours))
    except OSError as error:
        raise InputError(f'--against {python}: cannot be run '
                         f'({error.strerror}); give the path of a Python, '
                         'such as stock/bin/python') from None
    try:
        return json.loads(done.stdout.splitlines()[-1])
    except (IndexError, ValueError):
        words = done.stderr.strip().splitlines() or ['it says nothing']
        raise InputError(f'--against {python}: {words[-1]}; it needs torch and'
                         f' {HOW_TO_GET_ONE}') from None


def find_baseline(python: Optional[str]) -> Optional[Baseline]:
    """Probes the baseline Python; None if there is none.

    Raises:
        InputError: It has neither MMDetection with compiled operators nor
            torchvision.
    """
    if python is None:
        return None
    has = describe_interpreter(python, ours=False)
    if 'mmdet' in has['packages'] and has['compiled_mmcv']:
        return Baseline(python, 'mmdet', has)
    if 'torchvision' in has['packages']:
        return Baseline(python, 'torchvision', has)
    raise InputError(f'--against {python}: has neither MMDetection with '
                     f'compiled MMCV nor torchvision; install '
                     f'{HOW_TO_GET_ONE}')
