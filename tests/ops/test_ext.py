import subprocess
import sys
from types import ModuleType

import pytest
import torch
from mmcv.ops import box_iou_rotated

from custom.errors import InputError
from custom.ops import ext, roi_pool


def channels_last():
    return torch.ones(2, 3, 4, 4).to(memory_format=torch.channels_last)


def test_mmdet_imports_in_a_fresh_process():
    code = ('import custom, mmcv.ops, mmdet.models, mmdet.apis\n'
            'from mmengine.utils.dl_utils import collect_env\n'
            'collect_env()\n'
            'from custom.ops import ext\n'
            'print(ext.backend())')
    done = subprocess.run([sys.executable, '-c', code],
                          check=True,
                          capture_output=True,
                          text=True)
    assert done.stdout.strip() == ext.backend()


def test_missing_operator_is_named():
    extension = ext.Extension('mmcv._ext')
    with pytest.raises(InputError, match="'box_iou_rotated'.*MMCV_WITH_OPS=1"):
        extension.box_iou_rotated(torch.zeros(1, 5), aligned=False)


def test_missing_operator_through_mmcv():
    if ext.compiled():
        return
    with pytest.raises(InputError, match="'box_iou_rotated'"):
        box_iou_rotated(torch.zeros(1, 5), torch.zeros(1, 5))


def test_dunder_names_are_no_operators():
    with pytest.raises(AttributeError, match='__path__'):
        ext.Extension('mmcv._ext').__path__


def test_provided_operators():
    extension = ext.Extension('mmcv._ext')
    for name in ext.PROVIDED:
        assert getattr(extension, name).__module__.startswith('custom.ops')


def test_install_twice():
    before = sys.modules[ext.NAME]
    ext.install()
    assert sys.modules[ext.NAME] is before


def test_compiled_kernels_get_contiguous_tensors():
    seen = []

    def kernel(values, rois, **options):
        seen.append((values.is_contiguous(), rois.is_contiguous(), options))

    extension = ModuleType('compiled')
    for name in ('roi_align_forward', 'roi_align_backward', 'roi_pool_forward',
                 'roi_pool_backward'):
        setattr(extension, name, kernel)
    ext.mend(extension)
    mended = extension.roi_align_forward
    mended(channels_last(), torch.zeros(5, 3).t(), aligned=True)
    assert seen == [(True, True, dict(aligned=True))]
    ext.mend(extension)
    assert extension.roi_align_forward is mended


def test_compiled_roi_pool_gets_a_cpu_kernel():
    extension = ModuleType('compiled')
    for name in ('roi_align_forward', 'roi_align_backward', 'roi_pool_forward',
                 'roi_pool_backward'):
        setattr(extension, name, print)
    ext.mend(extension)
    out = torch.zeros(1, 3, 1, 1)
    extension.roi_pool_forward(
        channels_last(),
        torch.tensor([[0, 0, 0, 3, 3.]]),
        out,
        torch.zeros(1, 3, 1, 1, dtype=torch.int),
        pooled_height=1,
        pooled_width=1,
        spatial_scale=1.)
    assert out.flatten().tolist() == [1, 1, 1]
    assert roi_pool.roi_pool_forward is not extension.roi_pool_forward
