import configparser
import re

import draw_architecture as drawing

from tests.helpers.run_tool import ROOT, run_tool

SVG = ROOT / drawing.IMAGE


def drawn_arrows():
    desc, = re.findall('<desc>\n(.*?)\n</desc>', SVG.read_text(), re.S)
    return {tuple(line.split(' -> ')) for line in desc.splitlines()}


def test_the_image_has_the_arrows_of_the_code():
    found = drawing.arrows(drawing.imports(ROOT))

    assert drawn_arrows() == found, 'run: python tools/draw_architecture.py'


def test_the_image_is_that_of_its_arrows():
    drawn = drawing.draw(drawing.layers(ROOT), drawn_arrows())

    assert SVG.read_text() == drawn, 'run: python tools/draw_architecture.py'


def test_arrows_point_down():
    level = {
        room: i
        for i, rooms in enumerate(drawing.layers(ROOT))
        for room in rooms
    }

    assert all(level[a] < level[b] for a, b in drawn_arrows())


def test_every_room_has_a_sentence():
    page = (ROOT / 'docs/architecture.md').read_text()

    named = re.findall(r'^\| `(\w+)` \|', page, re.M)
    assert named == sum(drawing.layers(ROOT), [])


def test_what_a_longer_way_implies():
    down = {('a', 'b'), ('b', 'c'), ('a', 'c'), ('c', 'd'), ('a', 'd')}

    assert drawing.transitive_reduction(set()) == set()
    assert drawing.transitive_reduction(down) == {('a', 'b'), ('b', 'c'),
                                                  ('c', 'd')}


def test_circles():
    assert drawing.circles([('a', 'b'), ('b', 'c')]) == []
    assert drawing.circles([('a', 'b'), ('b', 'a'), ('b', 'c'), ('d', 'e'),
                            ('e', 'f'), ('f', 'd')]) == [('a', 'b'),
                                                         ('d', 'e', 'f')]


def test_figures_of_another_checkout(tmp_path):
    files = {
        'custom/__init__.py':
        '',
        'custom/apis.py':
        'from custom import loose\n',
        'custom/loose.py':
        'class Box:\n    pass\n',
        'custom/a/__init__.py':
        '',
        'custom/a/same.py':
        'import custom.b.same\n\n\nclass Box:\n    pass\n',
        'custom/b/__init__.py':
        '',
        'custom/b/same.py':
        'def f():\n    import custom.a.same\n',
        'custom/sketch/__init__.py':
        '',
        'custom/sketch/pool.py':
        'import multiprocessing as mp\n'
        'mp.get_context().Pool()\n',
    }
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    # A checkout without tools/ and layers has figures all the same.
    # Fresh: a process that has imported custom would find that one.
    done = run_tool(
        'draw_architecture', '--figures', '--root', tmp_path, fresh=True)

    assert done.returncode == 0, done.stderr
    found = dict(
        re.split(r'\s{2,}', line.strip(), maxsplit=1)
        for line in done.stdout.splitlines())
    assert found == {
        'loose modules in custom/': '1',
        'module names used twice': '1, same',
        'public class names with several meanings': '1, Box',
        'rooms, arrows between them': '5, 3',
        'import circles of rooms': '1, a b',
        'import circles of modules': '1, custom.a.same custom.b.same',
        'modules that start processes': '1, custom/sketch/pool.py',
        'lines of custom/': '12',
        '(loose)': '3',
        'a': '5',
        'b': '2',
        'sketch': '2',
        'lines of benchmarks and drawing generator': '2',
    }


def test_the_layers_are_those_of_the_linter():
    config = configparser.ConfigParser()
    config.read(ROOT / 'setup.cfg')

    first, *_, last = drawing.layers(ROOT)
    assert first == ['apis'] and 'utils' in last
    assert config['importlinter:contract:layers']['containers'] == 'custom'
