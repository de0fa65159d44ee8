import json

import pytest

from benchmarks import label_selection
from custom.datasets.annotations.layout import annotation_file

# mAP of the rounds of a benchmark that is done.
SCORES = dict(first=.4, selected_2=.6, random_2=.5)


@pytest.fixture
def done(drawings, tmp_path):
    """Its folder: two rounds of four of the 16 images."""
    for name, score in SCORES.items():
        run = tmp_path / f'out/seed_0/{name}/run'
        run.mkdir(parents=True)
        (run / 'test_results.json').write_text(
            json.dumps(
                dict(scores={
                    'coco/bbox_mAP': score,
                    'coco/bbox_mAP_50': score + .2
                })))
    return tmp_path / 'out'


def names(folder):
    """File names of train, sorted, and the number of its boxes."""
    data = json.loads(annotation_file(folder, 'train').read_text())
    return sorted(one['file_name']
                  for one in data['images']), len(data['annotations'])


def test_both_ways_add_to_the_same_first_images(done, drawings, monkeypatch):
    words = ['', str(drawings), '--out', str(done), '--seeds', '1']
    words += ['--pictures', '4', '--rounds']
    monkeypatch.setattr('sys.argv', [*words, '1'])
    label_selection.main()
    pool, _ = names(drawings)
    first, _ = names(done / 'seed_0/first/data')
    assert sorted(path.name for path in (done / 'pool').iterdir()) == pool
    assert len(first) == 4

    # It goes on with what a selection has listed.
    added = [name for name in pool if name not in first][:4]
    (done / 'seed_0/selected_2/selection.jsonl').write_text('\n'.join(
        json.dumps(dict(path=str(done / 'pool' / name))) for name in added))
    monkeypatch.setattr('sys.argv', [*words, '2'])
    label_selection.main()

    selected, boxes = names(done / 'seed_0/selected_2/data')
    by_chance, _ = names(done / 'seed_0/random_2/data')
    assert selected == sorted(first + added)
    assert len(by_chance) == 8
    assert {*first} < {*by_chance}
    rows = json.loads((done / 'results.json').read_text())
    assert [(row['way'], row['pictures'], row['mAP'])
            for row in rows] == [('selected', 4, .4), ('selected', 8, .6),
                                 ('random', 4, .4), ('random', 8, .5)]
    assert rows[1]['boxes'] == boxes
    assert (done / 'curve.png').read_bytes()[:4] == b'\x89PNG'
