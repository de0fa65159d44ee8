"""Backend benchmark: a detector by torch, ONNX Runtime, OpenVINO and OpenCV
on the CPU, in float32, bfloat16 and int8."""
import os.path as osp
import sys
import tempfile
from typing import (Any, Collection, Dict, Iterator, List, NamedTuple,
                    Sequence, Tuple)

import cv2
import numpy as np
import torch
from mmdet.registry import MODELS
from torch import Tensor

from benchmarks.benchmark_settings import BenchmarkSettings
from benchmarks.complexity import input_size
from benchmarks.detector_suites import baseline_variant
from benchmarks.detectors import DetectorCase, detector_job
from benchmarks.measure import ResultRow, ask_once, measure, say
from benchmarks.process import Variant
from custom.checkpoint.dataset_meta import config_classes
from custom.checkpoint.loading import load
from custom.config.config import load_config
from custom.config.tree import nested_dicts
from custom.evaluation.agreement import (Agreement, near_detections,
                                         same_detections)
from custom.export.to_int8 import int8_beside, quantize_layers
from custom.export.to_onnx import export_onnx
from custom.export.to_opencv import export_opencv
from custom.inference.default_checkpoint import default_checkpoint
from custom.inference.torch_predictor import TorchPredictor
from custom.sample_data.probe import probe_images
from custom.utils.errors import InputError
from custom.utils.precision import has_bf16

BATCHES = (1, 4)
# Of a round: ten passes of the small detector, one of R50.
SECONDS = .3
_DTYPES = dict(fp32='float32', bf16='bfloat16')


class Backend(NamedTuple):
    """A backend, the precision in which it runs, and the file."""
    name: str
    precision: str
    path: str

    @property
    def variant(self) -> Variant:
        options = dict(
            backend=self.name,
            path=self.path,
            # That of the layers is in the file, the rest is the backend's.
            precision=self.precision.replace('int8', 'auto'))
        return Variant(f'{self.name} {self.precision}', sys.executable,
                       'our_predictor.py', options)


def backends(settings: BenchmarkSettings) -> Iterator[ResultRow]:
    """Runs a detector by each backend, one and four images of a shape at once.

    Each is a process of its own, since in one the idle threads of a library
    slow another down, and takes turns with what it is compared with alone:
    all of R50 at once would not fit into 24 GB. That is stock MMDetection
    where it knows all parts of the detector, else torch in float32 here.

    Raises:
        InputError: The detector can't be read or exported, or a backend is
            not installed.
    """
    with tempfile.TemporaryDirectory() as folder:
        for checkpoint, images in _detectors(settings, folder):
            job = job_of(checkpoint, images)
            ours = [*_exported(checkpoint, job['images'], folder)]
            for batch in BATCHES:
                yield from measure_backends(checkpoint, job, batch, ours,
                                            settings)


def measure_backends(checkpoint: str, job: dict, batch: int,
                     ours: Sequence[Backend],
                     settings: BenchmarkSettings) -> Iterator[ResultRow]:
    """Runs a detector on the first images of its job by some backends.

    Args:
        checkpoint: Of the detector.
        job: As :func:`benchmarks.detectors.detector_job` gives it.
        batch: Images at once.
        ours: The backends.
        settings: The rounds, and what to compare with.

    Yields:
        A row for each backend, with the roofline of the float network in its
        precision; int8 has none.
    """
    job = dict(job)
    for key in ('images', 'boxes', 'labels'):
        job[key] = job[key][:batch]
    name = osp.splitext(osp.basename(checkpoint))[0]
    height, width = job['images'][0].shape[1:]
    reference = _reference(checkpoint, job, settings)
    rooflines = _rooflines(job, {backend.precision for backend in ours})
    rounds = settings.rounds or 8
    for backend in ours:
        row, = measure(f'{name} {height}x{width} batch {batch}', job,
                       [backend.variant], reference, _check, rounds, SECONDS,
                       batch)
        yield row._replace(roofline=rooflines.get(backend.precision))


def job_of(checkpoint: str, images: Sequence[np.ndarray]) -> dict:
    """The job of a checkpoint, as :func:`benchmarks.detectors.detector_job`
    gives that of a config, on images of one shape, uint8 BGR."""
    predictor = TorchPredictor(checkpoint, 'cpu', 'fp32')
    # So large already as the test pipeline makes them, since a baseline has
    # no pipeline.
    pixels = [predictor.resize_spec(image).pixels for image in images]
    return dict(
        kind='infer',
        device='cpu',
        model=predictor.model.cfg.model.to_dict(),
        weights=load(checkpoint)['state_dict'],
        images=[torch.from_numpy(one).permute(2, 0, 1) for one in pixels],
        boxes=[torch.zeros(0, 4)] * len(images),
        labels=[torch.zeros(0, dtype=torch.long)] * len(images))


def _detectors(settings: BenchmarkSettings,
               folder: str) -> Iterator[Tuple[str, List[np.ndarray]]]:
    """Checkpoints and images for each: of the configs with random weights, in
    a folder, or else the one of the settings."""
    for config in settings.configs:
        yield _untrained(config, settings, folder)
    if not settings.configs:
        images = probe_images()[:max(BATCHES)]
        side = min(images[0].shape[:2])
        checkpoint = settings.checkpoint or default_checkpoint()
        yield osp.abspath(checkpoint), [
            cv2.resize(image, (side, side)) for image in images
        ]


def _untrained(config: str, settings: BenchmarkSettings,
               folder: str) -> Tuple[str, List[np.ndarray]]:
    cfg = load_config(config)
    name = osp.splitext(osp.basename(config))[0]
    # A config for smaller images has the say.
    case = DetectorCase(name, config, min(settings.size, input_size(cfg)))
    box_head = cfg.model.get('roi_head', {}).get('bbox_head')
    if 'rpn_head' not in cfg.model or not isinstance(box_head, dict):
        raise InputError(f'{config}: random weights are made for detectors '
                         'with an RPN and one box head; train it and give '
                         '--checkpoint')
    job = detector_job(case, 'infer', max(BATCHES), 'cpu')
    path = osp.join(folder, f'{name}.pth')
    meta = dict(
        cfg=cfg.pretty_text, dataset_meta=dict(classes=config_classes(cfg)))
    torch.save(dict(state_dict=job['weights'], meta=meta), path)
    return path, [image.permute(1, 2, 0).numpy() for image in job['images']]


def _exported(checkpoint: str, images: Sequence[Tensor],
              folder: str) -> Iterator[Backend]:
    """Backends, with the files that they run in a folder."""
    say(f'{checkpoint}: is exported')
    path = osp.join(folder, 'float.onnx')
    export_onnx(checkpoint, path, probe_images())
    for precision in ('fp32', 'bf16')[:1 + has_bf16('cpu')]:
        yield Backend('torch', precision, checkpoint)
        yield Backend('openvino', precision, path)
    yield Backend('onnxruntime', 'fp32', path)
    quantized = int8_beside(checkpoint)
    if not osp.isfile(quantized):
        # What it finds is another matter, see export_int8.
        quantized = osp.join(folder, 'int8.onnx')
        quantize_layers(path, quantized,
                        [image.permute(1, 2, 0).numpy() for image in images])
    yield Backend('openvino', 'int8', quantized)
    yield Backend('onnxruntime', 'int8', quantized)
    archive = osp.join(folder, 'opencv.zip')
    try:
        export_opencv(checkpoint, archive, probe_images())
        yield Backend('opencv', 'fp32', archive)
    except InputError as error:
        say(f'opencv is left out: {error}')


def _reference(checkpoint: str, job: dict,
               settings: BenchmarkSettings) -> Variant:
    baseline = settings.baseline
    if baseline and baseline.name == 'mmdet' and is_stock(job['model']):
        return baseline_variant(baseline)
    return Backend('torch', 'fp32', checkpoint).variant


def is_stock(model: dict) -> bool:
    """Whether no part of a model is one that this project registers."""
    parts = (
        MODELS.get(node['type']) for node in nested_dicts([model])
        if 'type' in node)
    return not any(
        part and part.__module__.startswith('custom.') for part in parts)


def _rooflines(job: dict, precisions: Collection[str]) -> Dict[str, float]:
    """Least seconds of a pass, by precision."""
    dtypes = [_DTYPES[name] for name in precisions if name in _DTYPES]
    found = ask_once(
        job,
        Variant('roofline', sys.executable, 'roofline.py',
                dict(dtypes=dtypes)))
    return {
        name: found['flops'] / found['rates'][dtype]
        for name, dtype in _DTYPES.items() if dtype in dtypes
    }


def _check(variant: Variant, ours: Any, other: Any) -> Agreement:
    backend, precision = variant.name.split()
    if backend == 'opencv' or precision == 'int8':
        # Padded to a square, or rounded to 7 bits: told, not judged.
        return near_detections(ours, other)._replace(same=True)
    compare = same_detections if precision == 'fp32' else near_detections
    return compare(ours, other)
