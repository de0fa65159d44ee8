"""Drawing style: medium, line, fill and colors."""
from typing import NamedTuple, Optional, Tuple

import numpy as np

Color = Tuple[int, int, int]

CRAYONS = dict(
    red=(219, 43, 40),
    orange=(244, 134, 32),
    yellow=(250, 214, 44),
    lime=(146, 203, 64),
    green=(48, 156, 66),
    darkgreen=(24, 100, 50),
    teal=(30, 150, 150),
    sky=(122, 192, 240),
    blue=(40, 92, 208),
    navy=(32, 44, 110),
    purple=(128, 62, 172),
    magenta=(208, 50, 140),
    pink=(246, 146, 186),
    skin=(250, 208, 172),
    tan=(218, 172, 120),
    brown=(134, 80, 42),
    gray=(138, 140, 144),
    silver=(202, 204, 208),
    black=(34, 32, 34),
    white=(250, 250, 248))
BRIGHT = ('red', 'orange', 'yellow', 'lime', 'green', 'teal', 'sky', 'blue',
          'purple', 'magenta', 'pink', 'brown')

# Medium -> how often, how it fills, line width as a share of the image's
# shorter side, and the share of coverage that paper grain takes away.
_MEDIA = dict(
    pen=(0.18, ('none', ), (.003, .008), (0., 0.)),
    felt=(0.20, ('solid', 'none', 'scribble'), (.006, .016), (0., .1)),
    crayon=(0.26, ('scribble', 'solid', 'none'), (.008, .020), (.25, .6)),
    pencil=(0.12, ('none', 'scribble'), (.002, .006), (.15, .45)),
    watercolor=(0.12, ('wash', ), (.003, .012), (0., .15)),
    paint=(0.12, ('solid', ), (.008, .022), (0., .2)),
    tablet=(0.10, ('solid', 'solid', 'none'), (.004, .012), (0., 0.)),
    # Clip art and coloring books: even lines, flat or softly shaded areas.
    vector=(0.36, ('solid', 'solid', 'solid', 'none'), (.003, .014), (0., 0.)))
# How unsteady the hand is, where a machine helps it.
_STEADY = dict(tablet=.3, vector=.06)


class Style(NamedTuple):
    """Style of one image: the hand and its tools.

    Attributes:
        medium: Key of the media table, e.g. ``crayon``.
        fill: ``none``, ``solid``, ``scribble`` or ``wash``.
        width: Line width, a share of the image's shorter side.
        ink: RGB of all outlines, or None when each shape is outlined in its
            own color.
        outlined: False leaves out the outline of filled shapes.
        opaque: Whether a shape hides what the same object drew before.
        passes: How often a line is drawn over.
        wobble: Unsteadiness, 0 (ruler) to 1 (three years old).
        gap: How far a closed line misses its own start, share of its length.
        grain: Share of coverage lost to paper grain.
        slant: Direction of scribbled fills, radians.
        spacing: Distance of scribbled lines in line widths.
        slip: Offset of fills from outlines, share of the object.
        freedom: Chance that a part gets just any color.
        colored: Chance that a part is colored in at all.
        shade: How much darker a solid fill is at its lower end than at its
            upper one, 0 to 1.
        gray: Whether colors turn to gray.
        paper: RGB of the paper.
    """
    medium: str
    fill: str
    width: float
    ink: Optional[Color]
    outlined: bool
    opaque: bool
    passes: int
    wobble: float
    gap: float
    grain: float
    slant: float
    spacing: float
    slip: float
    freedom: float
    colored: float
    shade: float
    gray: bool
    paper: Color


def luminance(color: Color) -> float:
    """Luminance of an RGB color, 0 to 255."""
    red, green, blue = color
    return 0.30 * red + 0.59 * green + 0.11 * blue


def contrast(one: Color, other: Color) -> int:
    """Contrast: largest channel difference of two RGB colors, 0 to 255."""
    return max(abs(int(a) - int(b)) for a, b in zip(one, other))


def crayon(name: str, rng: np.random.Generator, spread: int = 18) -> Color:
    """Color of a named crayon, every channel up to ``spread`` off."""
    jitter = rng.integers(-spread, spread + 1, 3)
    return tuple(
        int(np.clip(c + j, 0, 255)) for c, j in zip(CRAYONS[name], jitter))


def legible(color: Color, paper: Color, least: int = 60) -> Color:
    """``color``, moved away from ``paper`` until it can be seen on it."""
    if contrast(color, paper) >= least:
        return color
    shift = -least if luminance(paper) > 110 else least
    return tuple(int(np.clip(c + 1.3 * shift, 0, 255)) for c in paper)


def sample_style(rng: np.random.Generator, paper: Color) -> Style:
    """Samples the style of one image.

    Args:
        rng: Source of chance.
        paper: RGB of the paper, so that the ink can be seen on it.
    """
    shares = np.array([share for share, *_ in _MEDIA.values()])
    medium = str(rng.choice(list(_MEDIA), p=shares / shares.sum()))
    _, fills, widths, grains = _MEDIA[medium]
    fill = str(rng.choice(fills))
    dark_paper = luminance(paper) < 110
    gray = medium == 'pencil' and rng.random() < 0.75
    vector = medium == 'vector'
    own_color = rng.random() < (0.15 if gray else 0.4)
    if dark_paper:
        ink = crayon(str(rng.choice(['white', 'yellow', 'sky', 'pink'])), rng)
    elif medium == 'pencil':
        ink = (int(rng.integers(50, 125)), ) * 3
    elif rng.random() < 0.7:
        ink = crayon('black', rng, 25)
    else:
        ink = crayon(
            str(rng.choice(['navy', 'brown', 'blue', 'purple', 'darkgreen'])),
            rng)
    if own_color and not gray:
        ink = None
    return Style(
        medium=medium,
        fill=fill,
        width=rng.uniform(*widths),
        ink=ink,
        outlined=bool(fill == 'none' or rng.random() < 0.78),
        opaque=bool(vector or rng.random() < 0.85),
        passes=1 if vector else int(rng.choice([1, 1, 1, 2, 3])),
        wobble=float(rng.beta(1.6, 2.6)) * _STEADY.get(medium, 1),
        gap=0. if vector else float(rng.uniform(-.03, .05)) *
        (rng.random() < 0.5),
        grain=float(rng.uniform(*grains)),
        slant=float(rng.uniform(0, np.pi)),
        spacing=float(rng.uniform(0.8, 2.6)),
        slip=0. if vector else float(rng.uniform(0, .03)) *
        (rng.random() < 0.4),
        freedom=float(rng.choice([.03, .1, .1, .3, .7])),
        colored=1. if vector else float(rng.choice([1, 1, 1, .8, .5])),
        shade=float(rng.choice([0, 0, .2, .4])) if vector else 0.,
        gray=gray,
        paper=paper)
