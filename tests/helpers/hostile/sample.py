"""A hostile file, and what may be said of it."""
from typing import Dict, NamedTuple, Tuple

import numpy as np
from PIL import Image

OK, BAD, LARGE, SLOW, OTHER = ('ok', 'bad_picture', 'too_many_pixels',
                               'slow_picture', 'unsupported_type')

NOISE = Image.fromarray(
    np.random.default_rng(0).integers(0, 255, (48, 64, 3), np.uint8))


class Sample(NamedTuple):
    """A file, and the codes of which one is right; ``ok`` is none."""
    data: bytes
    wants: Tuple[str, ...]


Samples = Dict[str, Sample]


def samples(made: dict) -> Samples:
    return {
        name: Sample(data, tuple(wants))
        for name, (data, *wants) in made.items()
    }
