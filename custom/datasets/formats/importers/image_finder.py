"""Image finder: the file that an annotation means by a name."""
import difflib
import os
import posixpath
import re
from collections import defaultdict
from pathlib import Path, PurePosixPath
from typing import Dict, List, NamedTuple, Optional, Sequence, Set, Tuple
from urllib.parse import parse_qs, unquote, urlsplit

from custom.datasets.formats.importers.auto_split import split_of
from custom.utils.errors import InputError
from custom.utils.media import find_images, is_image
from custom.utils.paths import composed

# Beside the images of a data set stand others, such as masks.
IMAGE_FOLDERS = ('JPEGImages', 'images', 'Images', 'imgs', 'img', 'data')
_MASKS = re.compile('Segmentation(Class|Object)|(.*_)?masks?$')
# Label Studio puts this before the name of what was uploaded to it.
_UPLOAD = re.compile(r'[0-9a-f]{8}-(?=.)')
_DRIVE = re.compile(r'[A-Za-z]:[\\/]')


class ImageNotFound(InputError):
    """No image is meant by a name, or one of several: ``kind`` tells."""

    def __init__(self, message: str, kind: str) -> None:
        super().__init__(message)
        self.kind = kind


class FoundImage(NamedTuple):
    """``path`` is the file; ``folder`` is what the name is relative to, as
    far as the name's own folders are the file's."""
    path: Path
    folder: Path


class ImageFinder:
    """The images below a folder, by what annotations call them.

    A name is matched by its path, by the tail of the path, by the name of the
    file, and by that without extension; the case of letters, the Unicode
    form, ``%20``, backslashes and what stands before a path on another
    computer make no difference unless they tell two files apart.

    Args:
        folder: All files below it are listed, once.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = Path(os.path.abspath(folder))
        self.paths = find_images(folder)
        self._known = {*self.paths}
        self._by_name: Dict[str, List[int]] = defaultdict(list)
        self._by_stem: Dict[str, List[int]] = defaultdict(list)
        for row, path in enumerate(self.paths):
            name = _loosely(path.name)
            self._by_name[name].append(row)
            self._by_stem[posixpath.splitext(name)[0]].append(row)

    def find(self, name: str, beside: Path, split: str = '') -> FoundImage:
        """Finds the image that a name means.

        Args:
            name: A file name, with or without folders and extension; a whole
                path or a URL of another computer.
            beside: The annotation file that says so. Of several images the
                one that is nearest to it is meant.
            split: ``'train'``, ``'val'``, ``'test'`` or '' for unknown. Of
                several images that in a folder of the split is meant.

        Raises:
            ImageNotFound: None is there, or several could be meant.
        """
        exact = self._exact(name, beside.parent)
        if exact:
            return exact
        for spelling in _spellings(name):
            parts = [part for part in spelling.split('/') if part != '.']
            rows = self._candidates(parts[-1])
            if rows:
                return self._best(rows, parts, name, beside, split)
        near = difflib.get_close_matches(
            _loosely(name).rpartition('/')[2], self._by_name, 1)
        hint = (f'; the nearest is {self.paths[self._by_name[near[0]][0]]}'
                if near else '')
        raise ImageNotFound(
            f'the image "{name:.300}" is not in {self.folder}{hint}. Put it '
            'there, give --images FOLDER, or remove its record', 'missing')

    def below(self, folder: Path) -> List[Path]:
        """The images below a folder, which may be elsewhere."""
        if folder == self.folder:
            return self.paths
        if folder.is_relative_to(self.folder):
            return [p for p in self.paths if p.is_relative_to(folder)]
        return find_images(folder)

    def spare(self, used: Set[Path]) -> List[Path]:
        """The images that are not used, without the masks of others."""
        return [
            path for path in self.paths if path not in used
            and not any(map(_MASKS.match, _parts(path, self.folder)))
        ]

    def _exact(self, name: str, folder: Path) -> Optional[FoundImage]:
        """The image of that very path, or relative to a folder."""
        path = Path(os.path.abspath(folder / name))
        # Unlike Path.is_file(), this takes names too long and with a NUL.
        if path not in self._known and (path.is_relative_to(self.folder)
                                        or not os.path.isfile(path)
                                        or not is_image(path)):
            return None
        parts = PurePosixPath(name).parts
        return FoundImage(
            path, _base(path, parts[-1:] if parts[0] == '/' else parts))

    def _candidates(self, name: str) -> List[int]:
        name = _loosely(name)
        rows = self._by_name.get(name) or self._by_stem.get(name)
        return rows or self._by_stem.get(posixpath.splitext(name)[0], [])

    def _best(self, rows: List[int], parts: Sequence[str], name: str,
              beside: Path, split: str) -> FoundImage:
        if len(rows) == 1:
            path = self.paths[rows[0]]
            return FoundImage(path, _base(path, parts))
        near = _parts(beside.parent, self.folder)
        ranked = sorted(
            ((_rank(self.paths[row], self.folder, parts, near, split), row)
             for row in rows),
            reverse=True)
        best = [row for rank, row in ranked if rank == ranked[0][0]]
        if len(best) > 1:
            raise ImageNotFound(
                f'the image "{name:.300}" could be any of '
                f'{", ".join(str(self.paths[row]) for row in sorted(best))}. '
                'Leave one of them there', 'unclear')
        path = self.paths[best[0]]
        return FoundImage(path, _base(path, parts))


def _rank(path: Path, folder: Path, parts: Sequence[str], near: Sequence[str],
          split: str) -> Tuple:
    """How well a file fits a name; the larger the better."""
    own = _parts(path, folder)
    exact = composed(path.name) == parts[-1]
    stem = composed(path.stem) == posixpath.splitext(parts[-1])[0]
    folders = own[:-1]
    return (_tail(own, parts), exact, stem, bool(split)
            and split in map(split_of, folders), _head(folders, near),
            not set(IMAGE_FOLDERS).isdisjoint(folders),
            -sum(folder not in IMAGE_FOLDERS for folder in folders))


def _tail(own: Sequence[str], parts: Sequence[str]) -> int:
    """How many folders before the name are the same, from the last on."""
    count = 0
    for one, other in zip(own[-2::-1], parts[-2::-1]):
        if _loosely(one) != _loosely(other):
            break
        count += 1
    return count


def _head(folders: Sequence[str], near: Sequence[str]) -> int:
    count = 0
    for one, other in zip(folders, near):
        if one != other:
            break
        count += 1
    return count


def _base(path: Path, parts: Sequence[str]) -> Path:
    return path.parents[_tail(path.parts, parts)]


def _parts(path: Path, folder: Path) -> Tuple[str, ...]:
    return path.relative_to(folder).parts if path.is_relative_to(folder) else (
    )


def _spellings(name: str) -> List[str]:
    """What a name may be on this computer, the likeliest first."""
    plain = composed(_DRIVE.sub('/', name).replace('\\', '/'))
    found = [plain]
    if '://' in plain or '?' in plain:
        url = urlsplit(plain)
        # Label Studio: /data/local-files/?d=folder/a.jpg
        inside = parse_qs(url.query).get('d', [])
        found = [*inside, url.path, plain]
    found += [unquote(text) for text in found if '%' in text]
    for text in [*found]:
        head, _, last = text.rpartition('/')
        found.append(posixpath.join(head, without_upload(last)))
    return [
        text for text in dict.fromkeys(map(composed, found))
        if text.rpartition('/')[2] not in ('', '.', '..')
    ]


def without_upload(name: str) -> str:
    """A file name without what Label Studio puts before it."""
    return name[_UPLOAD.match(name).end():] if _UPLOAD.match(name) else name


def _loosely(name: str) -> str:
    return composed(name).casefold()
