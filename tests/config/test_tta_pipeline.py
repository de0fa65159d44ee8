import pytest

from custom.config.tta_pipeline import tta_pipeline
from custom.utils.errors import InputError

LOAD = dict(type='LoadImageOnWhite')
RESIZE = dict(type='Resize', scale=(1333, 800), keep_ratio=True)
BOXES = dict(type='LoadAnnotations', with_bbox=True)
PACK = dict(type='mmdet.PackDetInputs', meta_keys=('img_id', 'ori_shape'))


def test_four_views_the_first_as_it_was():
    load, views = tta_pipeline([LOAD, RESIZE, BOXES, PACK], 'a.pth')

    assert load == LOAD
    assert views == dict(
        type='TestTimeAug',
        transforms=[
            [RESIZE, dict(RESIZE, scale=(1000, 600))],
            [
                dict(type='RandomFlip', prob=0.0),
                dict(type='RandomFlip', prob=1.0)
            ],
            [BOXES],
            [
                dict(
                    PACK,
                    meta_keys=('img_id', 'ori_shape', 'flip',
                               'flip_direction'))
            ],
        ])


def test_what_is_packed_by_default_has_the_flips():
    pack = dict(type='PackDetInputs')

    assert tta_pipeline([RESIZE, pack], 'a.pth')[0]['transforms'][-1] == [pack]


def test_one_number_is_a_square():
    views = tta_pipeline([dict(type='Resize', scale=256), PACK], 'a.pth')[0]

    assert [step['scale'] for step in views['transforms'][0]] == [(256, 256),
                                                                  (192, 192)]


@pytest.mark.parametrize('pipeline', [
    [LOAD, PACK],
    [LOAD, RESIZE, RESIZE, PACK],
    [LOAD, dict(type='Resize', scale_factor=0.5), PACK],
    [LOAD, RESIZE],
])
def test_a_pipeline_of_another_kind(pipeline):
    with pytest.raises(InputError, match='a.pth: .* one Resize to a scale'):
        tta_pipeline(pipeline, 'a.pth')
