"""Vehicle data set generator: buses and trucks in the Open Images layout."""
import functools
import tempfile
from pathlib import Path
from typing import Callable, Iterable, List

import cv2
import numpy as np

from custom.datasets.formats.exporters.base import write_export
from custom.datasets.formats.exporters.openimages import openimages_layout
from custom.datasets.formats.samples import ImportResult, Sample, SampleBox
from custom.utils.atomic_folder import require_free
from custom.utils.errors import InputError
from custom.utils.parallel import parallel_map
from .scene import Composition, SceneBuilder, boxes_of, choose_classes, compose
from .shapes import DRAWERS, Drawer
from .shapes.vehicles import bus, truck

VEHICLES = dict(
    Bus=Drawer(bus, ('ground', ), (.45, .9), 4, 1),
    Truck=Drawer(truck, ('ground', ), (.4, .85), 4, 1))


def make_vehicle_dataset(target: Path,
                         count: int,
                         seed: int,
                         track: Callable[[Iterable], Iterable] = iter) -> None:
    """Draws a vehicle data set of buses and trucks, written as Open Images.

    The CSV file has all columns of Open Images, classes in words, and the
    four extreme points of each object; all images are in its split "train".
    The same seed and count give the same bytes for any number of cores.

    Args:
        target: Folder to make; it must not exist or be empty.
        count: Images.
        seed: Any whole number from 0.
        track: Passes the images on while it shows progress.

    Raises:
        InputError: The folder holds something, or can't be written.
    """
    require_free(target)
    with tempfile.TemporaryDirectory() as scratch:
        draw = functools.partial(_draw_one, Path(scratch), seed)
        records = [*track(parallel_map(draw, range(count), _crashed))]
        layout = openimages_layout(
            ImportResult(dict(train=records), [*VEHICLES], {}))
        write_export(target, layout)


def draw_vehicles(rng: np.random.Generator) -> Composition:
    """Draws one image with a bus or a truck; other things may be in it too."""
    scene = compose(rng, _road, {**DRAWERS, **VEHICLES}, transparent=0)
    if any(item.name in VEHICLES for item in scene.items):
        return scene
    return draw_vehicles(rng)


def vehicle_boxes(scene: Composition) -> List[SampleBox]:
    """Boxes of the buses and trucks, with what Open Images knows of a box.

    ``clicks`` are the uppermost, leftmost, lowest and rightmost pixel of the
    object, ``[x, y]``. ``truncated`` is 1 where it touches the border.
    """
    height, width = scene.owner.shape
    boxes = []
    for index, (name, x, y, w,
                h) in enumerate(boxes_of(scene.owner, scene.items)):
        if name not in VEHICLES:
            continue
        points = np.argwhere(scene.owner == index)[:, ::-1]
        ends = [*points.argmin(0)[::-1], *points.argmax(0)[::-1]]
        clicks = points[ends].tolist()
        truncated = x == 0 or y == 0 or x + w == width or y + h == height
        boxes.append(
            SampleBox(
                name, [x, y, w, h],
                extra=dict(
                    source='xclick',
                    truncated=int(truncated),
                    depiction=1,
                    inside=0,
                    clicks=clicks)))
    return boxes


def _road(builder: SceneBuilder) -> None:
    """Ground and sky, small things far away, one to three vehicles near."""
    rng = builder.rng
    back = builder.backdrop()
    horizon = rng.uniform(.55, .85)
    if rng.random() < .35:
        back.sky()
    back.ground(horizon)
    for place in rng.choice(['ground', 'sky'], int(rng.integers(0, 4))):
        # A car may be a bus, but has no box here.
        name = next(
            name
            for name in iter(lambda: choose_classes(rng, str(place)), None)
            if name != 'car')
        size = builder.short * rng.uniform(.12, .3)
        builder.put_within(name, size, 0, horizon * builder.height)
    count = int(rng.choice([1, 1, 1, 2, 2, 3]))
    for _ in range(count):
        name = str(rng.choice([*VEHICLES]))
        low, high = builder.drawers[name].size
        layer = builder.render(
            name,
            builder.short * rng.uniform(low, high) / count**.5)
        height, width = layer.shape[:2]
        feet = rng.uniform(horizon, .97) * builder.height
        overlap = rng.choice([0, .05, .2])
        for _ in range(10):
            x = rng.uniform(-.05, 1.05) * max(1, builder.width - width)
            if builder.put(name, layer, x, feet - height, overlap):
                break


def _draw_one(folder: Path, seed: int, index: int) -> Sample:
    """Draws and writes one image."""
    rng = np.random.default_rng([seed, index])
    scene = draw_vehicles(rng)
    path = folder / f'{index:06d}.jpg'
    quality = [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(70, 96))]
    pixels = cv2.cvtColor(scene.image, cv2.COLOR_RGB2BGR)
    if not cv2.imwrite(str(path), pixels, quality):
        raise InputError(f'{path}: cannot be written. Make room on the disk.')
    height, width = scene.owner.shape
    # Without its default, which is no dict: it comes from another process.
    return Sample(path, width, height, vehicle_boxes(scene), path.name, {})


def _crashed(index: int, how: str) -> Sample:
    raise InputError(f'picture {index}: its drawing ended with {how}.')
