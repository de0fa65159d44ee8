"""Kinds of annotation files in JSON, told by their first keys."""
from collections import Counter
from pathlib import Path
from typing import Any, Dict, Iterable, Iterator, List, Tuple

import ijson

from custom.datasets.annotations.layout import CHECK_PREFIX
from custom.datasets.formats.samples import ImportWarnings
from custom.utils.errors import InputError
from custom.utils.paths import is_system_folder, of_macos

# Each with a name, and a key at the top that only it has.
_BY_KEY = dict(
    images='coco',
    annotations='coco',
    shapes='labelme',
    items='datumaro',
    _via_img_metadata='via',
    _via_settings='via')
# The same of records in a list.
_BY_RECORD = dict(
    image_id='results',
    category_id='results',
    annotations='labelstudio',
    completions='labelstudio',
    predictions='labelstudio',
    annotation_id='labelstudio',
    label='labelstudio')
# The same of objects in an object: VIA's annotations alone are
# {"a.jpg123": {"filename": …}}.
_BY_INNER_KEY = dict(regions='via', vid_list='via3')
TITLES = dict(
    coco='COCO', labelme='LabelMe', labelstudio='Label Studio', via='VIA')
_WORDS = dict(
    coco='a COCO file; import it with "coco"',
    labelme='a LabelMe file; import its folder with "labelme"',
    labelstudio='a Label Studio export; import it with "labelstudio"',
    via='a VIA project; import it with "via"',
    results='a list of results (detections), which has no images; give the '
    'annotation file that they are of',
    datumaro='a Datumaro file; export it as COCO',
    createml='a CreateML file; export it as COCO or YOLO',
    via3='a VIA 3 project; export it as COCO, or annotate with VIA 2')
_JSON = '*.[jJ][sS][oO][nN]'
# How deep below a folder its JSON files may be.
_DEPTH = 5
# Events of a file that are looked at: enough for the head of any.
_EVENTS = 100_000


def kind_of_json(path: Path) -> str:
    """``'coco'``, ``'labelme'``, ``'labelstudio'``, ``'via'``, ``'via3'``,
    ``'results'``, ``'datumaro'``, ``'createml'``, or '' for another, or for no
    JSON."""
    try:
        with open(path, 'rb') as file:
            return _kind(ijson.basic_parse(without_bom(file)))
    except (OSError, ValueError, ijson.JSONError):
        return ''


def sort_by_kind(paths: Iterable[Path]) -> Dict[str, List[Path]]:
    """Files by their kind, as :func:`kind_of_json` tells it."""
    found: Dict[str, List[Path]] = {}
    for path in paths:
        found.setdefault(kind_of_json(path), []).append(path)
    return found


def json_files(folder: Path) -> Iterator[Path]:
    """The JSON files in a folder and some folders deeper, the uppermost
    first, without our own reports."""
    for depth in range(_DEPTH):
        for path in sorted(folder.glob('*/' * depth + _JSON)):
            parts = path.relative_to(folder).parts
            if not (any(map(is_system_folder, parts[:-1])) or of_macos(
                    path.name) or path.name.startswith(CHECK_PREFIX)):
                yield path


def only_kind(src: Path, wanted: str) -> Tuple[str, int]:
    """The kind that the JSON files of a source all are of, and how many they
    are; '' where one is of the wanted kind, or they are of several."""
    kinds: Counter = Counter()
    for path in json_files(src) if src.is_dir() else [src]:
        kind = kind_of_json(path)
        if kind == wanted:
            return '', 0
        kinds[kind] += bool(kind)
    found = {kind: count for kind, count in kinds.items() if count}
    return found.popitem() if len(found) == 1 else ('', 0)


def files_of_kind(src: Path, kind: str, notes: ImportWarnings) -> List[Path]:
    """The files of a kind in a folder, or the file itself.

    Raises:
        InputError: There are none.
    """
    if src.is_file():
        require_kind(src, kind)
        return [src]
    kinds = sort_by_kind(json_files(src))
    paths = kinds.pop(kind, [])
    others = [path for found in kinds.values() for path in found]
    if not paths:
        for path in others:
            require_kind(path, kind)
        raise InputError(
            f'{src}: no JSON file of {TITLES[kind]}. Give the folder that '
            'holds some, or the file itself.')
    notes[f'JSON files that are not {TITLES[kind]}, passed over'] = len(others)
    return paths


def require_kind(path: Path, kind: str) -> None:
    """Raises InputError where a file is known to be of another kind."""
    found = kind_of_json(path)
    if found not in ('', kind):
        raise InputError(f'{path}: is {_WORDS.get(found, found)}.')


def _kind(events: Iterator[Tuple[str, Any]]) -> str:
    depth, is_list, is_createml, key = 0, False, False, ''
    for count, (event, value) in enumerate(events):
        # Other files, too, have "images" or "annotations", but as no list.
        if _BY_KEY.get(key) == 'coco' and event == 'start_array':
            return 'coco'
        key = value if event == 'map_key' and depth == 1 else ''
        if event in ('start_map', 'start_array'):
            is_list |= depth == 0 and event == 'start_array'
            depth += 1
        elif event in ('end_map', 'end_array'):
            depth -= 1
        elif event == 'map_key':
            if _BY_KEY.get(key, 'coco') != 'coco':
                return _BY_KEY[key]
            is_createml |= depth == 2 and value in ('image', 'imagefilename')
            if depth == 2 and is_list and value in _BY_RECORD:
                # A task of Label Studio has its image in its "data".
                return ('createml' if is_createml and value == 'annotations'
                        else _BY_RECORD[value])
            if depth == 2 and not is_list and value in _BY_INNER_KEY:
                return _BY_INNER_KEY[value]
        if count > _EVENTS:
            break
    return ''


def without_bom(file: Any) -> Any:
    """A file in UTF-8, behind the byte order mark that some editors write."""
    if file.read(3) != b'\xef\xbb\xbf':
        file.seek(0)
    return file
