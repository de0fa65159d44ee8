"""Images of plain rectangles, and data sets of them."""
import json

import cv2
import numpy as np

RED, DARK_RED, BLUE = (0, 0, 255), (0, 0, 200), (255, 0, 0)


def three_blocks():
    """60 x 40 pixels: red, dark red and blue from left to right."""
    image = np.empty((40, 60, 3), np.uint8)
    image[:, :20], image[:, 20:40], image[:, 40:] = RED, DARK_RED, BLUE
    return image


# The image, the red half, its parts: all that it can be split into.
THREE_BLOCKS = [[0, 0, 60, 40], [0, 0, 40, 40], [40, 0, 60, 40],
                [20, 0, 40, 40], [0, 0, 20, 40]]


def write_blocks(folder, count, split='train'):
    """A data set of ``count`` images, 0.png, 1.png, …, whose object is the
    blue block."""
    (folder / 'images').mkdir(parents=True, exist_ok=True)
    (folder / 'annotations').mkdir(exist_ok=True)
    images, annotations = [], []
    for i in range(count):
        cv2.imwrite(str(folder / 'images' / f'{i}.png'), three_blocks())
        images.append(dict(id=i, file_name=f'{i}.png', width=60, height=40))
        annotations.append(
            dict(id=i, image_id=i, category_id=1, bbox=[40, 0, 20, 40]))
    write_annotations(folder, split, images, annotations)
    return folder


def write_annotations(folder, split, images, annotations):
    path = folder / 'annotations' / f'{split}.json'
    path.write_text(
        json.dumps(
            dict(
                images=images,
                annotations=annotations,
                categories=[dict(id=1, name='car')])))
