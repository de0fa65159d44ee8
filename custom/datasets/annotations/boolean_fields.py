"""Boolean fields of annotations: 0 and 1, however they are written."""
from typing import Any

_SET = ('1', '1.0', 'true')
_UNSET = ('0', '0.0', 'false', 'none', '')


def is_set(value: Any) -> bool:
    """Whether a flag is 1: a number, a truth value, or the text of one, for
    the text "0" is true to Python.

    Raises:
        ValueError: It is neither 0 nor 1; the message is what it is.
    """
    text = str(value).strip().lower()
    if text not in (*_SET, *_UNSET):
        raise ValueError(f'{value!r:.40}')
    return text in _SET


def may_be_set(text: str) -> bool:
    """Whether the text of a flag isn't that of 0."""
    return text.strip().lower() not in _UNSET
