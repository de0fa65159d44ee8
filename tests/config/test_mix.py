import pytest

from custom.config.config import load_config, use_classes, use_data
from custom.config.mix import use_mix
from custom.utils.errors import InputError

R18 = ('configs/faster_rcnn/'
       'faster-rcnn_r18_fpn_bn_scratch-256px_1xb4-14e_drawings22.py')


def mixed(mix):
    cfg = load_config(R18)
    use_data(cfg, 'data/mine')
    use_classes(cfg, ('cat', 'dog'))
    return cfg, use_mix(cfg, mix)


def test_both_folders_by_the_same_classes_and_pipeline():
    cfg, line = mixed('data/drawings22:0.3')
    loader = cfg.train_dataloader
    own, other = loader.dataset.datasets

    assert line.startswith('mix: 0.3 of the images of an epoch are of data/d')
    assert loader.sampler == dict(type='MixSampler', share=0.3, shuffle=True)
    assert (own.data_root, other.data_root) == ('data/mine', 'data/drawings22')
    assert {**own, 'data_root': ''} == {**other, 'data_root': ''}
    assert other.metainfo.classes == ('cat', 'dog')
    assert cfg.val_dataloader.dataset.data_root == 'data/mine'


def test_a_folder_with_a_colon():
    own, other = mixed('C:/data:0.5')[0].train_dataloader.dataset.datasets

    assert other.data_root == 'C:/data'


@pytest.mark.parametrize('mix', [
    'data/drawings22', 'data/drawings22:', 'data/drawings22:0', ':0.3',
    'data/drawings22:1', 'data/drawings22:30%', 'data/drawings22:nan', '0.3'
])
def test_no_share(mix):
    with pytest.raises(InputError, match='is not FOLDER:SHARE, with a share'):
        mixed(mix)


def test_what_is_joined_or_sampled_already():
    cfg, _ = mixed('data/drawings22:0.3')
    with pytest.raises(InputError, match='joins several data sets for'):
        use_mix(cfg, 'data/more:0.1')

    cfg = load_config(R18)
    cfg.train_dataloader.sampler.type = 'ClassAwareSampler'
    with pytest.raises(InputError, match='has a ClassAwareSampler for train'):
        use_mix(cfg, 'data/drawings22:0.3')


def test_images_that_are_mixed_by_a_wrapper():
    cfg = load_config(R18)
    loader = cfg.train_dataloader
    loader.dataset = dict(
        type='MultiImageMixDataset', dataset=loader.dataset, pipeline=[])
    with pytest.raises(InputError, match='trains on a MultiImageMixDataset'):
        use_mix(cfg, 'data/drawings22:0.3')
