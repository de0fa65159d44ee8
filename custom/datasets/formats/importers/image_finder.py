"""Image finder: the file that an annotation means by a name."""
import bisect
import contextlib
import difflib
import functools
import os
import posixpath
import re
from pathlib import Path, PurePosixPath
from typing import Iterable, List, NamedTuple, Optional, Sequence, Tuple
from urllib.parse import parse_qs, quote, unquote, urlsplit

from custom.datasets.formats.importers.auto_split import split_of
from custom.utils.errors import InputError
from custom.utils.media import IMAGE_SUFFIXES, is_image
from custom.utils.paths import composed, find_files, iter_files

# Beside the images of a data set stand others, such as masks.
IMAGE_FOLDERS = ('JPEGImages', 'images', 'Images', 'imgs', 'img', 'data')
_MASKS = re.compile('Segmentation(Class|Object)|(.*_)?masks?$')
# Label Studio puts this before the name of what was uploaded to it.
_UPLOAD = re.compile(r'[0-9a-f]{8}-(?=.)')
# Of images that are not there, so many are told the nearest name.
_HINTS = 10
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
        # As text: a path of a hundred thousand files takes a kilobyte each.
        self._names = sorted(
            path.relative_to(self.folder).as_posix()
            for path in iter_files(self.folder, ('', )) if is_image(path))
        self._rows = sorted(range(len(self._names)), key=self._key)
        self._keys = [*map(self._key, self._rows)]
        self._folders = {
            folder
            for key in self._keys
            for folder in key.split('/')[1:-1]
        }
        self._hints = _HINTS

    def __len__(self) -> int:
        return len(self._names)

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
            rows = self._candidates(parts)
            if rows:
                return self._best(rows, parts, name, beside, split)
        raise ImageNotFound(
            f'the image "{name:.300}" is not in {self.folder}'
            f'{self._nearest(name)}. Put it there, give --images FOLDER, or '
            'remove its record', 'missing')

    def below(self, folder: Path) -> List[Path]:
        """The images below a folder, which may be elsewhere."""
        if not folder.is_relative_to(self.folder):
            return _images_below(folder)
        inner = folder.relative_to(self.folder).as_posix()
        start = '' if inner == '.' else f'{inner}/'
        found = [
            self.folder / name for name in self._names
            if name.startswith(start)
        ]
        # None where it is a link to a folder that was seen under its name.
        return found or _images_below(folder)

    def count_spare(self, used: Iterable[Path]) -> int:
        """Counts the images that are not used, without masks of others."""
        names = {os.fspath(path) for path in used}
        start = os.path.join(self.folder, '')
        return sum(f'{start}{name}' not in names
                   and not any(map(_MASKS.match, name.split('/')))
                   for name in self._names)

    def _exact(self, name: str, folder: Path) -> Optional[FoundImage]:
        """The image of that very path, or relative to a folder."""
        path = Path(os.path.abspath(folder / name))
        # Unlike Path.is_file(), this takes names too long and with a NUL.
        if not (os.path.isfile(path) and is_image(path)):
            return None
        parts = PurePosixPath(name).parts
        return FoundImage(
            path, _base(path, parts[-1:] if parts[0] == '/' else parts))

    def _key(self, row: int) -> str:
        """The stem of a file and its folders, the last one first: sorted,
        those of a stem, and of a tail of folders, stand together."""
        *folders, name = _loosely(self._names[row]).split('/')
        return '/'.join([posixpath.splitext(name)[0], *folders[::-1], ''])

    def _starting(self, words: Sequence[str]) -> List[int]:
        """Rows of the files whose keys start with words."""
        start = '/'.join([*words, ''])
        begin = bisect.bisect_left(self._keys, start)
        # What comes after all that begins so.
        end = bisect.bisect_left(self._keys, f'{start[:-1]}0', begin)
        return self._rows[begin:end]

    def _of_stem(self, stem: str, folders: Sequence[str]) -> List[int]:
        """Rows of the files of a stem, those with the longest tail of folders
        in common: of frames there are thousands of one name."""
        words = [stem, *folders[::-1]]
        ends = range(len(words), 0, -1)
        found = (self._starting(words[:end]) for end in ends)
        return next(filter(None, found), [])

    def _candidates(self, parts: Sequence[str]) -> List[int]:
        """Rows of the files of that name, or else of that stem; where the
        name's last folder is there, of those in one of its folders."""
        *folders, loose = map(_loosely, parts)
        stem = posixpath.splitext(loose)[0]
        rows = self._of_stem(stem, folders)
        if not rows and stem.endswith(IMAGE_SUFFIXES):  # "a.png.jpg"
            rows = self._of_stem(posixpath.splitext(stem)[0], folders)
        exact = [
            row for row in rows
            if _loosely(posixpath.basename(self._names[row])) == loose
        ]
        # "a.b" may be a.b.jpg without its extension.
        rows = exact or self._of_stem(loose, folders) or rows
        if not self._folders.isdisjoint(folders[-1:]):
            # monday/1.jpg is not tuesday/1.jpg.
            rows = [row for row in rows if self._is_in(row, folders)]
        return rows

    def _is_in(self, row: int, folders: Sequence[str]) -> bool:
        own = self._key(row).split('/')[1:-1]
        return not {*own}.isdisjoint(folders)

    def _nearest(self, name: str) -> str:
        """The file of the nearest name, for a message; of a few alone, for it
        takes long."""
        self._hints -= 1
        stems = {key.partition('/')[0]
                 for key in self._keys} if self._hints >= 0 else ()
        near = difflib.get_close_matches(_stem(name), stems, 1)
        if not near:
            return ''
        row = self._starting(near)[0]
        return f'; the nearest is {self.folder / self._names[row]}'

    def _best(self, rows: List[int], parts: Sequence[str], name: str,
              beside: Path, split: str) -> FoundImage:
        if len(rows) > 1:
            near = _parts(beside.parent, self.folder)
            ranks = [
                _rank(self._names[row], parts, near, split) for row in rows
            ]
            rows = [
                row for row, rank in zip(rows, ranks) if rank == max(ranks)
            ]
        paths = [self.folder / self._names[row] for row in rows]
        if len(paths) > 1:
            raise ImageNotFound(
                f'the image "{name:.300}" could be any of '
                f'{", ".join(map(str, paths))}. Leave one of them there',
                'unclear')
        return FoundImage(paths[0], _base(paths[0], parts))


def _rank(path: str, parts: Sequence[str], near: Sequence[str],
          split: str) -> Tuple:
    """Rank of a file for a name; the larger the better."""
    *folders, name = own = path.split('/')
    exact = composed(name) == parts[-1]
    stem = posixpath.splitext(composed(name))[0] == posixpath.splitext(
        parts[-1])[0]
    named = {*map(_loosely, parts[:-1])}.intersection(map(_loosely, folders))
    return (_tail(own, parts), len(named), exact, stem, bool(split)
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
    folder = os.path.dirname(path)
    for _ in range(_tail(path.parts, parts)):
        folder = os.path.dirname(folder)
    return _folder(folder)


@functools.lru_cache(1024)
def _folder(text: str) -> Path:
    """One path for all images of a folder: a kilobyte each is much."""
    return Path(text)


def _parts(path: Path, folder: Path) -> Tuple[str, ...]:
    return path.relative_to(folder).parts if path.is_relative_to(folder) else (
    )


def _spellings(name: str) -> List[str]:
    """Spellings of a name on this computer, the likeliest first."""
    plain = composed(_DRIVE.sub('/', name.strip()).replace('\\', '/'))
    found = [plain]
    if '://' in plain or '?' in plain:
        with contextlib.suppress(ValueError):  # s3://[a]/b.jpg
            url = urlsplit(plain)
            # Label Studio: /data/local-files/?d=folder/a.jpg
            inside = parse_qs(url.query).get('d', [])
            found = [*inside, url.path, plain]
    found += [unquote(text) for text in found if '%' in text]
    # Some tools do it twice, some write + for a space, and some downloaders
    # leave %20 in the names on disk.
    found += [unquote(text) for text in found if '%' in text]
    found += [text.replace('+', ' ') for text in found if '+' in text]
    found += [quote(plain, errors='surrogateescape')]
    for text in [*found]:
        head, _, last = text.rpartition('/')
        found.append(posixpath.join(head, without_upload(last)))
    return [
        text for text in dict.fromkeys(map(composed, found))
        if text.rpartition('/')[2] not in ('', '.', '..')
    ]


def _images_below(folder: Path) -> List[Path]:
    return [path for path in find_files(folder, ('', )) if is_image(path)]


def _stem(name: str) -> str:
    return posixpath.splitext(_loosely(posixpath.basename(name)))[0]


def without_upload(name: str) -> str:
    """A file name without what Label Studio puts before it."""
    return name[_UPLOAD.match(name).end():] if _UPLOAD.match(name) else name


def _loosely(name: str) -> str:
    return composed(name).casefold()
