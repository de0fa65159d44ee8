"""What differs between two configs, key by key."""
from difflib import SequenceMatcher
from typing import Any, Iterator, List, NamedTuple

from custom.config.tree import flatten, has_dicts

MISSING = object()


class Change(NamedTuple):
    """A leaf key whose value differs; ``old`` of an added one and ``new`` of
    a removed one is MISSING. The number of a list item is that in the new
    config, of a removed one that in the old."""
    key: str
    old: Any
    new: Any

    def __str__(self) -> str:
        if self.old is MISSING:
            return f'+ {self.key}: {self.new!r}'
        if self.new is MISSING:
            return f'- {self.key}: {self.old!r}'
        return f'~ {self.key}: {self.old!r} -> {self.new!r}'


def differences(old: dict, new: dict) -> List[Change]:
    """Changes from one config to another, in the order of the first.

    In lists, such as pipelines, dicts of the same ``type`` are compared with
    each other: a step that is put in changes no other.
    """
    return [*_compare(old, new, '')]


def _compare(old: Any, new: Any, prefix: str) -> Iterator[Change]:
    if isinstance(old, dict) and isinstance(new, dict):
        for key, value in old.items():
            yield from _compare(value, new.get(key, MISSING),
                                f'{prefix}{key}.')
        for key in new:
            if key not in old:
                yield from _compare(MISSING, new[key], f'{prefix}{key}.')
    elif has_dicts(old) and has_dicts(new):
        yield from _compare_lists(old, new, prefix)
    elif old is MISSING or new is MISSING or type(old) is not type(
            new) or old != new:
        yield from _replaced(old, new, prefix)


def _compare_lists(old: list, new: list, prefix: str) -> Iterator[Change]:
    matcher = SequenceMatcher(None, _types(old), _types(new), autojunk=False)
    for what, i1, i2, j1, j2 in matcher.get_opcodes():
        if what == 'equal':
            for i, j in zip(range(i1, i2), range(j1, j2)):
                yield from _compare(old[i], new[j], f'{prefix}{j}.')
            continue
        for i in range(i1, i2):
            yield from _replaced(old[i], MISSING, f'{prefix}{i}.')
        for j in range(j1, j2):
            yield from _replaced(MISSING, new[j], f'{prefix}{j}.')


def _types(items: list) -> List[str]:
    return [
        str(item.get('type')) if isinstance(item, dict) else repr(item)
        for item in items
    ]


def _replaced(old: Any, new: Any, prefix: str) -> Iterator[Change]:
    before = {} if old is MISSING else flatten(old, prefix)
    after = {} if new is MISSING else flatten(new, prefix)
    for key in dict.fromkeys([*before, *after]):
        yield Change(key, before.get(key, MISSING), after.get(key, MISSING))
