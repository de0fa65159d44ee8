"""File names that every file system takes, made from names of strangers."""
import re
from typing import List, Sequence

# Of Windows, with whatever ending.
_RESERVED = re.compile(r'(con|prn|aux|nul|com\d|lpt\d)(\.|$)', re.IGNORECASE)
# Bytes; with a number and an ending it stays below 255.
_LENGTH = 120


def safe_name(text: str) -> str:
    """The name for a file or folder: letters, digits, ``_``, ``-`` and dots
    that are neither first nor last; at most 120 bytes."""
    plain = re.sub(r'[^\w.-]+', '_', text)
    short = plain.encode()[:_LENGTH].decode(errors='ignore').strip('.')
    return f'_{short}' if not short or _RESERVED.match(short) else short


def safe_names(texts: Sequence[str]) -> List[str]:
    """:func:`safe_name` of each, numbered where two would be one on a disk
    that doesn't tell A from a."""
    names: List[str] = []
    seen = set()
    for text in texts:
        name = first = safe_name(text)
        number = 1
        while name.casefold() in seen:
            number += 1
            name = f'{first}-{number}'
        seen.add(name.casefold())
        names.append(name)
    return names
