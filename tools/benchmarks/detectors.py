"""Detector jobs to measure: configs, random weights, images and boxes."""
import os.path as osp
from typing import Callable, Dict, List, NamedTuple, Tuple, Union

import torch
from mmdet.models.backbones.resnet import BasicBlock, Bottleneck
from torch import Tensor, nn
from torch.nn.modules.batchnorm import _BatchNorm

from benchmarks.process import ROOT
from benchmarks.workers.mmdet_work import batch, build_from
from custom.config.config import load_config

Size = Tuple[int, int]  # height, width

_CONFIGS = osp.join(ROOT, 'configs/faster_rcnn/')
R50 = _CONFIGS + 'faster-rcnn_r50_fpn_1x_drawings22.py'
R18 = _CONFIGS + 'faster-rcnn_r18_fpn_bn_scratch-256px_1xb4-14e_drawings22.py'
# That of `make demo`.
DEMO = (
    _CONFIGS +
    'faster-rcnn_efficientnet-lite0_fpn_256px_1xb4-14e_drawings22.py')

# So small that hundreds of steps on one batch leave the losses finite.
LEARNING_RATE = 1e-5


class DetectorCase(NamedTuple):
    """Detector to measure: a name for the table, a config, an image size."""
    name: str
    config: str
    size: Size

    def __str__(self) -> str:
        return f'{self.name} {self.size[0]}x{self.size[1]}'


def detector_job(detector: DetectorCase,
                 kind: str,
                 batch_size: int,
                 device: str,
                 change: Callable[[dict], None] = lambda model: None) -> dict:
    """Detector job, all a worker needs: model, weights, images, boxes.

    Args:
        detector: What to build.
        kind: ``infer`` or ``train``.
        batch_size: Images at once.
        device: As torch names it.
        change: Alters the model's config in place.

    Returns:
        ``model``, its config; ``optim_wrapper``, and
        ``baseline_optim_wrapper`` that leaves the optimizer at its defaults;
        ``weights``; ``images``, uint8 (3, H, W) BGR; ``boxes`` (N, 4) xyxy
        pixels and ``labels`` (N, ) of each image; ``rpn``, proposals before
        and after NMS.
    """
    cfg = load_config(detector.config)
    model = cfg.model.to_dict()
    model['backbone']['init_cfg'] = None
    change(model)
    wrapper = cfg.optim_wrapper.to_dict()
    wrapper['optimizer']['lr'] = LEARNING_RATE
    generator = torch.Generator().manual_seed(0)
    num_classes = model['roi_head']['bbox_head']['num_classes']
    boxes, labels = zip(*(_objects(detector.size, num_classes, generator)
                          for _ in range(batch_size)))
    images = [_image(detector.size, generator) for _ in range(batch_size)]
    return dict(
        kind=kind,
        device=device,
        model=model,
        optim_wrapper=wrapper,
        baseline_optim_wrapper=dict(
            wrapper, optimizer=_plain_optimizer(wrapper['optimizer'])),
        weights=random_weights(model, images[0], generator),
        images=images,
        boxes=boxes,
        labels=labels,
        rpn=dict(
            train=_counts(model['train_cfg']['rpn_proposal']),
            test=_counts(model['test_cfg']['rpn'])))


def use_torchvision_pooling(model: dict) -> None:
    """Gives a model torchvision's RoIAlign: pixels that begin at their corner
    and four samples a bin."""
    model['roi_head']['bbox_roi_extractor']['roi_layer'].update(
        aligned=False, sampling_ratio=2)


def random_weights(model: dict, image: Tensor,
                   generator: torch.Generator) -> Dict[str, Tensor]:
    """Random weights with which a detector behaves like a trained one.

    Features have unit scale through all layers, batch norms have statistics
    worth folding, proposals differ in score, and some hundred RoIs of an
    image score above the threshold. All this holds for ``image``, uint8
    (3, H, W), and those like it.
    """
    torch.manual_seed(0)
    built = build_from(model).eval()
    head = built.roi_head.bbox_head
    background = torch.zeros(head.fc_cls.out_features)
    background[-1] = 6.
    for layer in (*built.neck.modules(), *built.rpn_head.modules(),
                  *head.modules()):
        if isinstance(layer,
                      (nn.Conv2d, nn.Linear)) and layer.bias is not None:
            _calibrate(layer, 1., 0.)
    outputs = ((built.rpn_head.rpn_cls, 2., -2.), (built.rpn_head.rpn_reg, .3,
                                                   0.),
               (head.fc_cls, 2., background), (head.fc_reg, 1., 0.))
    for layer, deviation, mean in outputs:
        _calibrate(layer, deviation, mean)
    norms = [m for m in built.modules() if isinstance(m, _BatchNorm)]
    momenta = [norm.momentum for norm in norms]
    for norm in norms:
        _vary(norm.weight, generator)
        norm.train().momentum = 1.
    for block in built.backbone.modules():
        # As in trained networks a block adds little to what passes it by.
        # Else a rounding error grows with every layer.
        if isinstance(block, Bottleneck):
            block.norm3.weight.data *= .3
        elif isinstance(block, BasicBlock):
            block.norm2.weight.data *= .3
    with torch.no_grad():
        built.test_step(
            batch(
                dict(
                    images=[image],
                    boxes=[torch.zeros(0, 4)],
                    labels=[torch.zeros(0, dtype=torch.long)])))
    for norm, momentum in zip(norms, momenta):
        _vary(norm.running_var, generator)
        norm.momentum = momentum
    return built.state_dict()


def _calibrate(layer: nn.Module, deviation: float,
               mean: Union[float, Tensor]) -> None:
    """At its next call each channel is made to spread so around its mean."""

    def scale(layer, inputs, output):
        hook.remove()
        channels = output.transpose(0, 1).flatten(1)
        factor = deviation / (channels.std(1) + 1e-6)
        layer.weight.mul_(factor.view(-1, *[1] * (layer.weight.ndim - 1)))
        layer.bias.copy_((layer.bias - channels.mean(1)) * factor + mean)
        return layer(*inputs)

    hook = layer.register_forward_hook(scale)


def _vary(values: Tensor, generator: torch.Generator) -> None:
    """Multiplies each by 0.8 to 1.2, in place."""
    with torch.no_grad():
        values.mul_(.8 + .4 * torch.rand(values.shape, generator=generator))


def _image(size: Size, generator: torch.Generator) -> Tensor:
    """Patches of color on paper with grain, uint8 (3, height, width).

    Noise alone would look the same everywhere, to a network.
    """
    image = torch.full((3, *size), 200.)
    extents = torch.tensor([*size, *size])
    for patch in torch.rand((40, 7), generator=generator):
        top, left, height, width = (patch[:4]**torch.tensor([1, 1, 2, 2]) *
                                    extents).long().tolist()
        image[:, top:top + height + 2,
              left:left + width + 2] = 240 * patch[4:, None, None]
    grain = torch.rand((3, *size), generator=generator)
    return (image + 15 * grain).to(torch.uint8)


def _objects(size: Size, num_classes: int,
             generator: torch.Generator) -> Tuple[Tensor, Tensor]:
    """Ten boxes, a tenth to a half of the image in each direction."""
    sides = torch.tensor([size[1], size[0]])
    extent = (.1 + .4 * torch.rand((10, 2), generator=generator)) * sides
    corner = torch.rand((10, 2), generator=generator) * (sides - extent)
    labels = torch.randint(num_classes, (10, ), generator=generator)
    return torch.cat([corner, corner + extent], 1), labels


def _plain_optimizer(optimizer: dict) -> dict:
    return {
        k: v
        for k, v in optimizer.items() if k not in ('fused', 'foreach')
    }


def _counts(proposals: dict) -> List[int]:
    return [proposals['nms_pre'], proposals['max_per_img']]
