"""Inference precision: bfloat16 or float32, by device."""
from typing import Union

import torch

from custom.utils.errors import InputError

PRECISIONS = ('auto', 'fp32', 'bf16')


def has_bf16(device: Union[str, torch.device]) -> bool:
    """Whether a device multiplies bfloat16 in hardware.

    Without such instructions (avx512_bf16 or AMX on a CPU, Ampere or later on
    NVIDIA's GPUs) bfloat16 is emulated, and slower than float32.
    """
    if torch.device(device).type == 'cuda':
        return torch.cuda.is_bf16_supported(including_emulation=False)
    # An older torch cannot be asked; float32 is right everywhere.
    ask = getattr(torch.cpu, 'get_capabilities', dict)
    return any(ask().get(isa) for isa in ('avx512_bf16', 'amx_bf16'))


def inference_dtype(precision: str,
                    device: Union[str, torch.device]) -> torch.dtype:
    """The floating dtype to infer in.

    Args:
        precision: ``'fp32'``, ``'bf16'``, or ``'auto'`` for bfloat16 on a CPU
            that has it and float32 elsewhere.
        device: Where the model is.

    Raises:
        InputError: There is no such precision.
    """
    if precision not in PRECISIONS:
        raise InputError(f'precision {precision!r}: take one of '
                         f'{", ".join(PRECISIONS)}')
    if precision == 'auto':
        on_cpu = torch.device(device).type == 'cpu'
        precision = 'bf16' if on_cpu and has_bf16(device) else 'fp32'
    return torch.bfloat16 if precision == 'bf16' else torch.float32
