"""Issues of a data set: their codes, one finding, validation of a record."""
import sys
from os import PathLike
from typing import Any, Dict, Iterator, List, NamedTuple, Sequence, Union

from custom.utils.errors import InputError

ERROR, WARNING, NOTE = 'error', 'warning', 'note'
SEVERITIES = (ERROR, WARNING, NOTE)


class IssueType(NamedTuple):
    """Kind of issue.

    ``severity`` is ``'error'`` where training would stop or learn or measure
    something wrong, ``'warning'`` where a person should look, ``'note'``
    where all is well once one knows. ``impact`` tells what it does to
    training (it begins with "Training stops" where the strict reader refuses
    it), ``fix_hint`` how to mend it, and ``fix`` what ``--fix`` does about
    it ('' when it can do nothing).
    """
    severity: str
    title: str
    impact: str
    fix_hint: str
    fix: str = ''


class Issue(NamedTuple):
    """Issue: one finding of a check.

    ``split`` is ``'train'``, ``'val'`` or ``'test'``; '' for an issue of the
    folder. ``record`` names the exact record or records (``annotation 17``,
    ``image 3``, ``category 2``, ``file``), ``detail`` tells what is wrong
    with its figures. ``images`` are the file names, relative to ``images/``,
    that show it; the first is the one that ``boxes`` (xywh, pixels) are drawn
    on. ``annotations`` are positions in the file's list "annotations".
    """
    code: str
    split: str
    record: str
    detail: str
    images: Sequence[str] = ()
    boxes: Sequence[List[float]] = ()
    annotations: Sequence[int] = ()


_OFF = 'The box is learned in the wrong place.'
_STOP = 'Training stops at it.'
_LOST = 'Training stops at it; other tools lose its box.'
_LEAVES = 'Training stops at a box that then leaves its image; the others are '

# Worst first within each group; the order of the report.
CODES: Dict[str, IssueType] = {
    # Files, records and ids
    'split-unreadable':
    IssueType(ERROR, 'annotation file that cannot be read, or has no images',
              _STOP, 'export it again, or remove it', 'leaves the split out'),
    'record-malformed':
    IssueType(
        ERROR, 'record lacks a key, or has a value of the wrong kind', _STOP,
        'export the annotations again',
        'takes a missing size from the file where the boxes fit it, else '
        'leaves the record out'),
    'id-repeated':
    IssueType(
        ERROR, 'an id stands twice in one list',
        'Training stops at it; in other tools one record hides the other.',
        'give each record its own id',
        'numbers annotations anew; leaves out what stands twice, and images '
        'of one id, whose boxes cannot be told apart'),
    'image-id-dangling':
    IssueType(ERROR, 'annotation of an image that is not in the file', _LOST,
              'add the image record or delete the annotation',
              'leaves the annotation out'),
    'category-id-dangling':
    IssueType(ERROR, 'annotation of a category that is not in the file', _LOST,
              'add the category or delete the annotation',
              'leaves the annotation out'),
    # Image files
    'image-missing':
    IssueType(ERROR, 'image file is not there', _STOP,
              'put it there, or remove its record', 'leaves the image out'),
    'image-unreadable':
    IssueType(ERROR, 'image file cannot be decoded', _STOP, 'replace the file',
              'leaves the image out'),
    'image-truncated':
    IssueType(ERROR, 'image file is cut off',
              'Training stops at it; other tools learn gray stripes.',
              'copy the file again', 'leaves the image out'),
    'image-rotated':
    IssueType(
        ERROR, 'width and height are those of the unrotated photo', _OFF,
        'turn the boxes as EXIF says',
        'turns size and boxes upright; the size alone where the boxes fit '
        'the photo as shown'),
    'image-size':
    IssueType(
        ERROR, 'width and height differ from those of the file', _OFF,
        'annotate this very image, or scale the boxes',
        'corrects the size alone where the boxes fit the file; else scales '
        'the boxes by one factor, else leaves the image out'),
    'image-repeated':
    IssueType(
        ERROR, 'image file stands twice in one split',
        'Its boxes are spread over two records: each hides what the other '
        'has.', 'join the records', 'joins the records'),
    'image-elsewhere':
    IssueType(WARNING, 'file name that leads out of images/',
              'What it names is missing when the folder is moved.',
              'put the image into images/ and name it so',
              'leaves the image out'),
    'image-unrecorded':
    IssueType(WARNING, 'image file that no record names',
              'It is not trained on.', 'add a record, or remove the file',
              'leaves the file out'),
    'image-exif':
    IssueType(WARNING, 'EXIF turns the photo without changing its size',
              'Whether the boxes fit cannot be told from the sizes.',
              'look whether its boxes fit'),
    'image-animated':
    IssueType(WARNING, 'animation', 'Only its first frame is seen.',
              'export the frames that are meant'),
    'image-mode':
    IssueType(
        NOTE, 'CMYK, 16-bit, palette or transparent pixels',
        'They are turned to 8-bit color, transparency to white paper; other '
        'tools may see something else.', 'nothing to do'),
    'image-turned':
    IssueType(NOTE,
              'EXIF turns the photo, and its boxes are of the upright one',
              'None here; tools that ignore EXIF put the boxes elsewhere.',
              'nothing to do'),
    'image-empty':
    IssueType(NOTE, 'image without a box', 'It teaches what is background.',
              'draw its boxes if there should be some'),
    # Boxes, one by one
    'box-not-finite':
    IssueType(ERROR, 'box with NaN or infinity',
              'Training stops at it; in other tools the loss becomes NaN.',
              'draw it again', 'leaves the box out'),
    'box-empty':
    IssueType(ERROR, 'box of zero or negative size', _STOP, 'draw it again',
              'leaves the box out'),
    'box-outside':
    IssueType(ERROR, 'box wholly outside its image', _STOP, 'draw it again',
              'leaves the box out'),
    'box-overhang':
    IssueType(ERROR, 'box sticks out of its image by more than a pixel', _STOP,
              'clip it', 'clips the box'),
    'box-tiny':
    IssueType(WARNING, 'box thinner than a pixel',
              'Nothing can be seen in it.', 'draw it again or delete it',
              'leaves the box out, unless most of the split are tiny'),
    'box-whole-image':
    IssueType(
        WARNING, 'box over the whole image',
        'Right for a close-up; often a label of the picture, not of a thing.',
        'look at it'),
    'box-repeated':
    IssueType(
        WARNING, 'two boxes of one class in one place (IoU over 0.95)',
        'One thing counts twice, and one of two detections is always '
        'missed.', 'delete one', 'keeps the first'),
    'box-two-classes':
    IssueType(WARNING, 'two classes in one place (IoU over 0.95)',
              'The detector is told both.', 'delete the wrong one'),
    'box-outlier':
    IssueType(WARNING, 'size or shape unlike the others of its class',
              'Perhaps another class, or a slip of the hand.', 'look at it'),
    # Boxes, as a habit of the whole file
    'boxes-normalized':
    IssueType(
        ERROR, 'boxes are fractions of the image, not pixels',
        'Every box is a dot in the corner.', 'multiply by width and height',
        'multiplies them, read as most of them fit: x, y, width, height, '
        'centers or corners'),
    'boxes-xyxy':
    IssueType(ERROR, 'boxes are x1, y1, x2, y2, not x, y, width, height',
              _LEAVES + 'too large, more so at the lower right.',
              'subtract the first corner from the second', 'subtracts it'),
    'boxes-swapped':
    IssueType(ERROR, 'x and y are swapped',
              _LEAVES + 'learned in the wrong place.', 'swap them',
              'swaps them'),
    'boxes-layout':
    IssueType(
        ERROR, 'boxes are another four numbers, such as center x, center y, '
        'width, height', _LEAVES + 'learned in the wrong place.',
        'write them as x, y, width, height',
        'reads them so, if one alone fits'),
    # Classes
    'class-unknown':
    IssueType(ERROR, 'category that is none of the classes', _STOP,
              'rename it, or add it to the classes'),
    'class-differs':
    IssueType(ERROR, 'splits have different classes', _STOP,
              'give all splits the same categories'),
    'class-misspelled':
    IssueType(WARNING,
              'class of nearly the name of another, or of a drawing class',
              'One thing is learned as two, or is not one of the 22.',
              'rename it'),
    'class-order':
    IssueType(
        NOTE, 'categories in another order or with other ids than in train',
        'None here, classes go by name; tools that go by position mix them '
        'up.', 'nothing to do', 'gives all splits the same categories'),
    'class-unused':
    IssueType(WARNING, 'class without a box in any split',
              'It cannot be learned.', 'add examples or remove the class'),
    'class-absent':
    IssueType(WARNING, 'class without a box in this split',
              'Not learned, or not measured.',
              'split again with tools/split_dataset.py'),
    'class-few':
    IssueType(WARNING, 'class with under 10 boxes in this split',
              'Learned badly, or measured by luck.',
              'add examples, or split again with tools/split_dataset.py'),
    # Copies
    'copy-across-splits':
    IssueType(ERROR, 'the same image in two splits',
              'The score is for what was learned by heart.',
              'keep it in one split', 'keeps it in test, else in val'),
    'similar-across-splits':
    IssueType(WARNING, 'nearly the same image in two splits',
              'The score is for what was learned by heart.',
              'split again with tools/split_dataset.py'),
    'copy-in-split':
    IssueType(WARNING, 'the same image under two names',
              'It counts twice; its boxes may differ.', 'remove one'),
    'similar-in-split':
    IssueType(NOTE, 'nearly the same image in one split', 'They count as two.',
              'nothing to do'),
}


def raise_first_error(source: Union[str, PathLike],
                      problems: Iterator[str]) -> None:
    """Raises InputError for the first problem, telling how many follow."""
    first = next(problems, None)
    if first is None:
        return
    others = sum(1 for _ in problems)
    more = f' ({others} more like this)' if others else ''
    raise InputError(f'{source}: {first}{more}')


def is_number(value: Any) -> bool:
    """Whether a value from JSON is a finite number."""
    return (isinstance(value, (int, float)) and not isinstance(value, bool)
            and abs(value) <= sys.float_info.max)


def _is_id(value: Any) -> bool:
    return isinstance(value, (int, str))


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and value.strip() != ''


def _is_size(value: Any) -> bool:
    return is_number(value) and value > 0


def _is_box(value: Any) -> bool:
    return (isinstance(value, list) and len(value) == 4
            and all(map(is_number, value)))


_ID = (_is_id, 'a whole number')
_SIZE = (_is_size, 'a number of pixels above 0')
_FIELDS: Dict[str, Dict[str, tuple]] = {
    'images': {
        'id': _ID,
        'file_name': (_is_text, 'a file name'),
        'width': _SIZE,
        'height': _SIZE,
    },
    'annotations': {
        'id': _ID,
        'image_id': _ID,
        'category_id': _ID,
        'bbox': (_is_box, 'four numbers [x, y, width, height]'),
    },
    'categories': {
        'id': _ID,
        'name': (_is_text, 'a class name'),
    },
}


def validate_record(kind: str, record: Any) -> Iterator[str]:
    """Validates a record by itself: what is wrong, and how to mend it.

    Args:
        kind: ``'images'``, ``'annotations'`` or ``'categories'``.
        record: Anything that stood in that list.
    """
    if not isinstance(record, dict):
        yield f'is {record!r:.60}, not an object {{…}}.'
        return
    for key, (is_right, words) in _FIELDS[kind].items():
        if key not in record:
            yield f'has no "{key}". Add it: {words}.'
        elif not is_right(record[key]):
            yield f'has "{key}" {record[key]!r:.60}. It must be {words}.'
