"""Class mapping: category names to classes and labels, never by position."""
from os import PathLike
from typing import Dict, Iterable, Iterator, Sequence, Tuple, Union

from custom.classes import NAMES, match_class, nearest_class
from custom.datasets.annotations.issues import raise_first_error


def class_list(names: Iterable[str]) -> Tuple[str, ...]:
    """The classes that a data set's names make, in the order of the names.

    "Cat" and "cat " are one class, spelled as it is met first. "boat" and
    "ship" are two, though one means the other among the 22 drawing classes:
    they may not in somebody else's. But names that mean those 22, in any
    order and spelling, give :data:`custom.classes.NAMES`.
    """
    classes: Dict[str, str] = {}
    for name in names:
        classes.setdefault(name.strip().casefold(), name.strip())
    if {match_class(name) for name in classes.values()} == set(NAMES):
        return NAMES
    return tuple(classes.values())


def match_categories(categories: Sequence[dict], classes: Sequence[str],
                     source: Union[str, PathLike]) -> Dict[object, int]:
    """The label of every category of a file, found by its name.

    Several categories may mean one class ("rocket" and "roket"), and a class
    may have no category.

    Args:
        categories: COCO categories, each with ``id`` and ``name``.
        classes: Class names; the position is the label.
        source: The file, for the message.

    Returns:
        Category id to label.

    Raises:
        InputError: A name is no class and no alias of one.
    """
    raise_first_error(source, _unknown_names(categories, classes))
    return {
        category['id']: classes.index(match_class(category['name'], classes))
        for category in categories
    }


def unknown_class(name: str, classes: Sequence[str]) -> str:
    """Message about a name that is none of the classes."""
    nearest = nearest_class(name, classes)
    hint = (f'the nearest is "{nearest}"'
            if nearest else f'they are {", ".join(classes)}')
    return f'"{name}" is none of the {len(classes)} classes; {hint}.'


def _unknown_names(categories: Sequence[dict],
                   classes: Sequence[str]) -> Iterator[str]:
    for category in categories:
        if match_class(category['name'], classes) is None:
            yield (f'category id {category["id"]!r}: '
                   f'{unknown_class(category["name"], classes)} Rename the '
                   'category in the file, or train with its own class list.')
