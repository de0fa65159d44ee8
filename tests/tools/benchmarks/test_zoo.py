import os.path as osp

import pytest

from benchmarks.zoo import COLUMNS, all_configs, zoo
from custom.sample_data.dataset import make_dataset
from custom.utils.errors import InputError

pytestmark = pytest.mark.slow

R18 = ('configs/faster_rcnn/'
       'faster-rcnn_r18_fpn_bn_scratch-256px_1xb4-14e_drawings22.py')


def test_no_configs(tmp_path):
    make_dataset(tmp_path, dict(train=1, val=1, test=1), 0, 1)
    assert [*zoo([], str(tmp_path), rounds=1)] == []


def test_one_config(tmp_path):
    make_dataset(tmp_path, dict(train=2, val=1, test=1), 0, 1)

    row, = zoo([R18], str(tmp_path), rounds=1)

    assert tuple(row) == COLUMNS
    assert row['config'] + '.py' == osp.basename(R18)
    assert row['parameters'] == '3.9 M'
    assert row['test size'] == '256x256'
    assert row['GFLOPs'] == '1.1'
    assert float(row['s per image']) > 0


def test_a_missing_data_folder_is_told_first():
    with pytest.raises(InputError, match='no/such/data'):
        next(zoo([R18], 'no/such/data', rounds=1))


def test_all_configs_are_leaves():
    paths = all_configs()
    assert osp.abspath(R18) in paths
    assert not any('_base_' in path for path in paths)
