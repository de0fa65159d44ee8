"""ONNX export beside its checkpoint: where it lies, and whether it is of it.

Needs no torch.
"""
import os.path as osp


def path_beside(checkpoint: str) -> str:
    """Path of the ONNX export of a checkpoint, in the same folder."""
    return f'{osp.splitext(checkpoint)[0]}.onnx'


def is_exported(checkpoint: str) -> bool:
    """Whether the export is there and no older than its checkpoint."""
    out = path_beside(checkpoint)
    return (osp.isfile(out) and osp.isfile(checkpoint)
            and osp.getmtime(out) >= osp.getmtime(checkpoint))
