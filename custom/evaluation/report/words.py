"""Texts of the evaluation report in English and Korean.

A text of the page is written in English, in Python as ``say('…')`` and in
JavaScript alike, with ``{name}`` where a value goes. Its Korean stands in
:data:`KOREAN`; a test tells which is missing, and until then it is shown in
English.
"""
import html
import re
from typing import Any, Dict

from custom.classes import KOREAN as KOREAN_CLASSES


class Html(str):
    """Text that is markup already."""


def say(text: str, **values: Any) -> Html:
    """A text in both languages, of which the page shows one.

    Args:
        text: English, markup and ``{name}`` allowed.
        values: What stands for the names; escaped unless it is :class:`Html`.
    """
    filled = {name: escape(value) for name, value in values.items()}
    languages = dict(en=text, ko=KOREAN.get(text, text))
    return Html(''.join(
        f'<span lang="{language}">{_fill(spoken, filled)}</span>'
        for language, spoken in languages.items()))


def known(text: str) -> Html:
    """A text that may be a name of the user's, as that of a key."""
    return say(text) if text in KOREAN else name(text)


def name(text: str) -> Html:
    """A name that isn't translated, as that of a file."""
    return Html(f'<span translate="no">{html.escape(text)}</span>')


def class_name(cls: str) -> Html:
    """The name of a class, of the 22 in both languages."""
    korean = KOREAN_CLASSES.get(cls)
    if korean is None:
        return name(cls)
    return Html(f'<span lang="en">{html.escape(cls)}</span>'
                f'<span lang="ko">{korean}</span>')


def escape(value: Any) -> Html:
    return value if isinstance(value, Html) else Html(html.escape(str(value)))


def _fill(text: str, values: Dict[str, str]) -> str:
    return re.sub(r'\{(\w+)\}', lambda match: values[match[1]], text)


KOREAN: Dict[str, str] = {}
