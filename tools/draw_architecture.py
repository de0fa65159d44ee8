"""Architecture diagram of custom/ from its real imports, and its figures.

    python tools/draw_architecture.py            # writes docs/architecture.svg
    python tools/draw_architecture.py --figures  # prints counts instead
    python tools/draw_architecture.py --figures --root another/checkout
"""
import argparse
import ast
import configparser
import itertools
import sys
from collections import Counter, defaultdict
from pathlib import Path
from typing import Dict, Iterable, Iterator, List, Sequence, Set, Tuple

import grimp

ROOT = Path(__file__).parents[1]
IMAGE = 'docs/architecture.svg'
# What a root of the package may hold beside packages.
FACE = ('__init__', 'apis', 'classes')
# Where benchmarks and the drawing generator are, now and formerly.
AROUND = ('tools/benchmarks', 'custom/benchmark', 'custom/sample_data',
          'custom/sketch')
PROCESS_STARTERS = ('.Pool', '.Process', 'ProcessPoolExecutor')

Arrow = Tuple[str, str]


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        '--figures', action='store_true', help='print counts, draw nothing')
    parser.add_argument(
        '--root',
        type=Path,
        default=ROOT,
        help='the checkout to read; default: this one')
    return parser.parse_args()


def main() -> None:
    args = parse_args()
    graph = imports(args.root)
    if args.figures:
        for name, value in figures(args.root, graph):
            print(f'{name:52} {value}')
        return
    path = args.root / IMAGE
    path.write_text(draw(layers(args.root), arrows(graph)), encoding='utf-8')
    print(f'written to {path}')


def imports(root: Path) -> grimp.ImportGraph:
    """The imports between the modules of custom/, as import-linter reads
    them: those inside functions too, those for type checkers alone not."""
    sys.path.insert(0, str(root))
    try:
        return grimp.build_graph(
            'custom', exclude_type_checking_imports=True, cache_dir=None)
    finally:
        sys.path.remove(str(root))


def room_of(module: str) -> str:
    """``datasets`` of ``custom.datasets.coco_dataset``; '' for the package
    itself."""
    return ''.join(module.split('.')[1:2])


def arrows(graph: grimp.ImportGraph) -> Set[Arrow]:
    """(importing room, imported room); custom/__init__ is no room."""
    found = set()
    for module in graph.modules:
        for imported in graph.find_modules_directly_imported_by(module):
            found.add((room_of(module), room_of(imported)))
    return {(a, b) for a, b in found if a and b and a != b}


def layers(root: Path) -> List[List[str]]:
    """The rooms of each layer, top first, as import-linter's contract has
    them."""
    config = configparser.ConfigParser()
    config.read(root / 'setup.cfg', encoding='utf-8')
    text = config['importlinter:contract:layers']['layers']
    return [[room.strip() for room in line.split('|')]
            for line in text.strip().splitlines()]


def transitive_reduction(found: Set[Arrow]) -> Set[Arrow]:
    """The arrows that no longer way implies: the transitive reduction."""
    below = reachable(found)
    return {(a, b)
            for a, b in found
            if not any(x == a and b in below[y] for x, y in found if y != b)}


def reachable(found: Iterable[Arrow]) -> Dict[str, Set[str]]:
    """Reachable rooms from each start of an arrow."""
    below: Dict[str, Set[str]] = defaultdict(set)
    for a, b in found:
        below[a].add(b)
    for middle, a in itertools.product([*below], [*below]):
        if middle in below[a]:
            below[a] |= below[middle]
    return below


def circles(found: Iterable[Arrow]) -> List[Tuple[str, ...]]:
    """The strongly connected components of more than one node, sorted."""
    below = reachable(found)
    return sorted({
        tuple(sorted(b for b in below[a] if a in below[b]))
        for a in [*below] if a in below[a]
    })


# ---------------------------------------------------------------- figures


def figures(root: Path,
            graph: grimp.ImportGraph) -> Iterator[Tuple[str, object]]:
    """(what is counted, the count), one for each line of the report."""
    trees = {
        path: ast.parse(path.read_bytes())
        for folder in ('custom', 'tools')
        for path in sorted((root / folder).rglob('*.py'))
    }
    paths = [path for path in trees if (root / 'custom') in path.parents]
    rooms = {room_of(module) for module in graph.modules} - {''}
    found = arrows(graph)
    modules = ((a, b) for a in graph.modules
               for b in graph.find_modules_directly_imported_by(a))
    yield 'loose modules in custom/', sum(
        path.parent.name == 'custom' and path.stem not in FACE
        for path in paths)
    yield 'module names used twice', repeated(path.stem for path in paths
                                              if path.stem != '__init__')
    yield 'public class names with several meanings', repeated(
        node.name for path in paths for node in trees[path].body
        if isinstance(node, ast.ClassDef) and not node.name.startswith('_'))
    yield 'rooms, arrows between them', f'{len(rooms)}, {len(found)}'
    yield 'import circles of rooms', listed(map(' '.join, circles(found)))
    yield 'import circles of modules', listed(map(' '.join, circles(modules)))
    yield 'modules that start processes', listed(
        str(path.relative_to(root)) for path, tree in trees.items()
        if starts_processes(tree))
    lines = Counter[str]()
    for path in paths:
        inside = path.relative_to(root / 'custom').parts
        lines[inside[0] if inside[1:] else '(loose)'] += line_count(path)
    yield 'lines of custom/', lines.total()
    for room, count in sorted(lines.items()):
        yield f'  {room}', count
    yield 'lines of benchmarks and drawing generator', sum(
        line_count(path) for folder in AROUND
        for path in (root / folder).rglob('*.py'))


def repeated(names: Iterable[str]) -> str:
    """Repeated names: how many, and which."""
    return listed(n for n, count in Counter(names).items() if count > 1)


def listed(names: Iterable[str]) -> str:
    """Their number, then the names themselves."""
    names = sorted(names)
    return ', '.join([str(len(names)), *names])


def starts_processes(tree: ast.Module) -> bool:
    """Whether a module makes a process or a pool of them."""
    return any(
        isinstance(node, ast.Call)
        and ast.unparse(node.func).endswith(PROCESS_STARTERS)
        for node in ast.walk(tree))


def line_count(path: Path) -> int:
    return len(path.read_text(encoding='utf-8').splitlines())


# ---------------------------------------------------------------- image

WIDTH, MARGIN = 960, 28
BOX, GAP = (132, 40), 36  # a room, and between two
FLOOR, FLOOR_HEIGHT = 98, 64  # from floor to floor, and its background
LANE, PORT = 24, 16  # widths: of an arrow that passes a floor, leaves a box
STYLE = """
  text { font: 600 15px system-ui, 'Segoe UI', Roboto, sans-serif;
         fill: #1a2a44; text-anchor: middle; dominant-baseline: central; }
  .paper { fill: #ffffff; stroke: #d5dbe5; }
  .floor { fill: #f1f4f9; }
  .room { fill: #ffffff; stroke: #4a6fa5; stroke-width: 1.5; }
  .arrow { fill: none; stroke: #7a8ba6; stroke-width: 1.5; }
  marker path { fill: #7a8ba6; }
"""

Node = Tuple[str, ...]  # (room,), or (from, to, floor): where an arrow passes
Step = Tuple[Node, Node]  # a piece of an arrow, from one floor to the next


def draw(floors: Sequence[Sequence[str]], found: Set[Arrow]) -> str:
    """An SVG: a row of boxes for each layer, arrows to what is imported.

    Arrows that a longer way implies are left out of the drawing; ``<desc>``
    lists all.
    """
    rows, paths = with_lanes(floors, transitive_reduction(found))
    steps = [step for path in paths for step in zip(path, path[1:])]
    x = positions(untangled(rows, steps), steps)
    y = {
        node: MARGIN + FLOOR_HEIGHT // 2 + FLOOR * level
        for level, row in enumerate(rows)
        for node in row
    }
    height = 2 * MARGIN + FLOOR_HEIGHT + FLOOR * (len(rows) - 1)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} '
        f'{height}" role="img">', '<title>What imports what in custom/'
        '</title>', '<desc>', *(f'{a} -> {b}' for a, b in sorted(found)),
        '</desc>', f'<style>{STYLE}</style>',
        '<marker id="tip" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" '
        'markerHeight="8" markerUnits="userSpaceOnUse" orient="auto">'
        '<path d="M0 0.5 8 4 0 7.5z"/></marker>',
        f'<rect class="paper" x="0.5" y="0.5" width="{WIDTH - 1}" '
        f'height="{height - 1}" rx="12"/>'
    ]
    for level in range(len(rows)):
        top = MARGIN + FLOOR * level
        parts.append(f'<rect class="floor" x="{MARGIN}" y="{top}" '
                     f'width="{WIDTH - 2 * MARGIN}" height="{FLOOR_HEIGHT}" '
                     'rx="10"/>')
    port = ports(steps, x)
    parts += [curve(path, port, y) for path in paths]
    for node in itertools.chain.from_iterable(rows):
        if len(node) == 1:
            left, top = x[node] - BOX[0] / 2, y[node] - BOX[1] / 2
            parts += [
                f'<rect class="room" x="{left:g}" y="{top}" '
                f'width="{BOX[0]}" height="{BOX[1]}" rx="7"/>',
                f'<text x="{x[node]:g}" y="{y[node]}">{node[0]}</text>'
            ]
    return '\n'.join([*parts, '</svg>', ''])


def with_lanes(floors: Sequence[Sequence[str]],
               found: Set[Arrow]) -> Tuple[List[List[Node]], List[List[Node]]]:
    """The nodes of each floor, and those on the way of each arrow: one that
    goes further than the next floor has a lane on each between."""
    level = {room: i for i, floor in enumerate(floors) for room in floor}
    rows: List[List[Node]] = [[(room, ) for room in floor] for floor in floors]
    paths = []
    for a, b in sorted(found):
        lanes: List[Node] = [(a, b, str(i))
                             for i in range(level[a] + 1, level[b])]
        for lane in lanes:
            rows[int(lane[2])].append(lane)
        paths.append([(a, ), *lanes, (b, )])
    return rows, paths


def untangled(rows: List[List[Node]],
              steps: Sequence[Step]) -> List[List[Node]]:
    """The rows in an order of few crossings: each node goes to the mean
    place of its neighbors, down and up again, until nothing is gained."""
    best = rows = [[*row] for row in rows]
    for turn in range(24):
        place = {node: i for row in rows for i, node in enumerate(row)}
        down = turn % 2 == 0
        for row in rows if down else rows[::-1]:
            mean = {
                node:
                average([
                    place[a if down else b]
                    for a, b in steps if node == (b if down else a)
                ], place[node])
                for node in row
            }
            row.sort(key=lambda node: mean[node])
            place.update((node, i) for i, node in enumerate(row))
        if crossings(rows, steps) < crossings(best, steps):
            best = [[*row] for row in rows]
    return best


def average(values: Sequence[float], otherwise: float) -> float:
    return sum(values) / len(values) if values else otherwise


def crossings(rows: List[List[Node]], steps: Sequence[Step]) -> int:
    place = {node: i for row in rows for i, node in enumerate(row)}
    level = {node: i for i, row in enumerate(rows) for node in row}
    return sum(level[a] == level[c] and (place[a] - place[c]) *
               (place[b] - place[d]) < 0
               for (a, b), (c, d) in itertools.combinations(steps, 2))


def positions(rows: List[List[Node]],
              steps: Sequence[Step]) -> Dict[Node, float]:
    """The horizontal center of each node: near its neighbors, order kept."""

    def width(node: Node) -> int:
        return BOX[0] if len(node) == 1 else LANE

    def apart(a: Node, b: Node) -> float:
        return (width(a) + width(b)) / 2 + GAP

    x: Dict[Node, float] = {}
    for row in rows:
        left = (WIDTH - sum(map(width, row)) - GAP * (len(row) - 1)) / 2
        for node in row:
            x[node] = left + width(node) / 2
            left += width(node) + GAP
    edge = MARGIN + 12
    for _ in range(60):
        for row in rows:
            wanted = [
                average([x[b] for a, b in steps if a == node] +
                        [x[a] for a, b in steps if b == node], x[node])
                for node in row
            ]
            for i, node in enumerate(row):
                low = edge + width(node) / 2
                high = WIDTH - low
                if row[:i]:
                    low = x[row[i - 1]] + apart(row[i - 1], node)
                if row[i + 1:]:
                    high = x[row[i + 1]] - apart(node, row[i + 1])
                x[node] = max(low, min(high, (x[node] + wanted[i]) / 2))
    return {node: round(value, 1) for node, value in x.items()}


def ports(steps: Sequence[Step],
          x: Dict[Node, float]) -> Dict[Step, Tuple[float, float]]:
    """Ports of the steps: beside each other along a box."""
    ends = []
    for own, other in (0, 1), (1, 0):
        at: Dict[Node, list] = defaultdict(list)
        for step in steps:
            at[step[own]].append(step)
        ends.append({
            step: x[node] + PORT * (i - (len(there) - 1) / 2)
            for node, there in at.items()
            for i, step in enumerate(sorted(there, key=lambda s: x[s[other]]))
        })
    return {step: (ends[0][step], ends[1][step]) for step in steps}


def curve(path: Sequence[Node], port: Dict[Step, Tuple[float, float]],
          y: Dict[Node, int]) -> str:
    """An arrow through its nodes, upright where it leaves and arrives."""
    half = BOX[1] / 2
    words = []
    for a, b in zip(path, path[1:]):
        (left, right), start, end = port[a, b], y[a] + half, y[b] - half
        middle = (start + end) / 2
        words.append(f'{"V" if words else f"M{left:g} "}{start:g} '
                     f'C{left:g} {middle:g} {right:g} {middle:g} '
                     f'{right:g} {end:g}')
    return (f'<path class="arrow" marker-end="url(#tip)" '
            f'd="{" ".join(words)}"/>')


if __name__ == '__main__':
    main()
