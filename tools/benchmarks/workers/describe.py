"""Environment of a Python as JSON: versions, device, threads."""
import importlib.metadata
import importlib.util
import json
import os
import platform

import torch

PACKAGES = ('torch', 'torchvision', 'mmengine', 'mmcv', 'mmdet', 'numpy',
            'numba', 'pycocotools')
ISA = ('avx2', 'avx512_f', 'avx512_vnni', 'avx512_bf16', 'avx512_fp16',
       'amx_tile', 'amx_bf16', 'sve', 'bf16')


def describe() -> dict:
    return dict(
        python=platform.python_version(),
        packages={name: _version(name)
                  for name in PACKAGES if _version(name)},
        compiled_mmcv=_has_compiled_mmcv(),
        cpu=_cpu(),
        isa=_isa(),
        cores=os.cpu_count(),
        threads=torch.get_num_threads(),
        gpu=torch.cuda.get_device_name(0)
        if torch.cuda.is_available() else None,
        cuda=torch.version.cuda)


def _version(name: str) -> str:
    for distribution in (name, f'onedl-{name}', name.replace(
            'det', 'detection'), f'onedl-{name}'.replace('det', 'detection')):
        try:
            return importlib.metadata.version(distribution)
        except importlib.metadata.PackageNotFoundError:
            pass
    return ''


def _has_compiled_mmcv() -> bool:
    # find_spec of the parent imports mmcv itself, which needs no operators.
    return bool(
        importlib.util.find_spec('mmcv')
        and importlib.util.find_spec('mmcv._ext'))


def _cpu() -> str:
    try:
        with open('/proc/cpuinfo') as file:
            for line in file:
                if line.startswith('model name'):
                    return line.partition(':')[2].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()


def _isa() -> list:
    # Older torch names the best level only.
    if not hasattr(torch.cpu, 'get_capabilities'):
        return [torch.backends.cpu.get_cpu_capability()]
    has = torch.cpu.get_capabilities()
    return [name for name in ISA if has.get(name)]


if __name__ == '__main__':
    print(json.dumps(describe()))
