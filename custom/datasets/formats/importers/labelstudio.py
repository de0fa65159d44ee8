"""Label Studio importer, of its JSON and JSON-MIN exports.

Format: https://labelstud.io/guide/export
"""
import re
from pathlib import Path
from typing import Any, Dict, Iterator, List, NamedTuple, Optional, Tuple

from custom.datasets.formats.importers.auto_split import (split_of,
                                                          splits_by_folder)
from custom.datasets.formats.importers.image_finder import ImageNotFound
from custom.datasets.formats.importers.json_kind import files_of_kind
from custom.datasets.formats.importers.json_stream import (iter_items,
                                                           require_shallow)
from custom.datasets.formats.importers.raw_samples import (RawBox, RawImage,
                                                           RawSamples)
from custom.datasets.formats.importers.shape_box import (Corners, ellipse_box,
                                                         flat_points, number,
                                                         polygon_box,
                                                         rotated_box,
                                                         told_size)
from custom.datasets.formats.samples import ImportWarnings
from custom.utils.media import IMAGE_SUFFIXES

# Keys that make of a value a region of the image.
_SHAPES = {'x', 'points', 'rle', 'radiusX'}
_Size = Tuple[float, float]


class _Survey(NamedTuple):
    """Survey of the tasks of a file: the position of the last of each id and
    image, and whether all tell their split."""
    last: Dict[Tuple[Any, str], int]
    all_split: bool


def parse_labelstudio(src: Path, raw: RawSamples) -> None:
    """Reads an export of Label Studio, or a folder of some.

    Rectangles are in percent of the image. Around a rotated one, an ellipse
    and a polygon is a box; the polygon is kept as COCO ``segmentation``.
    Brush masks, keypoints and choices are left out, counted.

    Of several annotations of a task that of the ground truth counts, else the
    last; one that was canceled doesn't. Predictions are left out: nobody has
    looked at them.

    The split is that of the key ``split`` among the data of each task, or
    else of names of files and folders.

    Args:
        src: The JSON file, or a folder that holds some.
        raw: Gets images, boxes, notes and problems.

    Raises:
        InputError: There is no such file, or one is no JSON.
    """
    paths = files_of_kind(src, 'labelstudio', raw.notes)
    surveys = {path: _survey(path) for path in paths}
    splits = splits_by_folder(paths, src, by_name=True)
    follows_tasks = all(survey.all_split for survey in surveys.values())
    for path, survey in surveys.items():
        for position, task in enumerate(iter_items(path)):
            where = f'{path}: task {_id(task, position)}'
            if not isinstance(task, dict):
                raw.problems.add('record',
                                 f'{where} is {task!r:.60}, not an object.')
            elif survey.last[_key(task, position)] != position:
                raw.notes['annotations of tasks that are annotated again '
                          'later, left out'] += 1
            else:
                split = _split(task) if follows_tasks else splits[path]
                _add(task, where, path, split, raw)


def _survey(path: Path) -> _Survey:
    require_shallow(path)
    last, splits = {}, set()
    for position, task in enumerate(iter_items(path)):
        last[_key(task, position)] = position
        splits.add(isinstance(task, dict) and _split(task))
    return _Survey(last, all(splits))


def _id(task: Any, position: int) -> Any:
    known = isinstance(task, dict) and isinstance(task.get('id'), (int, str))
    return task['id'] if known else f'[{position}]'


def _key(task: Any, position: int) -> Tuple[Any, str]:
    # In files that were joined, one id may be of two images.
    image = next(_image_names(task), '') if isinstance(task, dict) else ''
    return _id(task, position), image


def _data(task: dict) -> dict:
    """What a task is of; in JSON-MIN, all of it."""
    return task['data'] if isinstance(task.get('data'), dict) else task


def _split(task: dict) -> str:
    return split_of(str(_data(task).get('split', '')))


def _add(task: dict, where: str, path: Path, split: str,
         raw: RawSamples) -> None:
    try:
        regions = _regions(task, raw.notes)
        if regions is None:
            return
        image = _image_of(task, path, split, raw)
    except ImageNotFound as error:
        raw.problems.add(f'image_{error.kind}', f'{where}: {error}.')
        return
    except ValueError as error:
        raw.problems.add('record', f'{where} {error}')
        return
    size = next(filter(None, map(_size, regions)), None)
    row = raw.add_image(RawImage(where, image, split, size))
    if row is None:
        return
    for position, region in enumerate(regions, 1):
        named = f'{where}, region {region.get("id", position)}'
        try:
            box = _box(region, named, raw.notes)
        except ValueError as error:
            raw.problems.add('record', f'{named} {error}')
            continue
        if box:
            raw.add_box(row, box)


def _image_of(task: dict, path: Path, split: str, raw: RawSamples) -> Path:
    missing = None
    for name in _image_names(task):
        try:
            return raw.finder.find(name, path, split).path
        except ImageNotFound as error:
            missing = missing or error
    raise missing or ImageNotFound(
        'names no image in its data. Export the task again, or remove it',
        'missing')


def _image_names(task: dict) -> Iterator[str]:
    """Candidate names of the image of a task, the likeliest first."""
    data = _data(task)
    named = [data.get('image'), *data.values(), task.get('file_upload')]
    for position, name in enumerate(named):
        if isinstance(
                name,
                str) and name.strip() and not name.startswith('data:') and (
                    position == 0 or _looks_like_image(name)):
            yield name


def _looks_like_image(text: str) -> bool:
    return text.lower().endswith(IMAGE_SUFFIXES) or re.split(
        '[?#]', text)[0].lower().endswith(IMAGE_SUFFIXES)


def _regions(task: dict, notes: ImportWarnings) -> Optional[List[dict]]:
    """The regions of a task, each with all that is said of it; None where it
    has no annotation that counts.

    Raises:
        ValueError: It isn't whole.
    """
    if _data(task) is task:
        return [
            dict(value, value=value) for values in task.values()
            if isinstance(values, list) for value in values
            if _has_shape(value)
        ]
    annotation = _chosen(task, notes)
    if annotation is None:
        return None
    # What is drawn and what it is may be two results of one id.
    regions: Dict[Any, dict] = {}
    for position, result in enumerate(_objects(annotation.get('result'))):
        value = result.get('value')
        if not _has_shape(value):
            notes['choices and others that are no regions, left out'] += 1
            continue
        first = regions.setdefault(
            str(result.get('id', position)), dict(result, value={}))
        first['value'].update(value)
    return [*regions.values()]


def _objects(values: Any) -> List[dict]:
    if values is None:
        return []
    if not isinstance(values, list) or not all(
            isinstance(value, dict) for value in values):
        raise ValueError(f'has {values!r:.60} where a list of objects {{…}} '
                         'must be. Export the task again, or remove it.')
    return values


def _has_shape(value: Any) -> bool:
    return isinstance(value, dict) and not _SHAPES.isdisjoint(value)


def _chosen(task: dict, notes: ImportWarnings) -> Optional[dict]:
    """The annotation of a task that counts."""
    given = _objects(task.get('annotations') or task.get('completions'))
    done = [a for a in given if not a.get('was_cancelled')]
    if not done:
        what = ('were skipped' if given else 'have predictions alone'
                if task.get('predictions') else 'have no annotation')
        notes[f'tasks that {what}, left out'] += 1
        return None
    notes['tasks of several annotations, of which the ground truth or the '
          'last counts'] += len(done) > 1
    return ([a for a in done if a.get('ground_truth')] or done)[-1]


def _size(region: dict) -> Optional[_Size]:
    return told_size(
        region.get('original_width'), region.get('original_height'))


def _box(region: dict, where: str, notes: ImportWarnings) -> Optional[RawBox]:
    """The box of a region; None where it has no area.

    Raises:
        ValueError: It isn't whole.
    """
    value = region['value']
    if 'rle' in value:
        notes['brush masks, left out'] += 1
        return None
    if not ('points' in value or 'radiusX' in value or 'height' in value):
        notes['keypoints, which have no area, left out'] += 1
        return None
    name = _name(value)
    notes['regions on images turned in Label Studio: look whether they '
          'fit'] += bool(region.get('image_rotation'))
    try:
        if 'points' in value:
            points = flat_points(value['points'])
            x1, y1, x2, y2 = polygon_box(points)
            return RawBox(
                where,
                name, (x1, y1, x2 - x1, y2 - y1),
                points=dict(segmentation=[points]))
        return RawBox(where, name, _numbers(value, _size(region), notes))
    except ValueError as error:
        raise ValueError(f'("{name}") {error}') from None


def _name(value: dict) -> str:
    """The class of a region."""
    names = next((value[key] for key in value if key.endswith('labels')),
                 value.get('choices'))
    names = [names] if isinstance(names, str) else names
    if not names:
        raise ValueError('has no label. Give it one, or delete it.')
    if not isinstance(names, list) or len(names) > 1 or not isinstance(
            names[0], str) or not names[0].strip():
        raise ValueError(f'has the labels {names!r:.60}, and a box has one '
                         'name. Leave one.')
    return names[0].strip()


def _numbers(value: dict, size: Optional[_Size],
             notes: ImportWarnings) -> Tuple[float, float, float, float]:
    """x, y, width and height in percent."""
    degrees = number(value.get('rotation') or 0)
    if degrees and not size:
        raise ValueError('is rotated, and has no original_width and '
                         'original_height. Draw it again or delete it.')
    notes['boxes around rotated rectangles or ellipses'] += degrees != 0
    # Pixels, for percent of a wide image are no square grid to turn in.
    sides = size or (100, 100)
    (x, y) = start = _scaled(value, ('x', 'y'), sides)
    if 'radiusX' in value:
        radii = _scaled(value, ('radiusX', 'radiusY'), sides)
        corners = ellipse_box(start, radii, degrees)
    else:
        w, h = _scaled(value, ('width', 'height'), sides)
        if not degrees:  # as it stands in the file
            return tuple(
                number(value[k]) for k in ('x', 'y', 'width', 'height'))
        corners = rotated_box((x, y, x + w, y + h), degrees, start)
    return _in_percent(corners, sides)


def _scaled(value: dict, keys: Tuple[str, str], sides: _Size) -> _Size:
    x, y = (number(value.get(key)) * side / 100
            for key, side in zip(keys, sides))
    return x, y


def _in_percent(corners: Corners,
                sides: _Size) -> Tuple[float, float, float, float]:
    x1, y1, x2, y2 = (value * 100 / side
                      for value, side in zip(corners, sides * 2))
    return x1, y1, x2 - x1, y2 - y1
