"""Fingerprint of a run: hashes of its annotations and of its config."""
import hashlib
import os.path as osp
from typing import Dict

from mmengine.config import Config

from custom.config.config import settings
from custom.config.tree import inner_datasets
from custom.datasets.annotations.reader import open_coco
from custom.utils.errors import InputError

# Where it runs and what it goes on from, not what is trained.
_ELSEWHERE = ('work_dir', 'load_from', 'resume', 'launcher')


def fingerprint(cfg: Config) -> Dict[str, str]:
    """Hashes of what a run is made of.

    Returns:
        ``config``, that of all settings; and by data set, such as ``train``
        and ``val``, that of its annotation file. Files that are no COCO JSON
        are left out.
    """
    hashes = {
        'config':
        _short(
            repr({
                key: value
                for key, value in sorted(settings(cfg).items())
                if key not in _ELSEWHERE
            }).encode())
    }
    for split in ('train', 'val'):
        loader = cfg.get(f'{split}_dataloader')
        for number, dataset in enumerate(
                inner_datasets(loader.dataset) if loader else ()):
            path = osp.join(
                dataset.get('data_root') or '',
                dataset.get('ann_file') or '')
            try:
                digest = open_coco(path).digest
            except InputError:
                continue
            hashes[f'{split}{number or ""}'] = _short(digest)
    return hashes


def _short(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:16]
