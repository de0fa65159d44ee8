import pytest

from benchmarks.backends import Backend, is_stock, job_of, measure_backends
from benchmarks.benchmark_settings import BenchmarkSettings
from benchmarks.detectors import DEMO, R18
from custom.config.config import load_config

pytestmark = pytest.mark.slow


def test_onnx_runtime_against_torch(r18, images):
    settings = BenchmarkSettings(None, 'cpu', (64, 64), '', rounds=1)
    # 80 x 60 each, which the test pipeline makes 160 x 120.
    job = job_of(r18[0], [images[0], images[2]])

    row, = measure_backends(r18[0], job, 1,
                            [Backend('onnxruntime', 'fp32', r18[1])], settings)

    assert row.work == 'r18 120x160 batch 1'
    assert row.variant == 'onnxruntime fp32'
    assert row.against == 'torch fp32'
    assert row.agreement.same
    assert not row.agreement.words.startswith('0/')
    assert len(row.seconds) == len(row.other_seconds) == 1
    assert row.roofline > 0
    assert len(job['images']) == 2


@pytest.mark.parametrize('config, stock', [(R18, True), (DEMO, False)])
def test_parts_of_this_project(config, stock):
    # The demo's backbone is EfficientNet-Lite.
    assert is_stock(load_config(config).model) is stock
