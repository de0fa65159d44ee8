"""Icon artist: draws the objects of one image from icon sets."""
from typing import Optional, Sequence

import numpy as np

from custom.sample_data.shapes import Drawer
from custom.sample_data.style import BRIGHT, Style, crayon, legible
from custom.utils.errors import InputError
from .icon_catalog import Icon, IconCatalog
from .restyle import IconStyle, restyle, sample_icon_style, silhouette
from .svg import icon_pixels
from .warp import apply_warp, sample_warp

# How much of an image is icons -> how often.
_SHARES = {1: .45, .5: .2, 0: .35}
# How often an icon of lines is filled in no color, one, two or three.
_FILLS = (.5, .2, .15, .15)


class IconArtist:
    """Icon artist of one image.

    Its chance is its own: an image without icons is the one that would be
    drawn if there were none.

    Args:
        catalog: The icons to choose from.
        rng: Source of all its chance.
    """

    def __init__(self, catalog: IconCatalog, rng: np.random.Generator):
        self.catalog = catalog
        self.rng = rng
        self.share = float(rng.choice([*_SHARES], p=[*_SHARES.values()]))
        # Most images are by one hand.
        self._set = str(
            rng.choice([*catalog.shares], p=[*catalog.shares.values()]))
        self._loyal = rng.random() < 0.7
        self._coherent = rng.random() < 0.75
        self._look: Optional[IconStyle] = None

    def takes(self, name: str) -> bool:
        """Whether the next object, of this class, is to be an icon."""
        return name in self.catalog.icons and self.rng.random() < self.share

    def render(self, name: str, size: float, drawer: Drawer,
               style: Style) -> np.ndarray:
        """Renders one object of a class.

        Args:
            name: Class name.
            size: Longer side, pixels, without the line around it.
            drawer: How far it may be turned.
            style: The image's style.

        Returns:
            uint8 array (H, W, 4), RGBA, color premultiplied by alpha.
        """
        return self._draw(self.catalog.icons[name], size, drawer.tilt, style)

    def count_others(self) -> int:
        """Number of things of no class that the image shows: often none."""
        if not self.share or not self.catalog.others:
            return 0
        return int(self.rng.choice([0, 1, 2, 4], p=[.5, .2, .18, .12]))

    def render_other(self, size: float, style: Style) -> np.ndarray:
        """Renders a thing that is of none of the classes."""
        return self._draw(self.catalog.others, size, 20, style)

    def _draw(self, icons: Sequence[Icon], size: float, tilt: float,
              style: Style) -> np.ndarray:
        icon = self._pick(icons)
        try:
            layer = icon_pixels(icon.svg, size)
        except InputError as error:
            raise InputError(f'icon set {icon.set_name}: {error}') from error
        layer = apply_warp(layer, sample_warp(self.rng, tilt))
        look = self._sample_look(style)
        if 'currentColor' in icon.svg:
            layer = self._inked(layer, look, style)
            look = look._replace(color='own', table=None, lines=0)
        return restyle(layer, look, style, self.rng)

    def _pick(self, icons: Sequence[Icon]) -> Icon:
        if self._loyal:
            icons = [i for i in icons if i.set_name == self._set] or icons
        return icons[int(self.rng.integers(len(icons)))]

    def _sample_look(self, style: Style) -> IconStyle:
        if self._look is None or not self._coherent:
            self._look = sample_icon_style(self.rng, style)
        return self._look

    def _inked(self, layer: np.ndarray, look: IconStyle,
               style: Style) -> np.ndarray:
        """An icon of one color, in an ink or a crayon."""
        rng = self.rng
        color = look.ink
        if rng.random() < 0.4:
            color = legible(crayon(str(rng.choice(BRIGHT)), rng), style.paper)
        backs = [
            crayon(str(name), rng) for name in rng.choice(
                BRIGHT, int(rng.choice([0, 1, 2, 3], p=_FILLS)))
        ]
        return silhouette(layer, color, backs)
