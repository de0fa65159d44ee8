"""Input size of a model: the pixels in a config that it changes."""
from typing import Any, Dict, Iterator, Tuple

from mmengine.config import Config

from custom.config.tree import dicts_with_paths, nested_dicts, type_name
from custom.utils.errors import InputError

# Keys in pixels, of transforms that make the image that the model sees,
_RESIZES = dict(
    Resize=('scale', ),
    FixScaleResize=('scale', ),
    FixShapeResize=('width', 'height'),
    RandomResize=('scale', ),
    RandomChoiceResize=('scales', ),
    ResizeShortestEdge=('scale', 'max_size'))
# and of those that keep to it.
_OTHERS = dict(
    Mosaic=('img_scale', ),
    CachedMosaic=('img_scale', ),
    MixUp=('img_scale', ),
    CachedMixUp=('img_scale', ),
    RandomAffine=('border', ),
    RandomCrop=('crop_size', ),
    Pad=('size', ),
    BatchSyncRandomResize=('random_size_range', ),
    BatchFixedSizePad=('size', ))
_STRIDE = 32
_PLACES = ('test_dataloader', 'val_dataloader', 'train_dataloader')


def resized_pipelines(cfg: Config, size: int) -> Dict[str, Any]:
    """The keys of a config that another size of images changes.

    All are multiplied by the same factor: that of the long side, as the test
    pipeline has it. So ``(1333, 800)`` is ``(1000, 600)`` for 1000, and a
    mosaic of half the size stays one. What isn't a resize stays a multiple of
    32 where it was one.

    Args:
        cfg: Not changed.
        size: Pixels of the long side.

    Returns:
        Dotted keys to values, as ``--cfg-options`` takes them.

    Raises:
        InputError: No pipeline has a resize to a size, or that of the test has
            none while that of training has one.
    """
    factor = size / _long_side(cfg)
    changes = {}
    for place in (*_PLACES, 'custom_hooks', 'model'):
        for path, key, value in _pixels(cfg, place, _RESIZES):
            changes[f'{path}.{key}'] = _multiplied(value, factor, 1)
        for path, key, value in _pixels(cfg, place, _OTHERS):
            changes[f'{path}.{key}'] = _multiplied(value, factor, _STRIDE)
    return changes


def _long_side(cfg: Config) -> int:
    for place in _PLACES:
        sides = [
            side for *_, value in _pixels(cfg, place, _RESIZES)
            for side in _integers(value)
        ]
        if sides and place == 'train_dataloader' and any(
                node.get('pipeline')
                for node in nested_dicts([cfg.get('test_dataloader')])):
            raise InputError(
                f'--imgsz: {cfg.filename} has no Resize with a scale in its '
                'test pipeline, so that it would be tested at other sizes '
                'than it is trained at; set them by --cfg-options')
        if sides:
            return max(sides)
    raise InputError(f'--imgsz: {cfg.filename} has no Resize with a scale in '
                     'its pipelines')


def _pixels(cfg: Config, place: str,
            keys: Dict[str, tuple]) -> Iterator[Tuple[str, str, Any]]:
    """Paths of dicts, and the keys and values in them that are in pixels."""
    for path, node in dicts_with_paths(cfg.get(place) or {}, place):
        for key in keys.get(type_name(node), ()):
            if node.get(key) is not None:
                yield path, key, node[key]


def _integers(value: Any) -> Iterator[int]:
    if isinstance(value, (list, tuple)):
        for child in value:
            yield from _integers(child)
    elif isinstance(value, int):  # a share of the image is a float
        yield value


def _multiplied(value: Any, factor: float, step: int) -> Any:
    if isinstance(value, (list, tuple)):
        return type(value)(_multiplied(v, factor, step) for v in value)
    if not isinstance(value, int):
        return value
    if value % step:
        step = 1
    # A mosaic of no pixels would be none.
    return step * (round(value * factor / step) or int(value > 0))
