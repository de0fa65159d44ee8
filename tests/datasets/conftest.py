import json
from pathlib import Path
from typing import List

import cv2
import numpy as np
import pytest


class Folder:
    """A data set folder under construction, one image per call."""

    def __init__(self, root: Path, classes: List[str]) -> None:
        self.root = root
        self.categories = [
            dict(id=i, name=name) for i, name in enumerate(classes, 1)
        ]
        (root / 'images').mkdir(parents=True)
        (root / 'annotations').mkdir()

    def write(self, split: str, *boxes: list, **changes: object) -> Path:
        """One 60 x 40 image; each box is [category id, x, y, w, h]."""
        name = f'{split}.png'
        cv2.imwrite(
            str(self.root / 'images' / name), np.zeros((40, 60, 3), np.uint8))
        data = dict(
            images=[dict(id=1, file_name=name, width=60, height=40)],
            annotations=[
                dict(id=i, image_id=1, category_id=category, bbox=bbox)
                for i, (category, *bbox) in enumerate(boxes, 1)
            ],
            categories=self.categories)
        data.update(changes)
        path = self.root / 'annotations' / f'{split}.json'
        path.write_text(json.dumps(data), encoding='utf-8')
        return path


class Voc:
    """A Pascal VOC folder under construction, one image per call."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.annotations = root / 'Annotations'
        self.images = root / 'JPEGImages'
        self.annotations.mkdir(parents=True)
        self.images.mkdir()

    def write(self,
              name: str,
              *objects: str,
              filename: str = '',
              size: tuple = (60, 40)) -> Path:
        """A 60 x 40 image, not the same bytes for two names."""
        image = np.full((40, 60, 3), sum(name.encode()) % 256, np.uint8)
        cv2.imwrite(str(self.images / f'{name}.png'), image)
        path = self.annotations / f'{name}.xml'
        path.write_text(
            '<annotation>'
            f'<filename>{filename or name + ".png"}</filename>'
            f'<size><width>{size[0]}</width><height>{size[1]}</height></size>'
            f'{"".join(objects)}</annotation>',
            encoding='utf-8')
        return path

    @staticmethod
    def object(name: str, *corners: object, difficult: int = 0) -> str:
        box = ''.join(
            f'<{key}>{value}</{key}>'
            for key, value in zip(('xmin', 'ymin', 'xmax', 'ymax'), corners))
        return (f'<object><name>{name}</name><difficult>{difficult}'
                f'</difficult><bndbox>{box}</bndbox></object>')


@pytest.fixture
def voc(tmp_path):
    return Voc(tmp_path / 'voc')


@pytest.fixture
def folder(tmp_path):
    return Folder(tmp_path / 'data', ['cat', 'dog', 'sun'])
