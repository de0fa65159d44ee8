"""Mix of data sets: another one beside that of a config, in a stated ratio."""
import copy
from typing import Tuple

from mmengine.config import Config

from custom.config.config import require_coco
from custom.config.tree import inner_datasets, type_name
from custom.utils.errors import InputError


def use_mix(cfg: Config, mix: str) -> str:
    """Mixes the training images of another data folder in.

    An epoch then has all images of the config's own training set, and others
    of the folder each time, with the same pipeline. Validation stays as it is.

    Args:
        cfg: Changed in place.
        mix: ``FOLDER:SHARE``; the share is that of the images of an epoch
            which are of the folder, above 0 and below 1.

    Returns:
        A line that tells it.

    Raises:
        InputError: The share is none, or the config joins or samples its
            training images in a way of its own.
    """
    folder, share = _parse(mix)
    loader = cfg.train_dataloader
    own, *others = inner_datasets(loader.dataset)
    kind = type_name(loader.get('sampler') or {})
    wrapper = type_name(loader.dataset)
    if wrapper == 'MultiImageMixDataset':
        raise InputError(
            f'--mix {mix}: {cfg.filename} trains on a {wrapper}, whose '
            'pipeline the other images would not get. Mix in its '
            'train_dataloader what you want')
    if others or kind != 'DefaultSampler':
        raise InputError(
            f'--mix {mix}: {cfg.filename} '
            f'{"joins several data sets" if others else f"has a {kind}"} for '
            'training already. Mix in its train_dataloader what you want')
    require_coco(own, f'--mix {mix}')
    other = copy.deepcopy(own)
    other.update(
        data_root=folder,
        data_prefix=dict(img='images/'),
        ann_file='annotations/train.json')
    loader.dataset = dict(
        type='ConcatDataset', datasets=[loader.dataset, other])
    loader.sampler.update(type='MixSampler', share=share)
    return (f'mix: {share:g} of the images of an epoch are of {folder}, '
            'others in each epoch')


def _parse(mix: str) -> Tuple[str, float]:
    folder, _, number = mix.rpartition(':')
    try:
        share = float(number)
    except ValueError:
        share = 0
    if not folder or not 0 < share < 1:
        raise InputError(
            f'--mix {mix}: is not FOLDER:SHARE, with a share above 0 and '
            'below 1, as data/drawings22:0.3 is')
    return folder, share
