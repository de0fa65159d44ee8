"""Importers: other people's annotation formats into samples."""
from typing import Callable, Dict

from .coco import read_coco
from .openimages import read_openimages
from .voc import read_voc
from .yolo import read_yolo

IMPORTERS: Dict[str, Callable] = dict(
    coco=read_coco, openimages=read_openimages, voc=read_voc, yolo=read_yolo)
