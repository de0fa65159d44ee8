"""Test sheets of Snap! costumes: vector art by others as a data set.

    git clone --depth 1 https://github.com/jmoenig/Snap path/to/Snap
    python tools/benchmarks/costume_sheets.py path/to/Snap/Costumes OUT

No detector of the project has seen these costumes. The sheets stand for
drawings of another style than those it was trained on: some to train on, and
others, with costumes of other families (``cat1-a`` and ``cat1-b`` are of
one), to validate and test on. Fewer to train on are the first of more. The
costumes keep their licenses; nothing of them is in this project.
"""
import argparse
import io
import json
import re
from pathlib import Path
from typing import Dict, List, Optional, Tuple

import cv2
import numpy as np
from PIL import Image

from custom.classes import NAMES

# How names of files begin, for each class.
KINDS = dict(
    airplane='airplane',
    animal=r'Bear|bear\d|Bunny|Butterfly|butterfly|Crab|crab-|Ladybug|ladybug'
    r'|Lizard|Moth|Octopus|octopus|Tarantula|Trex|Turtle|turtle0|Ant\.|bat\d'
    '|beetle|dinosaur|dragon|fox|frog|hippo|horse|lion|monkey|mouse|reindeer'
    '|squirrel|unicorn|Jellyfish',
    bird='Chicken|Hummingbird|Parrot|parrot|dove|duck|penguin',
    boat='sail-boat',
    building='building|marble',
    car=r'bus\.|car-bug|convertible',
    cat=r'Cat\.|cat\d',
    cloud='cloud',
    dog=r'Dog|dog\d|dog_',
    elephant='elephant',
    fish=r'Goldfish|Mola|Shark|shark|fish\d|Stingray',
    flower='Flower_B|flower_',
    fruit='apple|banana|orange|watermelon',
    heart='heart',
    person=r'Human_0\d\.|Human_06A|Human_09-(back|front|side)\.|Singer1|abby'
    '|avery|ballerina|boy|breakd|calvrett|cassy|catherine|champ|dan-|dani|dee'
    r'|devin|diver|football|girl|hannah|jaime|jay\.|jodi|kai|marissa|paul'
    r'|prince|princess|referee|ruby|sam\.|wanda|witch|wizard\d?\.|zara|anina'
    r'|anna|aleassa|jamet0\d\.|lirin|lorenz|sarron|derec|jahrd',
    play='ball-|ball-soccer|baseball|basketball|beachball|trampoline'
    '|tennisball',
    rainbow='rainbow',
    rocket='spaceship',
    star=r'star\d',
    sun=r'sun\.',
    tree=r'palmtree|tree-l|tree\d|trees')
# Things without a class, as in other people's images.
OTHERS = (
    'Clarinet|Drum|Guitar|Flute|Trumpet|cake|donut|gift|hat|key\\.|laptop'
    '|umbrella|shoes|shirt|muffin|pencil|speaker|taco|glasses|candle'
    '|bell|Hat|lamp|planet|snowflake|rocks|robot|ghost')
POSES = (r'(-|_)?(walking|talk|dance|top|pop|standing|running|shouting|back'
         r'|front|side|sit|right|jump)\S*')
VARIANT = r'[-_]?[a-h]?\d*[a-h]?_?$'
SIZES = (480, 640), (640, 480), (560, 560)

Pool = Dict[str, List[np.ndarray]]


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('costumes', type=Path, help='the folder of Snap!')
    parser.add_argument('out', type=Path, help='data folder to make')
    parser.add_argument(
        '--images',
        type=int,
        nargs=3,
        default=(500, 100, 200),
        metavar=('TRAIN', 'VAL', 'TEST'),
        help='default: 500 100 200')
    args = parser.parse_args()
    if not args.costumes.is_dir():
        parser.error(f'{args.costumes}: no such folder')
    if args.out.exists():
        parser.error(f'{args.out}: is there already; choose another folder')
    return args


def read_costume(path: Path) -> Optional[np.ndarray]:
    """RGBA pixels of what can be seen; None where that is next to nothing."""
    import resvg_py
    coded = path
    if path.suffix == '.svg':
        coded = io.BytesIO(
            bytes(resvg_py.svg_to_bytes(svg_path=str(path), width=400)))
    pixels = np.array(Image.open(coded).convert('RGBA'))
    seen = pixels[..., 3] > 40
    if seen.sum() < 200:
        return None
    ys, xs = np.where(seen)
    return pixels[ys.min():ys.max() + 1, xs.min():xs.max() + 1]


def read_costumes(folder: Path) -> Tuple[List[Pool], List[List[np.ndarray]]]:
    """Costumes by class, and others: those to learn from, those to test on.

    Families of a class are shared out in turns; of fewer than three families,
    costumes are; of fewer than three costumes, both get all.
    """
    costumes: Dict[str, List[Tuple[str, np.ndarray]]] = {}
    others = []
    for path in sorted(folder.iterdir()):
        kind = next(
            (name for name in KINDS if re.match(KINDS[name], path.name)), None)
        if path.suffix not in ('.svg', '.png', '.gif'
                               ) or not (kind or re.match(OTHERS, path.name)):
            continue
        pixels = read_costume(path)
        if pixels is None:
            continue
        if kind:
            family = re.sub(VARIANT, '', re.sub(POSES, '', path.stem))
            costumes.setdefault(kind, []).append((family, pixels))
        else:
            others.append(pixels)
    pools: List[Pool] = [{}, {}]
    for kind in sorted(costumes, key=list(KINDS).index):
        for side, pool in enumerate(pools):
            share = shared_out(costumes[kind], side)
            if share:
                pool[kind] = share
    return pools, [others[::2], others[1::2]]


def shared_out(costumes: List[Tuple[str, np.ndarray]],
               side: int) -> List[np.ndarray]:
    families = sorted({family for family, _ in costumes})
    if len(families) >= 3:
        mine = families[side::2]
        return [pixels for family, pixels in costumes if family in mine]
    if len(costumes) >= 3:
        costumes = costumes[side::2]
    return [pixels for _, pixels in costumes]


def backdrop(rng: np.random.Generator, height: int, width: int) -> np.ndarray:
    """White, a color, a gradient, or a gradient with ground; RGB."""
    kind = rng.integers(4)
    above, below = rng.integers(190, 256, 3), rng.integers(120, 256, 3)
    if kind == 0:
        return np.full((height, width, 3), 255, np.uint8)
    share = np.linspace(0, 1, height)[:, None, None] if kind > 1 else 0
    colors = above * (1 - share) + below * share
    sheet = np.broadcast_to(colors, (height, width, 3)).astype(np.uint8)
    if kind == 3:
        sheet[int(height * rng.uniform(.55, .8)):] = rng.integers(90, 230, 3)
    return sheet


def compose(rng: np.random.Generator, pool: Pool,
            others: List[np.ndarray]) -> Tuple[np.ndarray, List[tuple]]:
    """A sheet, RGB, and what can be seen on it: (class, box as xywh)."""
    height, width = SIZES[rng.integers(3)]
    sheet = backdrop(rng, height, width)
    count = rng.integers(3, 10)
    owner = np.zeros((height, width), int)
    in_rows = rng.random() < .35
    placed = []
    for place in range(count):
        kind, pixels = choose(rng, pool, others)
        scale = rng.uniform(.14, .42) * min(height, width) / max(
            pixels.shape[:2])
        pixels = cv2.resize(
            pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        if rng.random() < .5:
            pixels = pixels[:, ::-1]
        high, wide = pixels.shape[:2]
        if in_rows:
            side = int(np.ceil(np.sqrt(count)))
            y = int((place // side + .5) * height / side - high / 2)
            x = int((place % side + .5) * width / side - wide / 2)
        else:
            y = rng.integers(0, max(1, height - high))
            x = rng.integers(0, max(1, width - wide))
        y = max(0, min(y, height - high))
        x = max(0, min(x, width - wide))
        window = np.s_[y:y + high, x:x + wide]
        alpha = pixels[..., 3:] / 255
        solid = pixels[..., 3] > 100
        sheet[window] = sheet[window] * (1 - alpha) + pixels[..., :3] * alpha
        owner[window][solid] = place + 1
        placed.append((kind, solid.sum()))
    return sheet, [(kind, seen_box(owner == place))
                   for place, (kind, area) in enumerate(placed, 1)
                   if kind and (owner == place).sum() >= max(.3 * area, 60)]


def choose(rng: np.random.Generator, pool: Pool,
           others: List[np.ndarray]) -> Tuple[Optional[str], np.ndarray]:
    """Samples a costume: one in seven of no class, each third other one a
    person."""
    if rng.random() < .15:
        return None, others[rng.integers(len(others))]
    kinds = sorted(pool)
    kind = kinds[rng.integers(len(kinds))] if rng.random() < .7 else 'person'
    return kind, pool[kind][rng.integers(len(pool[kind]))]


def seen_box(mask: np.ndarray) -> List[int]:
    ys, xs = np.where(mask)
    return [
        int(value)
        for value in (xs.min(), ys.min(), np.ptp(xs) + 1, np.ptp(ys) + 1)
    ]


def write_split(out: Path, split: str, sheets: List[tuple]) -> None:
    images, annotations = [], []
    for number, (sheet, seen) in enumerate(sheets, 1):
        name = f'{split}_{number - 1:04d}.png'
        cv2.imwrite(str(out / 'images' / name), sheet[..., ::-1])
        images.append(
            dict(
                id=number,
                file_name=name,
                width=sheet.shape[1],
                height=sheet.shape[0]))
        annotations += [
            dict(
                image_id=number,
                category_id=NAMES.index(kind) + 1,
                bbox=box,
                area=box[2] * box[3],
                iscrowd=0) for kind, box in seen
        ]
    (out / 'annotations' / f'{split}.json').write_text(
        json.dumps(
            dict(
                images=images,
                annotations=[
                    dict(id=number, **one)
                    for number, one in enumerate(annotations, 1)
                ],
                categories=[
                    dict(id=number, name=name)
                    for number, name in enumerate(NAMES, 1)
                ])))


def main() -> None:
    args = parse_args()
    for name in ('images', 'annotations'):
        (args.out / name).mkdir(parents=True)
    pools, others = read_costumes(args.costumes)
    for seed, (split, count) in enumerate(
            zip(('train', 'val', 'test'), args.images), 1):
        rng = np.random.default_rng(seed)
        side = int(split != 'train')
        write_split(
            args.out, split,
            [compose(rng, pools[side], others[side]) for _ in range(count)])


if __name__ == '__main__':
    main()
