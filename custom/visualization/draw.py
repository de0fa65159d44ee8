"""Detection drawing: boxes and tags on images, pairs and contact sheets.

Every image here, in and out, is uint8 (H, W, 3) in BGR, as ``cv2.imread``
gives it. A detection is any object with ``label`` (class name), ``score``
(0 to 1) and ``box`` (x1, y1, x2, y2 in pixels of the image); ground truth
needs no ``score``.
"""
import math
from typing import Any, List, NamedTuple, Optional, Sequence, Tuple

import cv2
import numpy as np
from PIL import Image, ImageDraw

from custom.classes import KOREAN, NAMES
from custom.visualization.fonts import default_font, find_font, load_font
from custom.visualization.palette import BLACK, WHITE, class_colors, text_color

Rect = Tuple[int, int, int, int]
_GRAY = (150, 150, 150)


class Tag(NamedTuple):
    """Tag over a box; ``tail`` (the score) is never cut short."""
    name: str
    tail: str


def draw_detections(image: np.ndarray,
                    detections: Sequence[Any],
                    lang: str = 'en',
                    names: Optional[Sequence[str]] = None,
                    fonts: Optional[Sequence[str]] = None) -> np.ndarray:
    """Draws boxes with tags such as ``sun 0.87``.

    Line width and text grow with the image. A tag stands above its box, or
    inside where there is no room, and keeps clear of other tags if it can.

    Args:
        image: uint8 (H, W, 3), BGR. Not modified.
        detections: Objects with ``label``, ``score`` and ``box``, most
            important first: their tags have the best places.
        lang: ``'en'``, or ``'ko'`` for the Korean tags of the 22 classes.
            English is drawn when no font has Hangul;
            :func:`custom.visualization.fonts.font_notice` says so beforehand.
        names: All class names of the model, so that a class has the same
            color in every image; the 22 classes when None.
        fonts: Font files to choose from; the system's when None.

    Returns:
        A new image of the same shape.
    """
    tails = [f' {d.score:.2f}' for d in detections]
    return _draw(image, detections, tails, lang, names, fonts)


def draw_truth(image: np.ndarray,
               ground_truth: Sequence[Any],
               lang: str = 'en',
               names: Optional[Sequence[str]] = None,
               fonts: Optional[Sequence[str]] = None) -> np.ndarray:
    """Draws ground truth: :func:`draw_detections` of boxes without a score."""
    return _draw(image, ground_truth, [''] * len(ground_truth), lang, names,
                 fonts)


def draw_pair(image: np.ndarray,
              ground_truth: Sequence[Any],
              detections: Sequence[Any],
              lang: str = 'en',
              names: Optional[Sequence[str]] = None,
              fonts: Optional[Sequence[str]] = None) -> np.ndarray:
    """Draws a pair: ground truth on the left, detections on the right.

    Above them stands how many there are; "No objects" where there is none.
    Arguments are those of :func:`draw_detections`.

    Returns:
        uint8 (H + caption, 2 * W + gap, 3), BGR.
    """
    names = _all_names(names, [*ground_truth, *detections])
    truth = draw_truth(image, ground_truth, lang, names, fonts)
    drawn = draw_detections(image, detections, lang, names, fonts)
    left = captioned(truth, f'ground truth: {_count(ground_truth)}')
    right = captioned(drawn, f'prediction: {_count(detections)}')
    return side_by_side(left, right)


def side_by_side(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Two images of the same height with a white gap between them."""
    gap = np.full((left.shape[0], 2 * _line_width(left) + 2, 3), 255, np.uint8)
    return np.hstack([left, gap, right])


def draw_faint(image: np.ndarray,
               boxes: Sequence[Sequence[float]]) -> np.ndarray:
    """Draws boxes, (x1, y1, x2, y2) in pixels, as thin gray lines without
    tags, for what is not to be looked at.

    Returns:
        A new image of the same shape.
    """
    canvas = image.copy()
    for box in boxes:
        x1, y1, x2, y2 = _pixel_box(box, image.shape[1::-1])
        cv2.rectangle(canvas, (x1, y1), (x2, y2), _GRAY, 1)
    return canvas


def _count(objects: Sequence[Any]) -> str:
    if not objects:
        return 'No objects'
    return f'{len(objects)} object{"s" * (len(objects) > 1)}'


def captioned(image: np.ndarray, *lines: str) -> np.ndarray:
    """Adds a caption: a white strip with lines of text above the image.

    Lines too wide for the image are cut short.

    Returns:
        uint8 (H + strip, W, 3), BGR.
    """
    size = _text_size(image)
    strip = Image.new('RGB', (image.shape[1], 2 * size * len(lines)), WHITE)
    font = load_font(find_font('en', lines) or default_font(), size)
    for number, line in enumerate(lines):
        ImageDraw.Draw(strip).text(
            (strip.width // 2, size + 2 * size * number),
            _fit(Tag(line, ''), font, strip.width),
            fill=BLACK,
            font=font,
            anchor='mm')
    return np.vstack([np.asarray(strip), image])


def contact_sheet(images: Sequence[np.ndarray],
                  columns: int = 4,
                  cell: int = 320,
                  gap: int = 6) -> np.ndarray:
    """Contact sheet: images in reading order on a white grid.

    Args:
        images: At least one uint8 (H, W, 3), of any sizes.
        columns: Images per row.
        cell: Side of a cell in pixels. Larger images are shrunk to fit,
            smaller ones stay as they are; both are centered.
        gap: White pixels between cells and around the grid.

    Returns:
        uint8 (rows * (cell + gap) + gap, columns * (cell + gap) + gap, 3),
        with no more columns than images.
    """
    if not images:
        raise ValueError('a contact sheet needs at least one image')
    columns = min(columns, len(images))
    rows = math.ceil(len(images) / columns)
    pitch = cell + gap
    sheet = np.full((rows * pitch + gap, columns * pitch + gap, 3), 255,
                    np.uint8)
    for i, image in enumerate(images):
        image = shrink(image, cell)
        height, width = image.shape[:2]
        top = i // columns * pitch + gap + (cell - height) // 2
        left = i % columns * pitch + gap + (cell - width) // 2
        sheet[top:top + height, left:left + width] = image
    return sheet


def shrink(image: np.ndarray, side: int) -> np.ndarray:
    """Shrinks an image to a long side of at most ``side`` pixels."""
    scale = side / max(image.shape[:2])
    if scale >= 1:
        return image
    height, width = image.shape[:2]
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return cv2.resize(image, size, interpolation=cv2.INTER_AREA)


def place_tag(box: Rect, size: Tuple[int, int], image_size: Tuple[int, int],
              placed: Sequence[Rect]) -> Rect:
    """Tag placement: where the tag of a box goes.

    Args:
        box: (x1, y1, x2, y2) in pixels.
        size: (width, height) of the tag, no larger than the image.
        image_size: (width, height).
        placed: The rectangles of the tags that are there already.

    Returns:
        (x1, y1, x2, y2) inside the image: the first of above, above at the
        right, inside, below, and so on that overlaps ``placed`` least.
    """
    x1, y1, x2, y2 = box
    width, height = size
    spots = [(x, y) for y in (y1 - height, y1, y2, y2 - height)
             for x in (x1, x2 - width)]
    rects = []
    for x, y in spots:
        x = min(max(x, 0), image_size[0] - width)
        y = min(max(y, 0), image_size[1] - height)
        rects.append((x, y, x + width, y + height))
    return min(rects, key=lambda rect: sum(_overlap(rect, p) for p in placed))


def _draw(image: np.ndarray, objects: Sequence[Any], tails: Sequence[str],
          lang: str, names: Optional[Sequence[str]],
          fonts: Optional[Sequence[str]]) -> np.ndarray:
    labels = [o.label for o in objects]
    palette = class_colors(_all_names(names, objects))
    colors = [palette[label] for label in labels]
    font = find_font(lang, labels, fonts)
    if font is None:
        font, lang = find_font('en', labels, fonts) or default_font(), 'en'
    shown = KOREAN if lang == 'ko' else {}
    tags = [Tag(shown.get(n, n), tail) for n, tail in zip(labels, tails)]

    canvas = Image.fromarray(np.ascontiguousarray(image[..., ::-1]))
    pen = ImageDraw.Draw(canvas)
    boxes = [_pixel_box(o.box, canvas.size) for o in objects]
    line = _line_width(image)
    # Large ones first: a sun in a scene's corner stays visible.
    for i in sorted(range(len(boxes)), key=lambda i: -_area(boxes[i])):
        pen.rectangle(boxes[i], outline=colors[i], width=line)
    _draw_tags(pen, boxes, tags, colors, font, _text_size(image))
    return np.ascontiguousarray(np.asarray(canvas)[..., ::-1])


def _all_names(names: Optional[Sequence[str]],
               objects: Sequence[Any]) -> List[str]:
    known = list(NAMES if names is None else names)
    # A label outside the list comes last, so that it moves no other color.
    return known + sorted({o.label for o in objects} - set(known))


def _draw_tags(pen: ImageDraw.ImageDraw, boxes: List[Rect], tags: List[Tag],
               colors: List[Tuple[int, int, int]], font_path: str,
               text_size: int) -> None:
    font = load_font(font_path, text_size)
    pad = max(1, text_size // 8)
    _, top, _, bottom = font.getbbox('lgÅ', anchor='ls')
    height = bottom - top + 2 * pad
    image_width, image_height = pen.im.size
    if height > image_height:
        return
    placed, jobs = [], []
    for box, tag, color in zip(boxes, tags, colors):
        text = _fit(tag, font, image_width - 2 * pad)
        if not text:
            continue
        width = math.ceil(font.getlength(text)) + 2 * pad
        rect = place_tag(box, (width, height), (image_width, image_height),
                         placed)
        placed.append(rect)
        jobs.append((rect, text, color))
    # The first detection is drawn last, over the others.
    for (x1, y1, x2, y2), text, color in reversed(jobs):
        pen.rectangle((x1, y1, x2 - 1, y2 - 1), fill=color)
        pen.text((x1 + pad, y1 + pad - top),
                 text,
                 fill=text_color(color),
                 font=font,
                 anchor='ls')


def _fit(tag: Tag, font: Any, width: int) -> str:
    """The tag's text, the name cut short until it is within ``width``."""
    text = tag.name + tag.tail
    for end in range(len(tag.name) - 1, -1, -1):
        if font.getlength(text) <= width:
            return text
        text = f'{tag.name[:end]}..{tag.tail}'
    return ''


def _pixel_box(box: Sequence[float], image_size: Tuple[int, int]) -> Rect:
    """First and last pixel of a box, both inside the image."""
    right, bottom = image_size[0] - 1, image_size[1] - 1
    x1 = min(max(round(float(box[0])), 0), right)
    y1 = min(max(round(float(box[1])), 0), bottom)
    x2 = min(max(round(float(box[2])) - 1, x1), right)
    y2 = min(max(round(float(box[3])) - 1, y1), bottom)
    return x1, y1, x2, y2


def _line_width(image: np.ndarray) -> int:
    """Line width: 2 at 300 pixels, 3 at 900, 7 at 4000."""
    return max(1, round(_side(image)**0.5 / 9))


def _text_size(image: np.ndarray) -> int:
    """Font size: 10 at 300 pixels, 18 at 900, 59 at 4000."""
    return max(9, round(6 + _side(image) / 75))


def _side(image: np.ndarray) -> float:
    return (image.shape[0] * image.shape[1])**0.5


def _area(rect: Rect) -> int:
    return (rect[2] - rect[0]) * (rect[3] - rect[1])


def _overlap(a: Rect, b: Rect) -> int:
    width = min(a[2], b[2]) - max(a[0], b[0])
    height = min(a[3], b[3]) - max(a[1], b[1])
    return max(width, 0) * max(height, 0)
