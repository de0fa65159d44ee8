"""Checkpoint loading: files are read as data, no byte is ever run as code."""
import io
import json
import os
import os.path as osp
import pickle
import re
import warnings
import zipfile
from typing import Callable, Dict, Optional

import mmengine
import numpy as np
import torch
from mmengine.dist import barrier, is_main_process
from mmengine.fileio import LocalBackend, register_backend
from mmengine.logging import HistoryBuffer
from mmengine.runner.checkpoint import CheckpointLoader

from custom.checkpoint.packaged_weights import packaged_file
from custom.checkpoint.safetensors_file import (ENDING, read_safetensors,
                                                safetensors_bytes)
from custom.utils.atomic_write import write_bytes
from custom.utils.errors import InputError

FROM_SCRATCH = ('configs/faster_rcnn/'
                'faster-rcnn_r18_fpn_bn_scratch-256px_1xb4-14e_drawings22.py')


def _history_method(owner: type, name: str) -> Callable:
    """``getattr`` as a checkpoint needs it: the statistics of a history."""
    if owner is HistoryBuffer and name in ('min', 'max', 'current', 'mean'):
        return getattr(owner, name)
    raise pickle.UnpicklingError(f'getattr({owner!r}, {name!r})')


# What MMEngine puts into a checkpoint beside tensors and plain containers:
# the history of logged scalars. MMEngine's own list has the real getattr,
# with which a hostile pickle can reach anything, and its loader falls back to
# running the pickle (mmengine.runner.checkpoint._safe_torch_load).
_SAFE_GLOBALS = [
    HistoryBuffer,
    (_history_method, 'builtins.getattr'),
    np._core.multiarray._reconstruct,
    np._core.multiarray.scalar,
    np.ndarray,
    np.dtype,
    *(type(np.dtype(t)) for t in (np.float32, np.float64, np.int32, np.int64)),
    # As NumPy 1 spelled them.
    (np._core.multiarray._reconstruct, 'numpy.core.multiarray._reconstruct'),
    (np._core.multiarray.scalar, 'numpy.core.multiarray.scalar'),
]


def load(filename: str, map_location: Optional[str] = 'cpu') -> dict:
    """Reads a local checkpoint.

    Args:
        filename: Path of a file written by ``torch.save``, or of one with the
            ending ``.safetensors``.
        map_location: Device of the tensors, as for :func:`torch.load`.

    Returns:
        The stored dict: ``state_dict``, ``meta`` and, in one that can be
        resumed, ``optimizer``, ``param_schedulers`` and ``message_hub``.
        Weights that are stored in float16 come in float32.

    Raises:
        InputError: No such file, not a checkpoint, an exported one, cut off,
            damaged, or it holds a pickle that wants to run code.
    """
    checkpoint = load_whole(filename, map_location)
    if 'config' in checkpoint.get('meta', {}):
        # Runner.resume would execute this text as Python.
        del checkpoint['meta']['config']
    weights = checkpoint.get('state_dict', checkpoint)
    for name, weight in weights.items():
        if isinstance(weight, torch.Tensor) and weight.dtype == torch.half:
            weights[name] = weight.float()
    return checkpoint


def load_whole(filename: str, map_location: Optional[str] = 'cpu') -> dict:
    """:func:`load` of all as it is stored, to be written back."""
    filename = osp.expanduser(filename)
    if not osp.isfile(filename):
        raise InputError(f'{filename}: no such checkpoint; give the .pth file '
                         'that training wrote in its work directory')
    if filename.lower().endswith(('.onnx', '.zip')):
        raise InputError(f'{filename}: is an exported detector; this needs '
                         'the .pth checkpoint that it was exported from')
    checkpoint = (read_safetensors if filename.lower().endswith(ENDING) else
                  _unpickle)(filename, map_location)
    if not isinstance(checkpoint, dict):
        raise InputError(f'{filename}: holds a {type(checkpoint).__name__}, '
                         'not a checkpoint with a state_dict')
    # Weights alone, as torchvision publishes them, have neither key.
    for key in ('meta', 'state_dict'):
        if not isinstance(checkpoint.get(key, {}), dict):
            raise InputError(f'{filename}: its "{key}" is no dict; use a '
                             'checkpoint that this project wrote')
    return checkpoint


def write_whole(checkpoint: dict, filename: str) -> None:
    """Writes what :func:`load_whole` gave, atomically, in the format that the
    ending of ``filename`` says.

    Raises:
        InputError: It can't be written, or a package that it needs is missing.
    """
    if filename.lower().endswith(ENDING):
        data = safetensors_bytes(checkpoint['state_dict'],
                                 checkpoint.get('meta', {}), filename)
    else:
        buffer = io.BytesIO()
        torch.save(checkpoint, buffer)
        data = buffer.getvalue()
    write_bytes(filename, data)


def _unpickle(filename: str, map_location: Optional[str]) -> object:
    _require_undamaged(filename)
    try:
        with (torch.serialization.safe_globals(_SAFE_GLOBALS),
              warnings.catch_warnings()):
            warnings.simplefilter('ignore')  # on the pickle's protocol
            return torch.load(
                filename, map_location=map_location, weights_only=True)
    # Of damaged bytes the unpickler makes any exception whatever.
    except Exception as error:
        wanted = re.search(r'GLOBAL \S+|getattr\(.+\)', str(error))
        if wanted:
            raise InputError(
                f'{filename}: refused: it holds more than weights and could '
                f'run code when read ({wanted[0]}); use '
                'a checkpoint that this project wrote, or one of weights '
                'alone') from None
        raise InputError(
            f'{filename}: not a checkpoint, or cut off '
            f'({_first_line(error)}); copy or train it again') from None


def _require_undamaged(filename: str) -> None:
    """Compares the CRC-32 of each record with what was written: torch takes
    flipped bits for weights."""
    try:
        if not zipfile.is_zipfile(filename):
            return  # torch.load says what it is
        with zipfile.ZipFile(filename) as file:
            damaged = file.testzip()
    # Of a damaged directory of records it raises many things.
    except Exception as error:
        damaged = _first_line(error)
    if damaged:
        raise InputError(f'{filename}: damaged since it was written '
                         f'({damaged}); use another copy or checkpoint')


def _first_line(error: BaseException) -> str:
    lines = str(error).strip().splitlines()
    return lines[0].split('. ')[0] if lines else type(error).__name__


def _torchvision_urls() -> Dict[str, str]:
    """Addresses of the ImageNet weights that ``torchvision://NAME`` means."""
    path = osp.join(
        osp.dirname(mmengine.__file__), 'hub', 'torchvision_0.12.json')
    with open(path, encoding='utf-8') as file:
        return json.load(file)


def _load_url(url: str, map_location: Optional[str] = 'cpu') -> dict:
    """A file of that name in checkpoints/, or else one that is fetched."""
    name = osp.basename(url)
    local = osp.join('checkpoints', name)
    if is_main_process() and not osp.isfile(local):
        _fetch(url, local)
    barrier()  # the other processes read what the first one fetched
    return load(local, map_location)


def _fetch(url: str, local: str) -> None:
    # As in resnet50-0676ba61.pth: the start of the file's SHA-256.
    prefix = re.search(r'-([0-9a-f]{8,})\.', local)
    try:
        os.makedirs(osp.dirname(local), exist_ok=True)
        # Moved into place when whole.
        torch.hub.download_url_to_file(
            url,
            local,
            hash_prefix=prefix[1] if prefix else None,
            progress=os.isatty(2))
    except (OSError, RuntimeError) as error:
        raise InputError(
            f'{url}: cannot be fetched ({_first_line(error)}); either '
            f'download it elsewhere and put it at {local}, or begin with '
            'random weights (--cfg-options model.backbone.init_cfg=None), '
            f'for which {FROM_SCRATCH} is made') from None


def _load_torchvision(name: str, map_location: Optional[str] = 'cpu') -> dict:
    """``torchvision://resnet50`` without torchvision."""
    model = name.partition('://')[2]
    urls = _torchvision_urls()
    if model not in urls:
        raise InputError(f'{name}: no such weights; known are '
                         f'{", ".join(sorted(urls))}')
    return _load_url(urls[model], map_location)


def _load_packaged(name: str, map_location: Optional[str] = 'cpu') -> dict:
    """``package://NAME``, of a package that pip has installed."""
    return load(packaged_file(name), map_location)


def _refuse(name: str, map_location: Optional[str] = None) -> dict:
    """MMEngine's loaders for these would run the file as a pickle."""
    raise InputError(f'{name}: not supported; download the file and give its '
                     'path')


class AtomicLocalBackend(LocalBackend):
    """MMEngine's local files, except that a file is written whole or not.

    MMEngine opens the final path and writes: a kill or a full disk leaves
    half a checkpoint under the name of a whole one.
    """

    def put(self, obj: bytes, filepath: str) -> None:
        """Writes ``obj``; errors as
        :func:`custom.utils.atomic_write.atomic_write`."""
        write_bytes(filepath, obj)

    def put_text(self,
                 obj: str,
                 filepath: str,
                 encoding: str = 'utf-8') -> None:
        """:meth:`put` of a text."""
        write_bytes(filepath, obj.encode(encoding))


def replace_mmengine_io() -> None:
    """Replaces MMEngine's checkpoint loaders and its local file writer.

    After it, Runner, ``init_cfg`` and ``mmdet.apis.init_detector`` read local
    files, addresses, ``torchvision://`` and ``package://`` names through
    :func:`load`, which runs no code, and whatever MMEngine writes to a local
    path is written by :class:`AtomicLocalBackend`. ``import custom`` calls it.
    """
    for prefixes, loader in (
        ('', load),
        (('http://', 'https://'), _load_url),
        (('torchvision://', 'modelzoo://'), _load_torchvision),
        ('package://', _load_packaged),
        (('open-mmlab://', 'openmmlab://', 'mmcls://', 'pavi://',
          r'(\S+\:)?s3://', r'(\S+\:)?petrel://'), _refuse),
    ):
        CheckpointLoader.register_scheme(prefixes, loader, force=True)
    register_backend('local', AtomicLocalBackend, force=True, prefixes='')
