"""Class list of the 22 drawing classes: names, palette, aliases, Korean tags.

``num_classes``, palettes, Korean tags and the spellings that importers accept
have no other source than :data:`CLASSES`; the position in it is the label.
"""
import difflib
from typing import Dict, NamedTuple, Optional, Sequence, Tuple


class ObjectClass(NamedTuple):
    """Object class. ``color`` is RGB, 0 to 255, for drawn boxes."""
    name: str
    korean: str
    aliases: Tuple[str, ...]
    color: Tuple[int, int, int]


CLASSES: Tuple[ObjectClass, ...] = (
    ObjectClass('airplane', '비행기', ('aeroplane', 'plane'), (31, 119, 180)),
    ObjectClass('animal', '동물', (), (140, 86, 75)),
    ObjectClass('bird', '새', (), (23, 150, 190)),
    ObjectClass('boat', '배', ('ship', ), (44, 62, 160)),
    ObjectClass('building', '건물', ('house', '집'), (166, 97, 40)),
    ObjectClass('car', '자동차', ('automobile', ), (214, 39, 40)),
    ObjectClass('cat', '고양이', (), (230, 120, 20)),
    ObjectClass('cloud', '구름', (), (110, 140, 170)),
    ObjectClass('dog', '강아지', ('puppy', '개'), (130, 100, 20)),
    ObjectClass('elephant', '코끼리', (), (95, 95, 115)),
    ObjectClass('fish', '물고기', (), (0, 140, 140)),
    ObjectClass('flower', '꽃', (), (227, 60, 160)),
    ObjectClass('fruit', '과일', (), (190, 20, 80)),
    ObjectClass('heart', '하트', (), (240, 30, 110)),
    ObjectClass('moon', '달', (), (120, 110, 200)),
    ObjectClass('person', '사람', ('human', 'people'), (60, 60, 60)),
    # Playground things: swing, slide, ball.
    ObjectClass('play', '놀이', ('playground', ), (148, 60, 189)),
    ObjectClass('rainbow', '무지개', (), (90, 50, 210)),
    ObjectClass('rocket', '로켓', ('roket', ), (180, 40, 130)),
    ObjectClass('star', '별', (), (190, 150, 0)),
    ObjectClass('sun', '해', ('태양', ), (240, 90, 0)),
    ObjectClass('tree', '나무', (), (34, 139, 34)),
)

NAMES: Tuple[str, ...] = tuple(c.name for c in CLASSES)
KOREAN: Dict[str, str] = {c.name: c.korean for c in CLASSES}

_ALIASES: Dict[str, str] = {
    alias.casefold(): c.name
    for c in CLASSES
    for alias in (c.korean, *c.aliases)
}


def hex_color(color: Sequence[int]) -> str:
    """The CSS form ``#rrggbb`` of an RGB color, 0 to 255."""
    return '#{:02x}{:02x}{:02x}'.format(*color)


def match_class(name: str, classes: Sequence[str] = NAMES) -> Optional[str]:
    """Matches a class name or alias, by name and never by position.

    The order is: the same spelling, another case or surrounding space, an
    alias of one of the 22 classes (when that class is among ``classes``).

    Args:
        name: A category name as found in a file.
        classes: The allowed class names.

    Returns:
        One of ``classes``, or None when ``name`` means none of them.
    """
    if name in classes:
        return name
    folded = name.strip().casefold()
    for cls in classes:
        if cls.casefold() == folded:
            return cls
    alias = _ALIASES.get(folded)
    return alias if alias in classes else None


def nearest_class(name: str, classes: Sequence[str] = NAMES) -> Optional[str]:
    """The class name nearest in spelling to ``name``, or None."""
    spellings = {c.casefold(): c for c in classes}
    spellings.update((a, c) for a, c in _ALIASES.items() if c in classes)
    near = difflib.get_close_matches(name.strip().casefold(), spellings, n=1)
    return spellings[near[0]] if near else None
