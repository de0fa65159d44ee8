from mmdet.registry import MODELS
from mmengine.config import Config
from mmengine.registry import init_default_scope
from torch import nn

from benchmarks.complexity import complexity, input_size
from custom.config.config import load_config
from custom.models.optimize import optimize_for_training

R18 = ('configs/faster_rcnn/'
       'faster-rcnn_r18_fpn_bn_scratch-256px_1xb4-14e_drawings22.py')


class Tiny(nn.Module):
    """A convolution of 3 x 3 from 3 to 2 channels, and a linear layer."""

    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 2, 3, padding=1)
        self.linear = nn.Linear(4, 5)

    def forward(self, inputs, data_samples, mode):
        assert mode == 'tensor'
        return self.conv(inputs), self.linear(data_samples[0].proposals.bboxes)


def test_by_hand():
    found = complexity(Tiny(), (4, 8))

    # Weights and biases: 2 x 3 x 9 + 2, and 5 x 4 + 5.
    assert found.parameters == 56 + 25
    # 32 pixels of 2 x 3 x 9, and 1000 proposals of 5 x 4.
    assert found.flops == 32 * 54 + 1000 * 20


def test_a_detector_layer_by_layer():
    init_default_scope('mmdet')
    model = MODELS.build(load_config(R18).model).eval()
    optimize_for_training(model)
    counted = []

    def count(layer, inputs, output):
        places = output.numel() // output.shape[1]
        counted.append(places * layer.weight.numel())

    found = complexity(model, (64, 96))
    for layer in model.modules():
        if isinstance(layer, (nn.Conv2d, nn.Linear)):
            layer.register_forward_hook(count)
    assert complexity(model, (64, 96)) == found

    # What pools RoIs multiplies too, and is not counted.
    assert found.flops == sum(counted)
    assert found.parameters == sum(p.numel() for p in model.parameters())


def test_size_of_the_largest_image():
    resize = dict(type='Resize', scale=(600, 400), keep_ratio=True)
    for steps in ([resize], [dict(type='Wrapper', transforms=[resize])]):
        cfg = Config(
            dict(
                model=dict(data_preprocessor=dict(pad_size_divisor=16)),
                test_dataloader=dict(dataset=dict(pipeline=steps))))

        # 37.5 times 16 wide.
        assert input_size(cfg) == (400, 608)
