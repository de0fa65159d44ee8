import json

import numpy as np
import pytest

from custom.datasets.annotations.layout import class_names
from tests.helpers.run_tool import run_tool
from tests.helpers.valid_coco import sound

pytestmark = pytest.mark.slow


def test_splits(drawings, tmp_path):
    out = tmp_path / 'new'
    done = run_tool('split_dataset', drawings, '--out', out, '--fractions',
                    'val=0.25', 'test=0.25')
    assert done.returncode == 0, done.stderr
    assert 'val 25%' in done.stdout
    assert 'class shares are ' in done.stdout
    assert done.stdout.endswith(f'written to {out}\n')
    splits = sound(out, class_names(out))
    images = [split.images for split in splits]
    # Of 24; one image more or less where it makes the classes even.
    assert sum(images) == 24
    assert max(map(abs, np.subtract(images, [12, 6, 6]))) <= 1


def test_folds(drawings, tmp_path):
    folds = tmp_path / 'folds'
    done = run_tool('split_dataset', drawings, '--out', folds, '--folds', 3,
                    '--group-by', r'(\d)\.')
    assert done.returncode == 0, done.stderr
    assert 'fold3 33.3%' in done.stdout
    assert r'groups of the same "(\d)\."' in done.stdout
    names, digits = [], []
    for fold in folds.iterdir():
        val = json.loads((fold / 'annotations' / 'val.json').read_text())
        in_val = [image['file_name'] for image in val['images']]
        names += in_val
        digits += {name.rpartition('.')[0][-1] for name in in_val}
    assert len(names) == len(set(names)) == 24
    assert sorted(digits) == [*'0123456789']


@pytest.mark.parametrize('words, message', [
    (['--fractions', 'train'], "--fractions: invalid fraction value: 'train'"),
    (['--fractions', 'val=0.1', 'val=0.2'], '--fractions: names a split twic'),
    (['--seed', '-1'], '--seed: at least 0'),
    (['--fractions', 'train=0.9', 'val=0.3'], 'error: --fractions: their sum'),
    (['--folds', '30'], 'error: 24 images or groups'),
])
def test_bad_words(words, message, drawings, tmp_path):
    done = run_tool('split_dataset', drawings, '--out', tmp_path / 'new',
                    *words)
    assert done.returncode == 2
    assert message in done.stderr
    assert 'Traceback' not in done.stderr
    assert not (tmp_path / 'new').exists()


def test_data_set_stays(drawings):
    done = run_tool('split_dataset', drawings, '--out', drawings, fresh=True)
    assert done.returncode == 2
    assert 'exists and is not empty' in done.stderr
