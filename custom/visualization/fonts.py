"""Font lookup: fonts that have the glyphs of the class names.

Matplotlib, which is slow to load, is imported when a font is looked for.
"""
import contextlib
import functools
import os.path as osp
from typing import Any, Dict, FrozenSet, Iterator, Optional, Sequence, Tuple

from PIL import ImageFont

from custom.classes import KOREAN

LANGUAGES = ('en', 'ko')

# Plain sans-serif faces that stay readable at 10 pixels, best first; any
# other font with the glyphs comes after them.
_PREFERRED = ('nanumgothic', 'notosanscjk', 'notosanskr', 'malgun',
              'applesdgothicneo', 'nanumbarungothic', 'nanum', 'undotum',
              'gothic', 'sans')


def find_font(lang: str = 'en',
              names: Sequence[str] = (),
              fonts: Optional[Sequence[str]] = None) -> Optional[str]:
    """Finds a font file for the class names in a language.

    Args:
        lang: ``'en'``, or ``'ko'`` for the Korean tags of the 22 classes.
        names: Further texts that will be drawn, e.g. a user's class names.
        fonts: Font files to choose from; the system's when None. DejaVu
            Sans, which matplotlib ships, always comes first.

    Returns:
        The path of a font with every glyph, or None when there is none.
    """
    if lang not in LANGUAGES:
        raise ValueError(f'lang is {lang!r}, not one of {LANGUAGES}')
    texts = [*names, *(KOREAN.values() if lang == 'ko' else ())]
    needed = frozenset(c for c in ''.join(texts) if c.isprintable())
    return _font_with(needed, None if fonts is None else tuple(fonts))


def font_notice(lang: str,
                fonts: Optional[Sequence[str]] = None) -> Optional[str]:
    """Notice about fonts, for the user, when names can't be drawn in
    ``lang``."""
    if find_font(lang, fonts=fonts) is not None:
        return None
    return ('no font with Hangul found; drawing English names; '
            'install a Korean font, e.g. apt-get install fonts-nanum')


@contextlib.contextmanager
def as_written(names: Sequence[str]) -> Iterator[None]:
    """Matplotlib settings by which names are drawn as they are written: what
    stands between two dollars is no formula, and the font has the letters."""
    import matplotlib
    settings: Dict[str, Any] = {'text.parse_math': False}
    font = find_font('en', names)
    if font not in (None, default_font()):
        from matplotlib.font_manager import FontProperties, fontManager
        fontManager.addfont(font)
        settings['font.family'] = [
            *matplotlib.rcParams['font.family'],
            FontProperties(fname=font).get_name()
        ]
    with matplotlib.rc_context(settings):
        yield


def default_font() -> str:
    """DejaVu Sans of matplotlib: Latin, Greek, Cyrillic; always there."""
    import matplotlib
    return osp.join(matplotlib.get_data_path(), 'fonts', 'ttf',
                    'DejaVuSans.ttf')


@functools.lru_cache(maxsize=64)
def load_font(path: str, size: int) -> ImageFont.FreeTypeFont:
    """Loads a font at a size in pixels, laid out alike on every machine."""
    return ImageFont.truetype(path, size, layout_engine=ImageFont.Layout.BASIC)


@functools.lru_cache(maxsize=64)
def _font_with(needed: FrozenSet[str],
               fonts: Optional[Tuple[str, ...]]) -> Optional[str]:
    if _has_glyphs(default_font(), needed):
        return default_font()
    for path in _system_fonts() if fonts is None else fonts:
        if _has_glyphs(path, needed):
            return path
    return None


def _has_glyphs(path: str, needed: FrozenSet[str]) -> bool:
    from matplotlib.ft2font import FT2Font
    try:
        # Pillow and FT2Font both open the first face of a .ttc collection.
        face = FT2Font(path)
    except (OSError, RuntimeError):
        return False  # bitmap and damaged fonts lie about in real systems
    return all(face.get_char_index(ord(c)) for c in needed)


@functools.lru_cache(maxsize=1)
def _system_fonts() -> Tuple[str, ...]:
    # Importing it builds matplotlib's font cache, seconds the first time,
    # which the English path has no need of.
    from matplotlib.font_manager import findSystemFonts
    return tuple(sorted(findSystemFonts(), key=_preference))


def _preference(path: str) -> Tuple[int, int, str]:
    name = osp.basename(path).lower().replace('-', '').replace('_', '')
    rank = next((i for i, word in enumerate(_PREFERRED) if word in name),
                len(_PREFERRED))
    # The shortest name of a family is its regular weight.
    return rank, len(name), path
