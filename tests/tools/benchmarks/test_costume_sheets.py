import json

import numpy as np
from PIL import Image

from benchmarks import costume_sheets
from custom.datasets.checks.run import check_dataset

# Families in the order of their names are learned and tested in turns.
PEOPLE = dict(abby=(200, 0, 0), boy=(0, 200, 0), dani=(0, 0, 200))


def draw(path, color):
    """A rectangle of 60 x 80 on a transparent canvas."""
    pixels = np.zeros((100, 100, 4), np.uint8)
    pixels[10:90, 20:80] = (*color, 255)
    Image.fromarray(pixels).save(path)


def test_costumes_of_the_test_are_not_those_to_learn(tmp_path, monkeypatch):
    costumes, out = tmp_path / 'costumes', tmp_path / 'out'
    costumes.mkdir()
    for name, color in PEOPLE.items():
        draw(costumes / f'{name}-a.png', color)
        draw(costumes / f'{name}-b.png', color)
    for name in ('hat', 'key', 'unknown'):
        draw(costumes / f'{name}.x.png', (90, 90, 90))

    pools, others = costume_sheets.read_costumes(costumes)

    assert [{*map(seen, pool['person'])}
            for pool in pools] == [{PEOPLE['abby'], PEOPLE['dani']},
                                   {PEOPLE['boy']}]
    assert [len(pool['person']) for pool in pools] == [4, 2]
    assert [image.shape for image in pools[1]['person']] == [(80, 60, 4)] * 2
    assert [*map(len, others)] == [1, 1]

    monkeypatch.setattr(
        'sys.argv',
        ['', str(costumes),
         str(out), '--images', '3', '1', '2'])
    costume_sheets.main()

    report = check_dataset(out)
    assert [(s.split, s.images) for s in report.splits] == [('train', 3),
                                                            ('val', 1),
                                                            ('test', 2)]
    test = json.loads((out / 'annotations/test.json').read_text())
    person = next(c['id'] for c in test['categories'] if c['name'] == 'person')
    assert {ann['category_id'] for ann in test['annotations']} == {person}


def seen(pixels):
    return tuple(int(value) for value in pixels[40, 30, :3])
