"""ONNX export of detectors: written with torch, run without it."""
