"""Cost of what makes a run exact: seeds, signals and NaN checks of a step.

    python -m tests.helpers.guard_cost

Prints milliseconds a step. The norm is free where gradients are clipped: it is
known then.
"""
import statistics
import time

from mmdet.registry import MODELS
from mmengine.registry import init_default_scope
from torch import nn

from custom.config.config import load_config
from custom.engine.seeding import seed_step
from custom.engine.stop_signal import StopSignal
from tests.helpers.run_tool import CONFIG

CONFIGS = (CONFIG, 'configs/faster_rcnn/faster-rcnn_r50_fpn_1x_drawings22.py')
ROUNDS, CALLS = 7, 30


def milliseconds(call):
    """Median over rounds of the mean of calls."""
    rounds = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        for _ in range(CALLS):
            call()
        rounds.append((time.perf_counter() - began) / CALLS * 1000)
    return statistics.median(rounds)


def main():
    init_default_scope('mmdet')
    stop = StopSignal()
    print(f'{milliseconds(lambda: seed_step(0, 1)):8.3f} seeds')
    print(f'{milliseconds(stop.came):8.3f} signal')
    for path in CONFIGS:
        cfg = load_config(path)
        cfg.model.backbone.init_cfg = None
        weights = [
            weight.detach() for weight in MODELS.build(cfg.model).parameters()
            if weight.requires_grad
        ]
        norm = milliseconds(lambda: float(nn.utils.get_total_norm(weights)))
        millions = sum(weight.numel() for weight in weights) / 1e6
        print(f'{norm:8.3f} norm of {millions:.1f} million gradients: {path}')


if __name__ == '__main__':
    main()
