"""Test-time augmentation pipeline, derived from a test pipeline."""
from typing import List, Sequence

from custom.config.tree import type_name
from custom.utils.errors import InputError

# Of the side that the test pipeline has. Larger images took more time and
# brought no more: docs/small_data.md.
SCALES = (1, 0.75)


def tta_pipeline(pipeline: Sequence[dict], filename: str) -> List[dict]:
    """Test pipeline that gives four views of an image: as it was, at three
    quarters of the size, and both flipped.

    Args:
        pipeline: With one Resize to a ``scale``, and PackDetInputs at its
            end.
        filename: What it is of, for an error.

    Returns:
        The steps before the Resize, and MMCV's ``TestTimeAug`` of the others.

    Raises:
        InputError: It has another Resize, or none.
    """
    places = [
        i for i, step in enumerate(pipeline)
        if type_name(step) == 'Resize' and step.get('scale') is not None
    ]
    if len(places) != 1 or type_name(pipeline[-1]) != 'PackDetInputs':
        names = ', '.join(map(type_name, pipeline))
        raise InputError(f'{filename}: test-time augmentation needs a test '
                         'pipeline with one Resize to a scale and, at its '
                         f'end, PackDetInputs; this one has {names}')
    place, = places
    *between, pack = pipeline[place + 1:]
    if 'meta_keys' in pack:  # by default it packs these, too
        keys = (*pack['meta_keys'], 'flip', 'flip_direction')
        pack = dict(pack, meta_keys=keys)
    return [
        *pipeline[:place],
        dict(
            type='TestTimeAug',
            transforms=[
                [_scaled(pipeline[place], factor) for factor in SCALES],
                [dict(type='RandomFlip', prob=p) for p in (0.0, 1.0)],
                *([step] for step in between),
                [pack],
            ])
    ]


def _scaled(resize: dict, factor: float) -> dict:
    scale = resize['scale']
    sides = (scale, scale) if isinstance(scale, int) else scale
    return dict(resize, scale=tuple(round(side * factor) for side in sides))
