import subprocess
import sys
from types import ModuleType

import mmcv.ops
import pytest
import torch
from mmcv.ops import box_iou_rotated
from mmdet.models.layers import bbox_nms

from custom.ops import mmcv_ext
from custom.ops.batched_nms import batched_nms
from custom.utils.errors import InputError


def channels_last():
    return torch.ones(2, 3, 4, 4).to(memory_format=torch.channels_last)


@pytest.mark.slow
def test_mmdet_imports_in_a_fresh_process():
    code = ('import custom, mmcv.ops, mmdet.models, mmdet.apis\n'
            'from mmengine.utils.dl_utils import collect_env\n'
            'collect_env()\n'
            'import sys\n'
            'assert "custom.ops.nms_kernels" not in sys.modules\n'
            'from custom.ops import mmcv_ext\n'
            'print(mmcv_ext.backend())')
    done = subprocess.run([sys.executable, '-c', code],
                          check=True,
                          capture_output=True,
                          text=True)
    assert done.stdout.strip() == mmcv_ext.backend()


def test_missing_operator_is_named():
    extension = mmcv_ext.Extension('mmcv._ext')
    with pytest.raises(InputError, match="'box_iou_rotated'.*MMCV_WITH_OPS=1"):
        extension.box_iou_rotated(torch.zeros(1, 5), aligned=False)


def test_missing_operator_through_mmcv():
    if mmcv_ext.has_compiled_operators():
        return
    with pytest.raises(InputError, match="'box_iou_rotated'"):
        box_iou_rotated(torch.zeros(1, 5), torch.zeros(1, 5))


def test_dunder_names_are_no_operators():
    with pytest.raises(AttributeError, match='__path__'):
        mmcv_ext.Extension('mmcv._ext').__path__


def test_provided_operators():
    extension = mmcv_ext.Extension('mmcv._ext')
    for name in mmcv_ext.PROVIDED:
        assert getattr(extension, name).__module__.startswith('custom.ops')


def test_install_twice():
    before = sys.modules[mmcv_ext.NAME]
    mmcv_ext.install()
    assert sys.modules[mmcv_ext.NAME] is before


def compiled_module(kernel):
    extension = ModuleType('compiled')
    for name in mmcv_ext.PROVIDED:
        setattr(extension, name, kernel)
    mmcv_ext.replace_cpu_operators(extension)
    return extension


def test_compiled_kernels_get_contiguous_float32():
    seen = []

    def kernel(values, rois, output, **options):
        seen.append((values.is_contiguous(), values.dtype,
                     rois.is_contiguous(), options))
        output.fill_(7)

    extension = compiled_module(kernel)
    # 'meta' stands for any device that is not the CPU.
    extension.roi_pool_forward(
        channels_last().bfloat16().to('meta'),
        torch.zeros(5, 3).t().to('meta'),
        torch.zeros(1),
        pooled_height=1)
    assert seen == [(True, torch.float, True, dict(pooled_height=1))]


def test_replacing_twice():
    extension = compiled_module(print)
    before = extension.nms
    mmcv_ext.replace_cpu_operators(extension)
    assert extension.nms is before


def test_on_the_cpu_ours_run_beside_compiled_ones():
    extension = compiled_module(print)
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


def test_mmcv_has_our_batched_nms():
    assert mmcv.ops.batched_nms is bbox_nms.batched_nms is batched_nms
