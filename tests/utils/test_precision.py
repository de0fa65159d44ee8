import pytest
import torch

from custom.utils.errors import InputError
from custom.utils.precision import has_bf16, inference_dtype


def test_the_switch():
    assert inference_dtype('fp32', 'cpu') == torch.float32
    assert inference_dtype('bf16', 'cpu') == torch.bfloat16


def test_auto_is_bfloat16_where_the_cpu_has_it():
    with open('/proc/cpuinfo') as file:
        flags = file.read().split()

    expected = 'avx512_bf16' in flags or 'amx_bf16' in flags
    assert has_bf16('cpu') == expected
    assert inference_dtype('auto', 'cpu') == (
        torch.bfloat16 if expected else torch.float32)


def test_an_unknown_precision_is_named():
    with pytest.raises(InputError, match="'int8'.*auto, fp32, bf16"):
        inference_dtype('int8', 'cpu')
