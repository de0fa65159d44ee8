"""Environment report: versions, device, operators, and what is wrong."""
import importlib.metadata
import os
import platform
import shutil
from typing import Dict, List, Tuple

import torch
from mmengine.device import get_device

from custom.ops import mmcv_ext
from custom.utils.precision import inference_dtype
from custom.visualization.fonts import font_notice

PACKAGES = ('torch', 'onedl-mmengine', 'onedl-mmcv', 'onedl-mmdetection',
            'numpy', 'opencv-python', 'pillow', 'pycocotools')
OLDEST_TORCH = (2, 10)
LEAST_FREE = 1e9  # bytes; an R-50 checkpoint with its optimizer has 330 MB


def collect_env() -> Tuple[Dict[str, str], List[str]]:
    """Collects facts of the environment: packages, device, disk, problems.

    Returns:
        Facts by name, in the order to print them; and one line a problem,
        which says what is wrong and how to mend it.
    """
    facts = {'python': platform.python_version()}
    problems = []
    for name in PACKAGES:
        facts[name] = importlib.metadata.version(name)
    facts['device'] = _device()
    facts['inference'] = str(inference_dtype('auto', get_device()))
    facts['operators'] = mmcv_ext.backend()
    facts['Hangul'] = font_notice('ko') or 'a font has it'
    free = shutil.disk_usage(os.getcwd()).free
    facts['free disk'] = f'{free / 1e9:.1f} GB'

    version = tuple(int(n) for n in torch.__version__.split('.')[:2])
    if version < OLDEST_TORCH:
        problems.append(
            f'torch {torch.__version__} can run code when it reads a '
            'checkpoint (CVE-2025-32434, CVE-2026-24747): pip install '
            f'"torch>={".".join(map(str, OLDEST_TORCH))}"')
    if free < LEAST_FREE:
        problems.append('less than 1 GB of disk is free: a training run may '
                        'not be able to save; free some space')
    return facts, problems


def _device() -> str:
    if torch.cuda.is_available():
        return f'{torch.cuda.get_device_name(0)} (CUDA {torch.version.cuda})'
    return f'CPU, {torch.get_num_threads()} threads'
