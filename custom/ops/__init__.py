"""RoIAlign, RoIPool, NMS and soft-NMS without a compiler, offered to MMCV.

``custom.ops.mmcv_ext.install()`` makes them MMCV's operators on the CPU, and
chooses the ones for CUDA.
"""
