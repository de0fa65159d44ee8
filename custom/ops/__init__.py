"""Operators without a compiler: RoIAlign, RoIPool, NMS, soft-NMS, focal loss.

``custom.ops.mmcv_ext.install()`` makes them MMCV's operators on the CPU, and
chooses the ones for CUDA.
"""
