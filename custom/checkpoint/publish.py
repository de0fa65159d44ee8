"""Published checkpoints: what inference and fine-tuning need, and no more."""
import json
from pathlib import Path
from types import MappingProxyType
from typing import Dict, Mapping

import torch
from mmengine.config import Config
from torch import Tensor

from custom.checkpoint.dataset_meta import (checkpoint_classes,
                                            checkpoint_thresholds)
from custom.checkpoint.finite import require_finite
from custom.checkpoint.loading import load_whole, write_whole
from custom.config.literal import literal_assignments
from custom.utils.errors import InputError

# What tells one checkpoint from others, in its meta and in results of it.
IDENTITY = ('run', 'fingerprint', 'epoch', 'iter')
_META = ('dataset_meta', 'cfg', 'seed', 'mmengine_version', *IDENTITY)
# Where the training lay, on a machine that is nobody else's.
_PLACES = ('work_dir', 'load_from', 'resume')
_RESULTS = ('split', 'scores', 'per_class')
# Said by the checkpoint itself.
_ORIGIN = ('checkpoint', *IDENTITY)


def publish(filename: str,
            out: str,
            results: Mapping[str, str],
            half: bool = False) -> None:
    """Writes the part of a checkpoint that others need, atomically.

    That is its weights and, in ``meta``, class names, thresholds, config
    without the places of its training, which run it was, and ``results``
    beside those that it has.

    Args:
        filename: A checkpoint that was trained here.
        out: Path to write.
        results: Files that ``tools/test.py`` wrote, by the name of what was
            measured on; what they say goes into ``meta.results``.
        half: Store matrices and kernels in float16, half the size. Biases
            and norms stay in float32: a small variance would lose its
            digits, and they are few.

    Raises:
        InputError: It can't be read, carries no class names, no config or no
            weights, a weight is not finite, or too large for float16, results
            are of another checkpoint, or ``out`` is the checkpoint itself or
            can't be written.
    """
    stored = published(filename, results, half)
    if Path(out).exists() and Path(out).samefile(Path(filename).expanduser()):
        raise InputError(f'{out}: is the checkpoint itself; choose another '
                         'name, for what is left out would be lost')
    write_whole(stored, out)


def published(filename: str,
              results: Mapping[str, str] = MappingProxyType({}),
              half: bool = False) -> Dict[str, dict]:
    """Published checkpoint: ``state_dict`` and ``meta``, plain data."""
    stored = load_whole(filename)
    checkpoint_classes(stored, filename)
    checkpoint_thresholds(stored, filename)
    meta = {key: stored['meta'][key] for key in _META if key in stored['meta']}
    meta['cfg'] = _without_places(stored, filename)
    measured = dict(stored['meta'].get('results', {}))
    measured.update(
        (name, _read_results(path, meta)) for name, path in results.items())
    if measured:
        meta['results'] = measured
    weights = _finite_weights(stored, filename)
    if half:
        weights = _in_half(weights, filename)
    return dict(state_dict=weights, meta=meta)


def _without_places(checkpoint: dict, filename: str) -> str:
    text = checkpoint['meta'].get('cfg')
    try:
        settings = literal_assignments(text)
    except (TypeError, ValueError, SyntaxError) as error:
        raise InputError(f'{filename}: its config is no plain data ({error}); '
                         'use a checkpoint trained here') from None
    return Config({
        key: value
        for key, value in settings.items() if key not in _PLACES
    }).pretty_text


def _finite_weights(checkpoint: dict, filename: str) -> Dict[str, Tensor]:
    if not checkpoint.get('state_dict'):
        raise InputError(f'{filename}: has no state_dict, the weights; use a '
                         'checkpoint trained here')
    weights = checkpoint['state_dict']
    require_finite(dict(state_dict=weights), filename)
    return weights


def _read_results(path: str, meta: dict) -> dict:
    try:
        results = json.loads(Path(path).read_text(encoding='utf-8'))
        missing = {*_RESULTS} - {*results.keys()}
    except (OSError, ValueError, AttributeError) as error:
        raise InputError(f'{path}: no results ({error}); give the file that '
                         'tools/test.py wrote') from None
    if missing:
        raise InputError(f'{path}: no results (without '
                         f'{", ".join(sorted(missing))}); give the file that '
                         'tools/test.py wrote')
    _require_same_checkpoint(results, path, meta)
    return {key: value for key, value in results.items() if key not in _ORIGIN}


def _require_same_checkpoint(results: dict, path: str, meta: dict) -> None:
    said = {'run': None, **results}
    for key in IDENTITY:
        ours = meta.get(key)
        if said.get(key, ours) != ours:
            raise InputError(f'{path}: measured another {key} ({said[key]}) '
                             f'than this one ({ours}); test this checkpoint')


def _in_half(weights: Mapping[str, Tensor],
             filename: str) -> Dict[str, Tensor]:
    largest = torch.finfo(torch.half).max
    halved = dict(weights)
    for name, weight in weights.items():
        if weight.dtype == torch.float32 and weight.ndim > 1:
            if not weight.abs().max() <= largest:
                raise InputError(f'{filename}: {name} has values above '
                                 f'{largest:.0f}, too large for half '
                                 'precision; publish it in full')
            halved[name] = weight.half()
    return halved
