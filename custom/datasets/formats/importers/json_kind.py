"""Kinds of annotation files in JSON, told by their first keys."""
from pathlib import Path
from typing import Any, Dict, Iterable, Iterator, List, Tuple

import ijson

from custom.utils.errors import InputError

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
    label='labelstudio')
_WORDS = dict(
    labelme='a LabelMe file; import its folder with "labelme"',
    labelstudio='a Label Studio export; import it with "labelstudio"',
    via='a VIA project; import it with "via"',
    results='a list of results (detections), which has no images; give the '
    'annotation file that they are of',
    datumaro='a Datumaro file; export it as COCO')
# Events of a file that are looked at: enough for the head of any.
_EVENTS = 100_000


def kind_of_json(path: Path) -> str:
    """``'coco'``, ``'labelme'``, ``'labelstudio'``, ``'via'``,
    ``'results'``, ``'datumaro'``, or '' for another, or for no JSON."""
    try:
        with open(path, 'rb') as file:
            return _kind(ijson.basic_parse(_without_bom(file)))
    except (OSError, ValueError, ijson.JSONError):
        return ''


def sort_by_kind(paths: Iterable[Path]) -> Dict[str, List[Path]]:
    """Files by their kind; what is no JSON at all counts as COCO, so that it
    is told."""
    found: Dict[str, List[Path]] = {}
    for path in paths:
        found.setdefault(kind_of_json(path), []).append(path)
    return found


def require_kind(path: Path, kind: str) -> None:
    """Raises InputError where a file is known to be of another kind."""
    found = kind_of_json(path)
    if found not in ('', kind):
        raise InputError(f'{path}: is {_WORDS.get(found, found)}.')


def _kind(events: Iterator[Tuple[str, Any]]) -> str:
    depth, is_list = 0, False
    for count, (event, value) in enumerate(events):
        if event in ('start_map', 'start_array'):
            is_list |= depth == 0 and event == 'start_array'
            depth += 1
        elif event in ('end_map', 'end_array'):
            depth -= 1
        elif event == 'map_key':
            if depth == 1 and value in _BY_KEY:
                return _BY_KEY[value]
            if depth == 2 and is_list and value in _BY_RECORD:
                return _BY_RECORD[value]
            # VIA's annotations alone: {"a.jpg123": {"filename": …}}
            if depth == 2 and not is_list and value == 'regions':
                return 'via'
        if count > _EVENTS:
            break
    return ''


def _without_bom(file: Any) -> Any:
    if file.read(3) != b'\xef\xbb\xbf':
        file.seek(0)
    return file
