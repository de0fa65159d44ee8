"""Import and export benchmark: time and memory by images and boxes."""
import json
import os
import tempfile
from pathlib import Path
from typing import Iterator, Sequence, Tuple

import cv2
import numpy as np

from benchmarks.measure import say
from benchmarks.process import run_alone
from custom.datasets.annotations.layout import annotation_file, image_folder

COLUMNS = ('work', 'images', 'boxes', 'seconds', 'peak MB', 'of it imports')
SIZES = ((20_000, 200_000), (20_000, 1_000_000), (100_000, 1_000_000))
FORMATS = ('voc', 'yolo', 'openimages')
_WIDTH, _HEIGHT = 640, 480
_CLASSES = 20
# Of one file; some disks take no more than 65,000.
_LINKS = 10_000

_NOTHING = 'import custom; start = time.perf_counter()'
_TOOL = """
import runpy
import custom
sys.argv = sys.argv[1:]
start = time.perf_counter()
runpy.run_path(sys.argv[0], run_name='__main__')
"""


def converting(sizes: Sequence[Tuple[int, int]] = SIZES,
               formats: Sequence[str] = FORMATS) -> Iterator[dict]:
    """Measures a COCO data set imported, exported to each format, and
    imported from it; rows with the keys of ``COLUMNS``.

    Images are linked, so that little but the annotations counts. ``of it
    imports`` is what a process holds that has imported ``custom``.

    Args:
        sizes: Pairs of images and boxes.
        formats: Those beside COCO.

    Raises:
        InputError: An import or export fails.
    """
    imports = f'{run_alone(_NOTHING, use_torch=False)[1]:.0f}'
    for images, boxes in sizes:
        with tempfile.TemporaryDirectory() as scratch:
            say(f'{images} pictures are made')
            source, folder = Path(scratch, 'source'), Path(scratch, 'coco')
            make_source(source, images, boxes)
            runs = [('import coco', 'convert_dataset', 'coco', source, folder)]
            for name in formats:
                there, back = Path(scratch, name), Path(scratch, f'{name}-in')
                runs += [
                    (f'export {name}', 'export_dataset', name, folder, there),
                    (f'import {name}', 'convert_dataset', name, there, back)
                ]
            for work, tool, name, src, out in runs:
                say(work)
                seconds, peak = run_alone(
                    _TOOL,
                    f'tools/{tool}.py',
                    name,
                    src,
                    '--out',
                    out,
                    '--link',
                    use_torch=False)
                yield {
                    'work': work,
                    'images': images,
                    'boxes': boxes,
                    'seconds': f'{seconds:.1f}',
                    'peak MB': f'{peak:.0f}',
                    'of it imports': imports
                }


def make_source(folder: Path, images: int, boxes: int) -> None:
    """Writes a COCO data set: ``boxes`` with polygons, each on any image; a
    tenth of the images is val."""
    image_folder(folder).mkdir(parents=True)
    annotation_file(folder, 'train').parent.mkdir()
    for number in range(images):
        path = image_folder(folder) / f'{number:06d}.jpg'
        if number % _LINKS == 0:
            first = path
            gray = np.full((_HEIGHT, _WIDTH), number // _LINKS, np.uint8)
            cv2.imwrite(str(first), gray)
        else:
            os.link(first, path)
    rng = np.random.default_rng(0)
    splits = dict(val=range(0, images, 10))
    splits['train'] = sorted({*range(images)}.difference(splits['val']))
    for split, rows in splits.items():
        share = boxes * len(rows) // images
        _write(annotation_file(folder, split), rows, share, rng)


def _write(path: Path, rows: Sequence[int], boxes: int,
           rng: np.random.Generator) -> None:
    corners = rng.uniform(0, 300, (boxes, 2)).round(1)
    sizes = rng.uniform(10, 150, (boxes, 2)).round(1)
    image_of = rng.choice(rows, boxes)
    with open(path, 'w') as file:
        file.write('{"images": [')
        file.write(', '.join(
            json.dumps(
                dict(
                    id=row,
                    file_name=f'{row:06d}.jpg',
                    width=_WIDTH,
                    height=_HEIGHT)) for row in rows))
        file.write('], "annotations": [')
        for number, image in enumerate(image_of.tolist()):
            (x, y), (w, h) = corners[number].tolist(), sizes[number].tolist()
            annotation = dict(
                id=number,
                image_id=image,
                category_id=number % _CLASSES,
                bbox=[x, y, w, h],
                segmentation=[[x, y, x + w, y, x + w, y + h, x, y + h]],
                iscrowd=0)
            file.write(f'{", " * bool(number)}{json.dumps(annotation)}')
        categories = [dict(id=i, name=f'class {i}') for i in range(_CLASSES)]
        file.write(f'], "categories": {json.dumps(categories)}}}')
