"""Boxes take no memory on the way, however many they are."""
import shutil
import tracemalloc
from functools import partial

import pytest

from custom.datasets.formats.coco_writer import write_folder
from custom.datasets.formats.exporters.base import read_folder, write_export
from custom.datasets.formats.exporters.labelme import labelme_layout
from custom.datasets.formats.exporters.labelstudio import labelstudio_layout
from custom.datasets.formats.exporters.openimages import openimages_layout
from custom.datasets.formats.exporters.voc import voc_layout
from custom.datasets.formats.exporters.yolo import yolo_layout
from custom.datasets.formats.importers.class_selection import remap_classes
from tests.helpers.export_images import write_images
from tests.helpers.importing import importer

pytestmark = pytest.mark.slow

IMAGES, FEW, MANY = 100, 2, 40
# Of 3,800 boxes more, which as objects take 4 MB.
GROWTH = 1e6
LAYOUTS = dict(
    voc=voc_layout,
    yolo=yolo_layout,
    openimages=openimages_layout,
    labelme=labelme_layout,
    labelstudio=partial(labelstudio_layout, prefix='images/'))
READERS = {name: importer(name) for name in LAYOUTS}


def peak(work, *args):
    tracemalloc.start()
    try:
        work(*args)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def grows(work, few, many):
    """Whether many boxes take more, a second time as well: meanwhile Python's
    own dictionary of interned strings may double."""
    return all(
        peak(work, *many) - peak(work, *few) >= GROWTH for _ in range(2))


@pytest.fixture(scope='module')
def folders(tmp_path_factory):
    """A data set of few boxes, and one of many."""
    made = []
    for boxes in (FEW, MANY):
        images = [(f'{i}.jpg', 60, 40, [('cat', i % 30, j % 20, 9.5, 8.5,
                                         dict(difficult=1))
                                        for j in range(boxes)])
                  for i in range(IMAGES)]
        folder = tmp_path_factory.mktemp('data') / 'set'
        made.append(
            write_images(folder, dict(train=images[10:], val=images[:10])))
    return made


def bring_in(read, source, out):
    found = remap_classes(read(source), rename=[('cat', 'owl')])
    write_folder(out, found.splits, found.classes, link=True)
    shutil.rmtree(out)


def take_out(layout_of, folder, out):
    shutil.rmtree(out, ignore_errors=True)
    data = read_folder(folder)
    tracemalloc.reset_peak()  # that was the check, which holds columns
    write_export(out, layout_of(data), link=True)


@pytest.mark.parametrize('name', LAYOUTS)
def test_export_and_import(name, folders, tmp_path):
    sources = [tmp_path / 'few', tmp_path / 'many']
    assert not grows(
        take_out,
        *((LAYOUTS[name], folder, source)
          for folder, source in zip(folders, sources)))
    assert not grows(
        bring_in,
        *((READERS[name], source, tmp_path / 'out') for source in sources))


def test_import_of_coco(folders, tmp_path):
    assert not grows(
        bring_in,
        *((importer('coco'), folder, tmp_path / 'out') for folder in folders))
