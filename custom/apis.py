"""Public API: load a detector and find objects with it.

``init_detector`` and ``inference_detector`` work as those of ``mmdet.apis``;
``Predictor(checkpoint)(image)`` needs no config; ``load_predictor`` takes an
``.onnx`` file as well; ``SlicedPredictor(predictor, size)`` finds small
objects in large images.
"""
from custom.inference.load_predictor import load_predictor
from custom.inference.sliced_predictor import SlicedPredictor
from custom.inference.torch_predictor import TorchPredictor as Predictor
from custom.inference.torch_predictor import inference_detector, init_detector

__all__ = [
    'Predictor', 'SlicedPredictor', 'inference_detector', 'init_detector',
    'load_predictor'
]
