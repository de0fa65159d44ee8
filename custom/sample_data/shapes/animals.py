"""Drawing function: animal, of any kind that has no class of its own."""
from custom.sample_data.pen import Pen
from . import crawlers
from .beasts import beast
from .hoofed import hoofed
from .registry import draws

# How often each is drawn; the round-faced and the hoofed are many kinds.
SHARES = {
    beast: 30,
    hoofed: 12,
    crawlers.turtle: 2,
    crawlers.turtle_from_above: 1,
    crawlers.snake: 2,
    crawlers.snail: 2,
    crawlers.frog: 3,
    crawlers.crocodile: 2,
    crawlers.long_neck: 1,
    crawlers.tyrannosaur: 1,
    crawlers.stegosaur: 1,
    crawlers.octopus: 2,
    crawlers.crab: 2,
    crawlers.butterfly: 3,
    crawlers.ladybug: 2,
    crawlers.bee: 2,
    crawlers.spider: 1,
    crawlers.caterpillar: 1,
    crawlers.hedgehog: 1,
    crawlers.bat: 1,
    crawlers.kangaroo: 1,
}
_KINDS = tuple(kind for kind, count in SHARES.items() for _ in range(count))


@draws('animal', size=(.2, .5), share=1.1)
def animal(pen: Pen) -> None:
    pen.pick(*_KINDS)(pen)
