"""Copies of a healthy data set, each broken in one way: one for each code.

    python -m tests.helpers.broken_datasets SRC OUT

makes OUT/<break> of any data set folder.
"""
import io
import json
import shutil
import sys
from pathlib import Path
from typing import Callable, Dict, List

import cv2
import numpy as np
from PIL import Image

from custom.datasets.annotations.layout import (SPLITS, annotation_file,
                                                image_folder)

CLASSES = ('cat', 'elephant', 'sun')
_ORIENTATION = 0x0112


class Broken:
    """A data set folder that is changed.

    ``data`` holds the COCO dict of every split; it is written when all is
    done.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.data = {
            split: json.loads(annotation_file(root, split).read_text())
            for split in SPLITS if annotation_file(root, split).exists()
        }
        self.train = self.data['train']
        self.val = self.data['val']
        # The examples: an image of train, and its first box.
        self.ann = self.train['annotations'][0]
        self.image = next(i for i in self.train['images']
                          if i['id'] == self.ann['image_id'])
        self.path = self.file(self.image)

    def file(self, image: dict) -> Path:
        return image_folder(self.root) / image['file_name']

    def boxes_of(self, image: dict, split: str = 'train') -> List[dict]:
        return [
            ann for ann in self.data[split]['annotations']
            if ann['image_id'] == image['id']
        ]

    def drop(self, split: str, unwanted: Callable[[dict], bool]) -> None:
        data = self.data[split]
        data['annotations'] = [
            ann for ann in data['annotations'] if not unwanted(ann)
        ]

    def add_image(self, split: str, name: str, **changes: object) -> dict:
        """A record like that of the example, with copies of its boxes."""
        data = self.data[split]
        image = dict(
            self.image, id=_next_id(data['images']), file_name=name, **changes)
        data['images'].append(image)
        for ann in self.boxes_of(self.image):
            self.add_box(split, dict(ann, image_id=image['id']))
        return image

    def add_box(self, split: str, ann: dict) -> dict:
        annotations = self.data[split]['annotations']
        annotations.append(dict(ann, id=_next_id(annotations)))
        return annotations[-1]

    def write(self) -> None:
        for split, data in self.data.items():
            annotation_file(self.root, split).write_text(json.dumps(data))


def healthy(root: Path) -> Path:
    """16, 6 and 6 images that don't look alike, with 6 boxes each of three
    classes, so that no split has under ten."""
    rng = np.random.default_rng(0)
    image_folder(root).mkdir(parents=True)
    annotation_file(root, 'train').parent.mkdir()
    for split, count in zip(SPLITS, (16, 6, 6)):
        images, annotations = [], []
        for number in range(count):
            name = f'{split}_{number}.jpg'
            _write_image(image_folder(root) / name, rng)
            images.append(
                dict(id=number + 1, file_name=name, width=160, height=120))
            for place in range(6):
                x, y = 6 + 50 * (place % 3), 8 + 56 * (place // 3)
                w, h = rng.uniform(20, 40, 2).round(1).tolist()
                annotations.append(
                    dict(
                        id=len(annotations) + 1,
                        image_id=number + 1,
                        category_id=place % 3 + 1,
                        bbox=[x, y, w, h]))
        annotation_file(root, split).write_text(
            json.dumps(
                dict(
                    images=images,
                    annotations=annotations,
                    categories=[
                        dict(id=i, name=name)
                        for i, name in enumerate(CLASSES, 1)
                    ])))
    return root


def _write_image(path: Path, rng: np.random.Generator) -> None:
    blots = rng.integers(0, 256, (6, 8, 3), dtype=np.uint8)
    image = cv2.resize(blots, (160, 120), interpolation=cv2.INTER_CUBIC)
    cv2.imwrite(str(path), image)


def _next_id(records: List[dict]) -> int:
    return 1 + max(record['id'] for record in records)


# Files, records and ids. Every break returns the record that must be told.


def split_unreadable(b: Broken) -> str:
    b.val['images'] = []
    return 'file'


def record_malformed(b: Broken) -> str:
    b.ann['bbox'] = b.ann['bbox'][:3]
    return f'annotations[0] (id {b.ann["id"]})'


def id_repeated(b: Broken) -> str:
    b.train['annotations'][1]['id'] = b.ann['id']
    return f'annotation {b.ann["id"]}'


def image_id_dangling(b: Broken) -> str:
    b.ann['image_id'] = 10**6
    return f'annotation {b.ann["id"]}'


def category_id_dangling(b: Broken) -> str:
    b.ann['category_id'] = 10**6
    return f'annotation {b.ann["id"]}'


# Image files


def _name(image: dict) -> str:
    return f'image {image["id"]}'


def image_missing(b: Broken) -> str:
    b.path.unlink()
    return _name(b.image)


def image_unreadable(b: Broken) -> str:
    b.path.write_text('no image')
    return _name(b.image)


def image_truncated(b: Broken) -> str:
    data = _encode(_pixels(b.path), 'JPEG', quality=90)
    b.path.write_bytes(data[:len(data) // 2])
    return _name(b.image)


def image_rotated(b: Broken) -> str:
    """A photo held upright: its record is of the pixels as stored."""
    _write_turned(b.path, _pixels(b.path), 6)
    return _name(b.image)


def image_size(b: Broken) -> str:
    """Annotated on a copy of half the size."""
    pixels = _pixels(b.path)
    size = pixels.width * 2, pixels.height * 2
    b.path.write_bytes(_encode(pixels.resize(size), 'PNG'))
    return _name(b.image)


def image_elsewhere(b: Broken) -> str:
    name = b.image['file_name']
    b.path.rename(b.root / name)
    b.image['file_name'] = f'../{name}'
    return _name(b.image)


def image_repeated(b: Broken) -> str:
    again = dict(b.image, id=_next_id(b.train['images']))
    b.train['images'].append(again)
    b.ann['image_id'] = again['id']
    return f'{_name(b.image)}, {_name(again)}'


def image_unrecorded(b: Broken) -> str:
    _write_image(b.path.with_name('extra.png'), np.random.default_rng(7))
    return 'extra.png'


def image_exif(b: Broken) -> str:
    _write_turned(b.path, _pixels(b.path), 3)
    return _name(b.image)


def image_animated(b: Broken, kind: str = 'GIF') -> str:
    first = _pixels(b.path)
    second = first.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    b.path.write_bytes(
        _encode(first, kind, save_all=True, append_images=[second]))
    return _name(b.image)


def image_animated_webp(b: Broken) -> str:
    return image_animated(b, 'WEBP')


def image_mode(b: Broken, mode: str = 'CMYK', kind: str = 'JPEG') -> str:
    b.path.write_bytes(_encode(_pixels(b.path).convert(mode), kind))
    return _name(b.image)


def image_mode_palette(b: Broken) -> str:
    return image_mode(b, 'P', 'PNG')


def image_mode_transparent(b: Broken) -> str:
    return image_mode(b, 'RGBA', 'PNG')


def image_mode_16_bit(b: Broken) -> str:
    gray = np.asarray(_pixels(b.path).convert('L')).astype(np.uint16) * 257
    b.path.write_bytes(_encode(Image.fromarray(gray), 'PNG'))
    return _name(b.image)


def image_turned(b: Broken) -> str:
    """A photo held upright, with size and boxes as it is seen."""
    lying = _pixels(b.path).transpose(Image.Transpose.ROTATE_90)
    _write_turned(b.path, lying, 6)
    return _name(b.image)


def image_empty(b: Broken) -> str:
    b.drop('train', lambda ann: ann['image_id'] == b.image['id'])
    return _name(b.image)


def _pixels(path: Path) -> Image.Image:
    with Image.open(path) as image:
        return image.convert('RGB')


def _encode(image: Image.Image, kind: str, **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def _write_turned(path: Path, pixels: Image.Image, orientation: int) -> None:
    exif = Image.Exif()
    exif[_ORIENTATION] = orientation
    path.write_bytes(_encode(pixels, 'JPEG', exif=exif, quality=95))


# Boxes


def _set_box(b: Broken, *bbox: float) -> str:
    b.ann['bbox'] = [*bbox]
    return f'annotation {b.ann["id"]}'


def box_not_finite(b: Broken) -> str:
    return _set_box(b, float('nan'), *b.ann['bbox'][1:])


def box_empty(b: Broken) -> str:
    return _set_box(b, *b.ann['bbox'][:3], 0)


def box_outside(b: Broken) -> str:
    return _set_box(b, b.image['width'] + 5, *b.ann['bbox'][1:])


def box_overhang(b: Broken) -> str:
    x, y, w, h = b.ann['bbox']
    return _set_box(b, b.image['width'] - w + 3, y, w, h)


def box_tiny(b: Broken) -> str:
    return _set_box(b, *b.ann['bbox'][:3], .6)


def box_whole_image(b: Broken) -> str:
    return _set_box(b, 0, 0, b.image['width'], b.image['height'])


def _box_again(b: Broken, category_id: int) -> str:
    x, y, w, h = b.ann['bbox']
    again = b.add_box(
        'train', dict(b.ann, category_id=category_id, bbox=[x, y, w, h * .99]))
    return f'annotation {b.ann["id"]}, annotation {again["id"]}'


def box_repeated(b: Broken) -> str:
    return _box_again(b, b.ann['category_id'])


def box_two_classes(b: Broken) -> str:
    if len(b.train['categories']) == 1:
        _add_category(b, 'other', *SPLITS)
    return _box_again(
        b,
        next(c['id'] for c in b.train['categories']
             if c['id'] != b.ann['category_id']))


def box_outlier(b: Broken) -> str:
    return _set_box(b, *b.ann['bbox'][:2], 1.5, 1.5)


def boxes_normalized(b: Broken) -> str:
    sizes = {i['id']: (i['width'], i['height']) for i in b.train['images']}
    for ann in b.train['annotations']:
        width, height = sizes[ann['image_id']]
        x, y, w, h = ann['bbox']
        ann['bbox'] = [x / width, y / height, w / width, h / height]
    return 'file'


def boxes_xyxy(b: Broken) -> str:
    for ann in b.train['annotations']:
        x, y, w, h = ann['bbox']
        ann['bbox'] = [x, y, x + w, y + h]
    return 'file'


def boxes_swapped(b: Broken) -> str:
    for ann in b.train['annotations']:
        x, y, w, h = ann['bbox']
        ann['bbox'] = [y, x, h, w]
    return 'file'


def boxes_layout(b: Broken) -> str:
    for ann in b.train['annotations']:
        x, y, w, h = ann['bbox']
        if x > 100:  # the right one of three, at the edge
            x = 160 - w
        ann['bbox'] = [x + w / 2, y + h / 2, w, h]
    return 'file'


# Classes


def _add_category(b: Broken, name: str, *splits: str) -> int:
    number = _next_id(b.train['categories'])
    for split in splits:
        if split in b.data:
            b.data[split]['categories'].append(dict(id=number, name=name))
    return number


def class_unknown(b: Broken) -> str:
    """To those who train with the classes of the healthy set."""
    for data in b.data.values():
        data['categories'][0]['name'] = 'unheard-of'
    return f'category {b.train["categories"][0]["id"]}'


def class_differs(b: Broken) -> str:
    category = b.val['categories'][0]
    category['name'] = 'unheard-of'
    return f'category {category["id"]}'


def class_misspelled(b: Broken) -> str:
    number = _add_category(b, 'racoon', *SPLITS)
    for data in b.data.values():
        first = data['categories'][0]
        first['name'] = 'raccoon'
        half = [
            ann for ann in data['annotations']
            if ann['category_id'] == first['id']
        ][::2]
        for ann in half:
            ann['category_id'] = number
    return 'classes raccoon, racoon'


def class_order(b: Broken) -> str:
    first = b.val['categories'][0]
    old, new = first['id'], _next_id(b.val['categories'])
    first['id'] = new
    for ann in b.val['annotations']:
        if ann['category_id'] == old:
            ann['category_id'] = new
    return f'category {new}'


def class_unused(b: Broken) -> str:
    _add_category(b, 'unheard-of', *SPLITS)
    return 'class unheard-of'


def class_absent(b: Broken) -> str:
    first = b.val['categories'][0]
    b.drop('val', lambda ann: ann['category_id'] == first['id'])
    return f'class {first["name"]}'


def class_few(b: Broken) -> str:
    first = b.val['categories'][0]
    kept = [
        ann['id'] for ann in b.val['annotations']
        if ann['category_id'] == first['id']
    ][:3]
    b.drop(
        'val', lambda ann: ann['category_id'] == first['id'] and ann['id']
        not in kept)
    return f'class {first["name"]}'


# Copies


def _copy(b: Broken, split: str) -> str:
    again = b.add_image(split, 'copy.jpg')
    shutil.copy(b.path, b.file(again))
    return _both(b, again)


def _similar(b: Broken, split: str) -> str:
    """As a messenger passes a photo on: smaller and re-encoded."""
    pixels = _pixels(b.path)
    size = [side * 3 // 4 for side in pixels.size]
    again = b.add_image(split, 'similar.jpg', width=size[0], height=size[1])
    for ann in b.boxes_of(again, split):
        ann['bbox'] = [value * .75 for value in ann['bbox']]
    b.file(again).write_bytes(_encode(pixels.resize(size), 'JPEG', quality=70))
    return _both(b, again)


def _both(b: Broken, again: dict) -> str:
    return f'{_name(b.image)}, {_name(again)}'


def copy_across_splits(b: Broken) -> str:
    return _copy(b, 'val')


def similar_across_splits(b: Broken) -> str:
    return _similar(b, 'val')


def copy_in_split(b: Broken) -> str:
    return _copy(b, 'train')


def similar_in_split(b: Broken) -> str:
    return _similar(b, 'train')


def _breaks(*functions: Callable) -> Dict[str, Callable[[Broken], str]]:
    return {f.__name__.replace('_', '-'): f for f in functions}


# By code; where a code has several, the others have a longer name.
BREAKS = _breaks(
    split_unreadable, record_malformed, id_repeated, image_id_dangling,
    category_id_dangling, image_missing, image_unreadable, image_truncated,
    image_rotated, image_size, image_repeated, image_elsewhere,
    image_unrecorded, image_exif, image_animated, image_animated_webp,
    image_mode, image_mode_palette, image_mode_transparent, image_mode_16_bit,
    image_turned, image_empty, box_not_finite, box_empty, box_outside,
    box_overhang, box_tiny, box_whole_image, box_repeated, box_two_classes,
    box_outlier, boxes_normalized, boxes_xyxy, boxes_swapped, boxes_layout,
    class_unknown, class_differs, class_misspelled, class_order, class_unused,
    class_absent, class_few, copy_across_splits, similar_across_splits,
    copy_in_split, similar_in_split)


def make_broken(source: Path, out: Path, name: str) -> str:
    """Copies a data set and breaks the copy.

    Returns:
        The record that a check must name.
    """
    shutil.copytree(source, out)
    broken = Broken(out)
    record = BREAKS[name](broken)
    broken.write()
    return record


def main(source: str, out: str) -> None:
    for name in BREAKS:
        record = make_broken(Path(source), Path(out) / name, name)
        print(f'{Path(out) / name}: {record}')


if __name__ == '__main__':
    main(*sys.argv[1:])
