"""ONNX export beside its checkpoint: where it lies, and whether it is of it.

Needs no torch.
"""
import os
import os.path as osp
from typing import Optional

from custom.inference.load_predictor import is_onnx
from custom.utils.errors import InputError


def path_beside(checkpoint: str) -> str:
    """Path of the ONNX export of a checkpoint, in the same folder."""
    return f'{osp.splitext(checkpoint)[0]}.onnx'


def is_exported(checkpoint: str) -> bool:
    """Whether the export is there and of the checkpoint as it is now.

    An export has the modification time that its checkpoint had when it was
    read. Newer alone would not do: one that is put in its place may be older,
    or was put there while the export was made.
    """
    time = modified_ns(checkpoint)
    return time is not None and time == modified_ns(path_beside(checkpoint))


def other_time_notice(checkpoint: str) -> str:
    """Notice of an export that may be another one's, for the user."""
    export = path_beside(checkpoint)
    return (f'{export}: has another time than {checkpoint}, so it may be of '
            'another one; it is used, since only torch could export it anew')


def require_onnx_name(out: str) -> None:
    """Raises InputError for a file that no tool would take for an export, as
    the checkpoint itself."""
    if not is_onnx(out):
        raise InputError(f'{out}: give it a name that ends in .onnx')


def modified_ns(path: str) -> Optional[int]:
    """Modification time of a file in nanoseconds; None if there is none."""
    return os.stat(path).st_mtime_ns if osp.isfile(path) else None
