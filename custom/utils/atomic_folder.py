"""Atomic folder writes: images and files, whole or not at all, resumable."""
import contextlib
import functools
import itertools
import json
import os
import shutil
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import (Callable, Dict, Iterable, Iterator, List, Optional, Set,
                    Tuple, Union)

from custom.utils.errors import DISK_FULL, InputError
from custom.utils.file_lock import lock
from custom.utils.progress import track as show_progress

GOES_ON = 'the same command goes on where it stopped'

_LOCK = '.lock'

_THREADS = 8

# Copies that are planned ahead; at ^C all but one per thread are called off.
_BATCH = 256


def write_tree(out: Path,
               images: Dict[str, Path],
               finish: Callable[[Path], None],
               track: Callable[[Iterable], Iterable] = iter,
               link: bool = False,
               redraw: Optional[Callable[[Path, Path], bool]] = None) -> int:
    """Writes a folder of images and other files, whole or not at all.

    The work is done in a hidden folder beside ``out`` (``.NAME.part``) that
    takes its place in the end. What interrupts it, be it ^C, a kill or a
    full disk, leaves that folder, and the same call goes on from there: an
    image that is there with the size and time of its source isn't copied
    again. Calls with other images take what fits and remove the rest.

    Args:
        out: The folder to make; it must not exist or be empty.
        images: The images by their path in the folder.
        finish: Writes the other files into the folder it is given, each time
            anew.
        track: Passes the images that are written on while it shows progress.
        link: Make hard links instead of copies, or symbolic ones where the
            images are on another disk.
        redraw: Writes an image, source and target, that must not stay as it
            is, and tells whether it did.

    Returns:
        How many images an interrupted call had left.

    Raises:
        InputError: ``out`` holds something, another process writes it, an
            image can't be read, or the disk doesn't take it.
    """
    out = Path(out).resolve()
    require_free(out)
    part = out.with_name(f'.{out.name}.part')
    try:
        part.mkdir(parents=True, exist_ok=True)
        with _locked(part, out):
            _remove_strangers(part, {str(part / name) for name in images})
            put = functools.partial(_put, link=link, redraw=redraw)
            with contextlib.closing(_put_all(part, images, put)) as results:
                reused = sum(track(results))
            finish(part)
            _move_into_place(part, out)
        (out / _LOCK).unlink(missing_ok=True)
    except OSError as error:
        cure = 'Choose another folder.'
        if error.errno in DISK_FULL:
            cure = (f'Make room, and {GOES_ON}; or remove {part} and choose '
                    'another folder.')
        raise InputError(
            f'{out}: cannot be written ({error.strerror}). {cure}') from None
    return reused


def require_own(out: Path, mark: str) -> None:
    """Ownership check: InputError where :func:`replace_folder` raises it."""
    if not (out / mark).is_file():
        require_free(out)
        return
    try:
        own = {mark, *json.loads((out / mark).read_text(encoding='utf-8'))}
    except (ValueError, TypeError):
        own = {mark}
    for path in out.rglob('*'):
        name = path.relative_to(out).as_posix()
        if name not in own and not path.is_dir():
            raise InputError(f'{out}: holds {name}, which was not written by '
                             'this tool. Move it or choose another folder.')


@contextlib.contextmanager
def replace_folder(out: Path, mark: str) -> Iterator[Tuple[Path, List[str]]]:
    """Writes a folder anew, whole or not at all.

    Args:
        out: The folder. It must not exist, be empty, or hold only what this
            function has put there.
        mark: Name of the JSON file in it that lists the others.

    Returns:
        A context with the folder to write into, which takes the place of
        ``out`` in the end, and the list of the paths in it, to be filled.

    Raises:
        InputError: The folder holds something else, or can't be written.
    """
    out = Path(out).resolve()
    require_own(out, mark)
    part, old = (
        out.with_name(f'.{out.name}.{end}') for end in ('part', 'old'))
    names: List[str] = []
    try:
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(parents=True)
        yield part, names
        (part / mark).write_text(
            json.dumps(names, ensure_ascii=False, indent=0), encoding='utf-8')
        if out.exists():
            # Of a call that was killed while it removed it.
            shutil.rmtree(old, ignore_errors=True)
            os.replace(out, old)
        os.replace(part, out)
    except OSError as error:
        raise InputError(f'{out}: cannot be written ({error.strerror}). Free '
                         'some space or choose another folder.') from None
    finally:
        shutil.rmtree(part, ignore_errors=True)
        if out.exists():
            shutil.rmtree(old, ignore_errors=True)


@contextlib.contextmanager
def progress(out: Union[str, Path], images: int,
             link: bool) -> Iterator[Callable[[Iterable], Iterable]]:
    """Shows the progress of :func:`write_tree`, and tells at ^C that it can
    go on.

    Args:
        out: The folder to make.
        images: How many there are.
        link: Whether they are linked.

    Returns:
        A context with what is to be given as ``track``.
    """
    label = 'linking images' if link else 'copying images'
    try:
        yield lambda results: show_progress(results, label, images)
    except KeyboardInterrupt:
        print(f'{out}: not done yet; {GOES_ON}', file=sys.stderr)
        raise


def require_free(out: Path) -> None:
    """Raises InputError when ``out`` exists and isn't an empty folder, or
    can't be one since a file is in its way."""
    for parent in out.absolute().parents:
        if os.path.isfile(parent):
            raise InputError(f'{out}: {parent} is a file, which holds no '
                             'folder. Choose another one.')
    # Unlike those of Path, these take a name that is too long.
    if os.path.isdir(out) and any(out.iterdir()) or os.path.isfile(out):
        raise InputError(f'{out}: exists and is not empty. Remove it or '
                         'choose another folder.')


@contextlib.contextmanager
def _locked(part: Path, out: Path) -> Iterator[None]:
    """Keeps other processes out."""
    with open(part / _LOCK, 'a') as file:
        lock(
            file, f'{out}: another process is writing it. Wait until it is '
            'done, or choose another folder.')
        # It may have been done between our look at it and the lock.
        require_free(out)
        yield


def _remove_strangers(part: Path, wanted: Set[str]) -> None:
    for folder, _, names in os.walk(part, topdown=False):
        for name in names:
            path = os.path.join(folder, name)
            if path not in wanted and path != str(part / _LOCK):
                os.unlink(path)
        # A folder with something in it stays.
        with contextlib.suppress(OSError):
            os.rmdir(folder)


def _put_all(folder: Path, images: Dict[str, Path],
             put: Callable[[Path, Path], bool]) -> Iterator[bool]:
    """Puts images into the folder; tells of each whether it was there."""
    items = iter(images.items())
    with ThreadPoolExecutor(_THREADS) as pool:
        while batch := [*itertools.islice(items, _BATCH)]:
            names, sources = zip(*batch)
            targets = [folder / name for name in names]
            # Closing calls off what has not begun.
            with contextlib.closing(pool.map(put, sources,
                                             targets)) as results:
                yield from results


def _put(source: Path, target: Path, link: bool,
         redraw: Optional[Callable[[Path, Path], bool]]) -> bool:
    source = source.resolve()
    if _is_there(source, target, link):
        return True
    target.parent.mkdir(parents=True, exist_ok=True)
    # Not made from the name, which may be as long as a name can be.
    unfinished = target.with_name(f'.{threading.get_ident()}.part')
    if redraw is None or not redraw(source, unfinished):
        if link:
            _link(source, unfinished)
        else:
            shutil.copyfile(source, unfinished)
            status = source.stat()
            os.utime(unfinished, ns=(status.st_atime_ns, status.st_mtime_ns))
    os.replace(unfinished, target)
    return False


def _is_there(source: Path, target: Path, link: bool) -> bool:
    try:
        theirs = source.stat()
        with open(source, 'rb'):
            pass
    except OSError as error:
        raise InputError(f'{source}: cannot be read ({error.strerror}). Put '
                         f'the image there, and {GOES_ON}.') from None
    try:
        ours = target.stat()
    except OSError:
        return False
    if os.path.samestat(ours, theirs) or link:
        return link and os.path.samestat(ours, theirs)
    return (ours.st_size, ours.st_mtime_ns) == (theirs.st_size,
                                                theirs.st_mtime_ns)


def _link(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except OSError:  # another disk, or one that has no hard links
        os.symlink(source, target)


def _move_into_place(part: Path, out: Path) -> None:
    if out.exists():
        out.rmdir()
    os.replace(part, out)
