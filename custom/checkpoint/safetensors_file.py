"""Safetensors: a checkpoint as raw tensors, its meta as JSON in the header.

The format (https://huggingface.co/docs/safetensors) has no room for code.
"""
import json
from typing import Dict, Mapping, Optional

import torch
from torch import Tensor

from custom.utils.errors import InputError

ENDING = '.safetensors'


def safetensors_bytes(weights: Mapping[str, Tensor], meta: dict,
                      filename: str) -> bytes:
    """A file of weights, bit for bit, and of ``meta``, plain data.

    Raises:
        InputError: The package is missing.
    """
    _require_package(filename)
    from safetensors.torch import save

    # Copies: it takes neither views nor layers that share their weights.
    return save(
        {
            name: weight.clone(memory_format=torch.contiguous_format)
            for name, weight in weights.items()
        }, dict(format='pt', meta=json.dumps(meta, ensure_ascii=False)))


def read_safetensors(filename: str,
                     map_location: Optional[str] = 'cpu') -> Dict[str, dict]:
    """``state_dict`` and ``meta`` as they were written.

    ``meta`` is empty in a file that another program wrote.

    Raises:
        InputError: The package is missing, or the file is damaged, cut off or
            no safetensors.
    """
    _require_package(filename)
    from safetensors import SafetensorError, safe_open
    try:
        with safe_open(filename, 'pt', device=map_location or 'cpu') as file:
            meta = json.loads((file.metadata() or {}).get('meta', '{}'))
            weights = {name: file.get_tensor(name) for name in file.keys()}
    except (SafetensorError, ValueError, RecursionError, OSError) as error:
        raise InputError(f'{filename}: not safetensors, or cut off ({error}); '
                         'copy it again') from None
    return dict(state_dict=weights, meta=meta)


def _require_package(filename: str) -> None:
    try:
        import safetensors  # noqa: F401
    except ImportError as error:
        raise InputError(
            f'{filename}: needs the package safetensors: pip '
            'install -c constraints.txt -e ".[huggingface]"') from error
