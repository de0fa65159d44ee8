"""Scene composition: objects placed in an image, with their boxes."""
from typing import (Callable, List, Mapping, NamedTuple, Optional, Sequence,
                    Tuple)

import cv2
import numpy as np

from .backdrop import Backdrop
from .icons.artist import IconArtist
from .paper import photograph, sample_paper, turn_sheet
from .pen import Pen, bend
from .raster import rasterize
from .shapes import DRAWERS, Drawer
from .style import Style, sample_style

# An object belongs to a pixel that it covers at least this much, of 255.
_SEEN = 70
# An object is left out when less of it can be seen.
_LEAST_VISIBLE = 0.4
# Name of an object of no class, which has no box.
OTHER = ''
# These children like to put into a corner of the sky.
_CORNER = ('sun', 'sun', 'sun', 'moon')


class DrawnBox(NamedTuple):
    """Box of a drawn object: class name and tight xywh, pixels."""
    name: str
    x: int
    y: int
    width: int
    height: int


class Drawing(NamedTuple):
    """A drawing: image and boxes.

    Attributes:
        image: uint8 array (H, W, 3) RGB, or (H, W, 4) RGBA, not
            premultiplied, for a drawing on nothing.
        boxes: Of the objects' visible pixels.
    """
    image: np.ndarray
    boxes: List[DrawnBox]


class SceneObject(NamedTuple):
    """Rendered object: premultiplied RGBA and its upper left corner."""
    name: str
    layer: np.ndarray
    x: int
    y: int


class Composition(NamedTuple):
    """Composed drawing, of which the owner of each pixel is known.

    Attributes:
        image: As of a :class:`Drawing`.
        owner: int16 array (H, W), the object that each pixel shows: index
            into ``items``, or -1.
        items: The objects; each owns at least one pixel.
    """
    image: np.ndarray
    owner: np.ndarray
    items: List[SceneObject]


def make_drawing(rng: np.random.Generator,
                 icons: Optional[IconArtist] = None) -> Drawing:
    """Draws one image of 1 to 20 objects, sides 200 to 900 pixels.

    Args:
        rng: Source of all chance but that of ``icons``.
        icons: Draws some of the objects, and perhaps things of no class.
    """
    image, owner, items = compose(rng, _any_layout, DRAWERS, 0.06, icons)
    boxes = boxes_of(owner, items)
    return Drawing(image, [box for box in boxes if box.name != OTHER])


def compose(rng: np.random.Generator,
            lay_out: Callable[['SceneBuilder'], None],
            drawers: Mapping[str, Drawer],
            transparent: float,
            icons: Optional[IconArtist] = None) -> Composition:
    """Composes one drawing, sides 200 to 900 pixels.

    Args:
        rng: Source of all chance.
        lay_out: Puts objects into an empty scene. It is called again, for
            another image, if none of them can be seen.
        drawers: How each of its objects is drawn.
        transparent: How often there is no paper, 0 to 1.
        icons: Another way to draw some of them.
    """
    height, width = _sample_size(rng)
    clear = rng.random() < transparent
    sheet, paper = sample_paper(rng, height, width)
    if clear:
        paper = (255, 255, 255)
    builder = SceneBuilder(rng, height, width, sample_style(rng, paper),
                           drawers, icons)
    lay_out(builder)
    builder.strew()
    canvas = np.zeros((height, width, 4), np.uint8)
    if not clear:
        canvas[..., :3], canvas[..., 3] = sheet, 255
    for backdrop in builder.backdrops:
        _lay(canvas, backdrop.finish(), 0, 0)
    items = [item for item in builder.items if _stands_out(canvas, item)]
    items = visible_items(items, height, width)
    if all(item.name == OTHER for item in items):
        return compose(rng, lay_out, drawers, transparent, icons)
    owner = np.full((height, width), -1, np.int16)
    for index, item in enumerate(items):
        _lay(canvas, item.layer, item.x, item.y)
        _own(owner, item, index)
    if clear:
        return Composition(_straight(canvas), owner, items)
    image = np.ascontiguousarray(canvas[..., :3])
    if rng.random() < 0.12:
        image, owner = turn_sheet(image, owner, rng)
    if rng.random() < 0.3:
        image = photograph(image, rng)
    return Composition(image, owner, items)


def _any_layout(builder: 'SceneBuilder') -> None:
    layouts = (_single, _scene, _grid, _scatter)
    layouts[builder.rng.choice(4, p=[.18, .52, .14, .16])](builder)


def _sample_size(rng: np.random.Generator) -> Tuple[int, int]:
    long = int(np.exp(rng.uniform(np.log(260), np.log(900))))
    short = max(200, int(long * rng.choice([.6, .7, .75, .8, 1])))
    return (long, short) if rng.random() < 0.3 else (short, long)


class SceneBuilder:
    """Scene under construction: renders objects and finds room for them."""

    def __init__(self, rng: np.random.Generator, height: int, width: int,
                 style: Style, drawers: Mapping[str, Drawer],
                 icons: Optional[IconArtist]):
        self.rng = rng
        self.icons = icons
        self.height, self.width = height, width
        self.short = min(height, width)
        self.style = style
        self.drawers = drawers
        # Some children change the crayon for every object.
        self.mixed = rng.random() < 0.25
        self.zoom = rng.uniform(.8, 1.5)
        self.items: List[SceneObject] = []
        self.backdrops: List[Backdrop] = []

    def backdrop(self) -> Backdrop:
        """A new layer behind all objects."""
        back = Backdrop(self.rng, self.style, self.height, self.width)
        self.backdrops.append(back)
        return back

    def render(self, name: str, size: float) -> np.ndarray:
        """Renders one object, its longer side ``size`` pixels: RGBA layer."""
        rng, drawer = self.rng, self.drawers[name]
        style = self.style
        if self.icons is not None and self.icons.takes(name):
            return self.icons.render(name, size, drawer, style)
        if self.mixed:
            style = sample_style(rng, style.paper)
        style = style._replace(
            slant=style.slant + rng.normal(0, .2),
            wobble=style.wobble * rng.uniform(.6, 1.3))
        pen = Pen(rng, style, rng.uniform(-drawer.tilt, drawer.tilt),
                  rng.random() < 0.5, rng.uniform(.8, 1.25),
                  rng.normal(0, .05))
        drawer.draw(pen)
        marks = bend(pen.marks, .03 * style.wobble, rng)
        # The same crayon, but a small thing is drawn with its tip.
        line = min(style.width * self.short, .028 * size + .4)
        return rasterize(marks, style, size, line * rng.uniform(.85, 1.15),
                         rng)

    def put(self,
            name: str,
            layer: np.ndarray,
            x: float,
            y: float,
            overlap: float = .08) -> bool:
        """Places an object unless it hides or leaves too much."""
        height, width = layer.shape[:2]
        x, y = int(x), int(y)
        inside = _common((x, y, width, height),
                         (0, 0, self.width, self.height))
        corner = name in _CORNER
        if inside < (.25 if corner else .93) * width * height:
            return False
        for item in self.items:
            other = (item.x, item.y, item.layer.shape[1], item.layer.shape[0])
            least = min(width * height, other[2] * other[3])
            if _common((x, y, width, height), other) > overlap * least:
                return False
        self.items.append(SceneObject(name, layer, x, y))
        return True

    def put_within(self, name: str, size: float, top: float,
                   bottom: float) -> None:
        """Places an object anywhere between two heights, or not at all."""
        layer = self.render(name, size)
        height, width = layer.shape[:2]
        overlap = self.rng.choice([0, .05, .15])
        for _ in range(10):
            x = self.rng.uniform(0, max(1, self.width - width))
            y = self.rng.uniform(top, max(top + 1, bottom - height))
            if self.put(name, layer, x, y, overlap):
                return

    def strew(self) -> None:
        """Places things of no class between the objects and behind them."""
        if self.icons is None:
            return
        for _ in range(self.icons.count_others()):
            size = self.short * self.rng.uniform(.1, .35)
            layer = self.icons.render_other(size, self.style)
            x = self.rng.uniform(0, max(1, self.width - layer.shape[1]))
            y = self.rng.uniform(0, max(1, self.height - layer.shape[0]))
            if self.put(OTHER, layer, x, y, overlap=.3):
                self.items.insert(0, self.items.pop())


def choose_classes(rng: np.random.Generator,
                   place: Optional[str] = None) -> str:
    """Samples one of the 22 classes, of those of a place if given."""
    names = [
        n for n, d in DRAWERS.items() if place is None or place in d.places
    ]
    shares = np.array([DRAWERS[n].share for n in names])
    return str(rng.choice(names, p=shares / shares.sum()))


def _usual_size(builder: SceneBuilder, name: str) -> float:
    low, high = builder.drawers[name].size
    return max(26,
               builder.rng.uniform(low, high) * builder.zoom * builder.short)


def _decorate(builder: SceneBuilder) -> None:
    if builder.rng.random() < 0.15:
        builder.backdrop().doodles()
    if builder.rng.random() < 0.15:
        builder.backdrop().letters()


def _single(builder: SceneBuilder) -> None:
    """One big object, perhaps with one or two small ones."""
    rng = builder.rng
    _decorate(builder)
    name = choose_classes(rng)
    layer = builder.render(name, builder.short * rng.uniform(.5, 1))
    height, width = layer.shape[:2]
    x = (builder.width - width) * rng.uniform(.2, .8)
    y = (builder.height - height) * rng.uniform(.2, .8)
    if rng.random() < 0.25:
        builder.backdrop().ground((y + height) / builder.height)
    builder.put(name, layer, x, y)
    for _ in range(rng.choice([0, 0, 1, 2])):
        builder.put_within(
            choose_classes(rng), builder.short * rng.uniform(.12, .3), 0,
            builder.height)


def _scatter(builder: SceneBuilder) -> None:
    """Objects all over the sheet, of any kind and size."""
    rng = builder.rng
    _decorate(builder)
    count = int(rng.integers(2, 13))
    most = min(.5, 1.1 / np.sqrt(count))
    for _ in range(count):
        size = builder.short * rng.uniform(.5 * most, most)
        builder.put_within(
            choose_classes(rng), max(28, size), 0, builder.height)


def _grid(builder: SceneBuilder) -> None:
    """Rows of small objects, sometimes all of a kind."""
    rng = builder.rng
    cell = max(52, builder.short / rng.choice([2, 3, 3, 4]))
    columns = max(1, int(builder.width // cell))
    rows = max(1, int(builder.height // cell))
    while rows * columns > 20:
        rows, columns = (rows - 1,
                         columns) if rows > columns else (rows, columns - 1)
    kinds = [
        choose_classes(rng) for _ in range(rng.choice([1, 2, 30, 30, 30]))
    ]
    step_x, step_y = builder.width / columns, builder.height / rows
    skip = rng.choice([0, 0, .1, .3])
    for row in range(rows):
        for column in range(columns):
            if rng.random() < skip:
                continue
            name = kinds[int(rng.integers(len(kinds)))]
            size = min(step_x, step_y) * rng.uniform(.6, .93)
            layer = builder.render(name, size)
            height, width = layer.shape[:2]
            shake = rng.uniform(-.05, .05, 2) * size
            builder.put(name, layer,
                        (column + .5) * step_x - width / 2 + shake[0],
                        (row + .5) * step_y - height / 2 + shake[1], .1)


def _scene(builder: SceneBuilder) -> None:
    """Ground or water below, sky above."""
    rng = builder.rng
    kind = rng.choice(['land', 'water', 'space'], p=[.68, .2, .12])
    back = builder.backdrop()
    horizon = rng.uniform(.6, .93)
    if kind != 'space' and rng.random() < 0.35:
        back.sky()
    if kind == 'land':
        back.ground(horizon)
        if rng.random() < 0.08:
            back.rain(horizon)
        _corner(builder)
        _stand(builder, horizon, int(rng.integers(2, 8)))
        _float(builder, horizon * .65, int(rng.integers(0, 5)))
    elif kind == 'water':
        level = rng.uniform(.35, .7)
        back.water(level)
        _corner(builder)
        _swim(builder, level, int(rng.integers(2, 7)))
        _float(builder, level * .7, int(rng.integers(0, 4)))
    else:
        _float(builder, 1, int(rng.integers(3, 10)))
    _decorate(builder)


def _corner(builder: SceneBuilder) -> None:
    """The sun, or what shines, in or near an upper corner."""
    rng = builder.rng
    if rng.random() < 0.4:
        return
    name = _CORNER[int(rng.integers(len(_CORNER)))]
    layer = builder.render(name, _usual_size(builder, name) * 1.2)
    height, width = layer.shape[:2]
    over = rng.choice([0, 0, .3, .48])
    x, y = -over * width, -over * height
    if not over:
        x, y = rng.uniform(0, .08, 2) * builder.short
    if rng.random() < 0.5:
        x = builder.width - width - x
    builder.put(name, layer, x, y)


def _stand(builder: SceneBuilder, horizon: float, count: int) -> None:
    """Objects with their feet on the ground, the far ones first."""
    rng = builder.rng
    room = (1 - horizon) * builder.height
    feet = np.sort(horizon * builder.height +
                   rng.uniform(0, 1, count)**2 * room * .85)
    for foot in feet:
        name = choose_classes(rng, 'ground')
        layer = builder.render(name, _usual_size(builder, name))
        height, width = layer.shape[:2]
        overlap = rng.choice([0, .06, .2])
        for _ in range(10):
            x = rng.uniform(0, max(1, builder.width - width))
            if builder.put(name, layer, x, foot - height, overlap):
                break


def _float(builder: SceneBuilder, bottom: float, count: int) -> None:
    """Objects in the sky, down to ``bottom``, a share of the height."""
    for _ in range(count):
        name = choose_classes(builder.rng, 'sky')
        builder.put_within(name, _usual_size(builder, name), 0,
                           bottom * builder.height)


def _swim(builder: SceneBuilder, level: float, count: int) -> None:
    """Boats on the water and fish in it."""
    rng = builder.rng
    for _ in range(count):
        name = choose_classes(rng, 'water')
        layer = builder.render(name, _usual_size(builder, name))
        height, width = layer.shape[:2]
        for _ in range(10):
            x = rng.uniform(0, max(1, builder.width - width))
            y = rng.uniform(level, 1) * builder.height
            if name == 'boat':
                y = (level + .1 * rng.random()) * builder.height - .8 * height
            if builder.put(name, layer, x, y):
                break


def _common(one: Sequence[int], other: Sequence[int]) -> int:
    """Area that two xywh boxes share."""
    width = min(one[0] + one[2], other[0] + other[2]) - max(one[0], other[0])
    height = min(one[1] + one[3], other[1] + other[3]) - max(one[1], other[1])
    return max(0, width) * max(0, height)


def _window(shape: Tuple[int, ...], layer: np.ndarray, x: int,
            y: int) -> Tuple[tuple, tuple]:
    """Slices of the canvas and of the layer where both are."""
    height, width = layer.shape[:2]
    top, left = max(0, y), max(0, x)
    bottom, right = min(shape[0], y + height), min(shape[1], x + width)
    return ((slice(top, bottom), slice(left,
                                       right)), (slice(top - y, bottom - y),
                                                 slice(left - x, right - x)))


def _lay(canvas: np.ndarray, layer: np.ndarray, x: int, y: int) -> None:
    """Lays premultiplied RGBA over premultiplied RGBA, in place."""
    there, here = _window(canvas.shape, layer, x, y)
    top = np.ascontiguousarray(layer[here])
    left = cv2.merge([255 - top[..., 3]] * 4)
    under = cv2.multiply(canvas[there], left, scale=1 / 255)
    canvas[there] = cv2.add(under, top)


def _own(owner: np.ndarray, item: SceneObject, index: int) -> int:
    """Marks an object's pixels as its own; returns how many it took."""
    there, here = _window(owner.shape, item.layer, item.x, item.y)
    seen = item.layer[here][..., 3] >= _SEEN
    owner[there][seen] = index
    return int(np.count_nonzero(seen))


def _stands_out(canvas: np.ndarray, item: SceneObject) -> bool:
    """Whether an object can be told from what lies under it."""
    there, here = _window(canvas.shape, item.layer, item.x, item.y)
    top, under = item.layer[here], canvas[there]
    seen = top[..., 3] >= _SEEN
    if not seen.any():
        return False
    apart = cv2.absdiff(np.ascontiguousarray(top), under)[..., :3].max(2)
    # On nothing every color shows.
    clear = under[..., 3] == 0
    return bool(np.where(clear, 255, apart)[seen].mean() > 35)


def visible_items(items: Sequence[SceneObject], height: int,
                  width: int) -> List[SceneObject]:
    """Occlusion: the objects without those that later ones hide.

    Args:
        items: In the order of drawing.
        height: Of the image, pixels.
        width: Of the image, pixels.
    """
    owner = np.full((height, width), -1, np.int16)
    taken = [_own(owner, item, i) for i, item in enumerate(items)]
    left = np.bincount(owner[owner >= 0], minlength=len(items))
    return [
        item for i, item in enumerate(items)
        if left[i] >= max(1, _LEAST_VISIBLE * taken[i])
    ]


def boxes_of(owner: np.ndarray,
             items: Sequence[SceneObject]) -> List[DrawnBox]:
    """Tight bounding boxes of the pixels that objects own.

    Args:
        owner: int16 array (H, W): index into ``items``, or -1.
        items: Each owns at least one pixel.
    """
    boxes = []
    for index, item in enumerate(items):
        rows, columns = np.nonzero(owner == index)
        x, y = int(columns.min()), int(rows.min())
        boxes.append(
            DrawnBox(item.name, x, y,
                     int(columns.max()) + 1 - x,
                     int(rows.max()) + 1 - y))
    return boxes


def _straight(canvas: np.ndarray) -> np.ndarray:
    """Premultiplied RGBA to the kind that files hold."""
    alpha = canvas[..., 3:].astype(np.uint16)
    color = canvas[..., :3].astype(np.uint16) * 255 // np.maximum(alpha, 1)
    return np.dstack([np.minimum(color, 255), alpha]).astype(np.uint8)
