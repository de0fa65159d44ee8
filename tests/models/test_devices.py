"""A detector trains and infers on each device as it does on the CPU."""
import copy

import pytest
import torch
from mmdet.registry import MODELS
from mmdet.structures import DetDataSample
from mmengine.optim import build_optim_wrapper
from mmengine.registry import init_default_scope
from mmengine.structures import InstanceData

from custom.apis import Predictor
from custom.config.config import load_config
from tests.helpers.run_tool import CONFIG

pytestmark = pytest.mark.slow

# Of all anchors and RoIs, so that none are drawn by chance.
ALL = {
    'model.train_cfg.rpn.sampler.num': 100_000,
    'model.train_cfg.rcnn.sampler.num': 10_000,
}


@pytest.fixture(autouse=True)
def full_float32():
    """TF32, a GPU's default for convolutions, has 10 bits."""
    with torch.backends.cudnn.flags(allow_tf32=False):
        yield


def batch():
    """Two images of 128 x 128 pixels of noise with two boxes each."""
    generator = torch.Generator().manual_seed(0)
    sample = DetDataSample(
        gt_instances=InstanceData(
            bboxes=torch.tensor([[10., 20, 60, 90], [70, 40, 120, 100]]),
            labels=torch.tensor([3, 7])),
        metainfo=dict(
            img_shape=(128, 128),
            ori_shape=(128, 128),
            pad_shape=(128, 128),
            batch_input_shape=(128, 128),
            scale_factor=(1., 1.)))
    return dict(
        inputs=[
            torch.randint(
                256, (3, 128, 128), dtype=torch.uint8, generator=generator)
            for _ in range(2)
        ],
        data_samples=[sample, copy.deepcopy(sample)])


def train_step(device, **optim_wrapper):
    """The losses of one step, the weights before it and after it."""
    init_default_scope('mmdet')
    cfg = load_config(CONFIG, ALL)
    torch.manual_seed(0)
    model = MODELS.build(cfg.model)
    model.init_weights()
    model.to(device).train()
    before = copy.deepcopy(model.state_dict())
    wrapper = build_optim_wrapper(model, {
        **cfg.optim_wrapper,
        **optim_wrapper
    })
    losses = model.train_step(batch(), wrapper)
    return ({
        name: float(value.detach())
        for name, value in losses.items()
    }, before, model.state_dict())


@pytest.fixture(scope='module')
def on_cpu():
    with torch.backends.cudnn.flags(allow_tf32=False):
        return train_step('cpu')


def test_one_training_step(on_cpu, device):
    expected, _, _ = on_cpu
    losses, before, after = train_step(device)

    assert losses.keys() >= {
        'loss', 'loss_rpn_cls', 'loss_rpn_bbox', 'loss_cls', 'loss_bbox'
    }
    assert losses == pytest.approx(expected, rel=1e-2, abs=1e-3)
    assert {value.device.type for value in after.values()} == {device}
    # AdamW moves a weight by up to its learning rate, in the first step.
    for name in ('backbone.conv1.weight', 'rpn_head.rpn_conv.weight',
                 'roi_head.bbox_head.fc_cls.weight'):
        moved = (after[name] - before[name]).abs().max()
        assert 0 < moved < 2e-3, name
        assert after[name].isfinite().all(), name


def check_autocast(expected, losses, after):
    # Rounded to 8 bits, to about one part in 200.
    assert losses['loss'] == pytest.approx(expected['loss'], rel=.05)
    assert losses != expected
    weights = [
        value for name, value in after.items() if name.endswith('weight')
    ]
    assert {weight.dtype for weight in weights} == {torch.float}
    assert all(weight.isfinite().all() for weight in weights)


def test_autocast(on_cpu, device):
    losses, _, after = train_step(device, type='Bf16OptimWrapper')
    check_autocast(on_cpu[0], losses, after)


@pytest.mark.gpu
def test_autocast_in_float16(on_cpu):
    # MMEngine's wrapper refuses a CPU.
    losses, _, after = train_step(
        'cuda', type='AmpOptimWrapper', loss_scale='dynamic')
    check_autocast(on_cpu[0], losses, after)


@pytest.mark.gpu
def test_inference(r18, images):
    found = Predictor(r18[0], 'cuda', 'fp32').batch(images)
    expected = Predictor(r18[0], 'cpu', 'fp32').batch(images)

    assert len(found) == len(images)
    for mine, other in zip(found, expected):
        assert len(mine) > 5
        assert [d.label for d in mine] == [d.label for d in other]
        for one, two in zip(mine, other):
            assert one.score == pytest.approx(two.score, abs=1e-3)
            assert one.box == pytest.approx(two.box, abs=.05)


def test_inference_in_bfloat16(r18, images, device):
    found = Predictor(r18[0], device, 'bf16').batch(images)
    expected = Predictor(r18[0], 'cpu', 'fp32').batch(images)

    for mine, other in zip(found, expected):
        best, theirs = mine[0], other[0]
        assert best.score == pytest.approx(theirs.score, abs=.05)
