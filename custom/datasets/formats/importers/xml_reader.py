"""XML reader, safe from what a document type can do."""
import contextlib
import re
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any, Iterator, List
from xml.parsers import expat

from custom.utils.errors import InputError
from custom.utils.paths import text_encoding

_CHUNK = 2**16
_DECLARED = re.compile(rb'<\?xml[^>]*encoding\s*=\s*["\']([\w.-]+)')


def read_xml(path: Path) -> ET.Element:
    """The root of an XML file.

    Raises:
        InputError: It can't be read, is no XML, or has a document type.
    """
    builder = ET.TreeBuilder()
    for _ in _feed(path, builder):
        pass
    return builder.close()


def root_tag(path: Path) -> str:
    """Root tag of an XML file; '' where it isn't XML."""
    children = _Children()
    with contextlib.suppress(InputError):
        for _ in _feed(path, children):
            if children.root:
                break
    return children.root


def iter_children(path: Path) -> Iterator[ET.Element]:
    """Children of the root, one by one, so that a large file
    takes no memory.

    Raises:
        InputError: As :func:`read_xml`.
    """
    children = _Children()
    for _ in _feed(path, children):
        yield from children.take()


class _Children:
    """Target of a parser that builds the elements below the root."""

    def __init__(self) -> None:
        self.root = ''
        self._depth = 0
        self._builder = ET.TreeBuilder()
        self._whole: List[ET.Element] = []

    def take(self) -> List[ET.Element]:
        """The elements that are whole since the last time."""
        whole, self._whole = self._whole, []
        return whole

    def start(self, tag: str, attributes: dict) -> None:
        if self._depth == 0:
            self.root = tag
        else:
            self._builder.start(tag, attributes)
        self._depth += 1

    def end(self, tag: str) -> None:
        self._depth -= 1
        if self._depth > 0:
            self._builder.end(tag)
        if self._depth == 1:
            self._whole.append(self._builder.close())
            self._builder = ET.TreeBuilder()

    def data(self, text: str) -> None:
        if self._depth > 1:
            self._builder.data(text)


def _feed(path: Path, target: Any) -> Iterator[None]:
    """Parses a file into a target, and stops after each part of it."""
    parser = expat.ParserCreate('utf-8')
    parser.buffer_text = True
    parser.StartElementHandler = target.start
    parser.EndElementHandler = target.end
    parser.CharacterDataHandler = target.data

    # Entities can only be declared in a document type: without one there is
    # no "billion laughs" and no reading of other files.
    def refuse(*_: object) -> None:
        raise InputError(
            f'{path}: has a <!DOCTYPE>, which annotation files do not need '
            'and attacks use. Delete that declaration.')

    parser.StartDoctypeDeclHandler = refuse
    try:
        with open(path, encoding=_encoding(path), newline='') as file:
            parser.Parse(file.read(_CHUNK).lstrip().encode())
            while chunk := file.read(_CHUNK):
                parser.Parse(chunk.encode())
                yield
        parser.Parse(b'', True)
        yield
    except OSError as error:
        raise InputError(
            f'{path}: cannot be read ({error.strerror}).') from None
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise InputError(f'{path}: not XML ({error}). Save it as UTF-8 XML '
                         'again.') from None


def _encoding(path: Path) -> str:
    """The encoding that an XML file declares; of UTF-8 and UTF-16 that in
    which it is, for .NET declares the other."""
    with open(path, 'rb') as file:
        declared = _DECLARED.search(file.read(200))
    told = declared[1].decode().lower() if declared else ''
    return told if told and not told.startswith('utf') else text_encoding(path)
