"""RoIAlign, RoIPool, NMS and soft-NMS on torch alone, offered to MMCV.

``custom.ops.ext.install()`` makes them MMCV's operators where MMCV has no
compiled ones.
"""
