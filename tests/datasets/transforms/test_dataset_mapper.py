import pickle

import numpy as np
import pytest
from mmcv.transforms import Compose
from mmdet.registry import TRANSFORMS
from mmengine.registry import init_default_scope

from custom.config.literal import config_from_checkpoint
from custom.datasets.transforms import DatasetMapper
from custom.utils.errors import InputError

WIDTH, HEIGHT = 60, 40


def mirror(record):
    """From left to right, crowds left out."""
    kept = ~record['iscrowd']
    for key in ('boxes', 'labels', 'iscrowd'):
        record[key] = record[key][kept]
    record['image'] = record['image'][:, ::-1]
    record['boxes'][:, [0, 2]] = WIDTH - record['boxes'][:, [2, 0]]
    return record


def loaded(*instances):
    """What a pipeline holds after LoadAnnotations: a red left half."""
    image = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    image[:, :30, 2] = 255
    results = dict(
        img=image,
        img_path='a.png',
        img_id=7,
        img_shape=(HEIGHT, WIDTH),
        ori_shape=(HEIGHT, WIDTH),
        scale_factor=(1., 1.),
        instances=[
            dict(bbox=bbox, bbox_label=label, ignore_flag=crowd)
            for bbox, label, crowd in instances
        ])
    load = TRANSFORMS.build(dict(type='LoadAnnotations', with_bbox=True))
    return load(results)


def returning(**changes):
    """A mapper that returns one box, something of it changed."""
    record = dict(
        image=np.zeros((HEIGHT, WIDTH, 3), np.uint8),
        boxes=[[10, 10, 20, 20]],
        labels=[3],
        iscrowd=[False],
    )
    return DatasetMapper(lambda _: {**record, **changes})


def test_no_box():
    results = DatasetMapper(mirror)(loaded())

    assert results['gt_bboxes'].tensor.shape == (0, 4)
    assert results['gt_bboxes_labels'].shape == (0, )


def test_mirror():
    results = DatasetMapper(mirror)(
        loaded(([0, 5, 10, 25], 3, 0), ([0, 0, 60, 40], 4, 1)))

    assert results['img'][0, :, 2].tolist() == [0] * 30 + [255] * 30
    assert results['gt_bboxes'].tensor.tolist() == [[50, 5, 60, 25]]
    assert results['gt_bboxes_labels'].tolist() == [3]
    assert results['gt_ignore_flags'].tolist() == [False]


def test_what_the_function_gets():
    seen = {}
    results = loaded(([0, 5, 10, 25], 3, 0))
    cached = results['img']
    DatasetMapper(lambda record: seen.update(record) or record)(results)

    assert (seen['file_name'], seen['image_id']) == ('a.png', 7)
    assert (seen['image'].dtype, seen['image'].shape) == (np.uint8, (40, 60,
                                                                     3))
    assert (seen['boxes'].dtype, seen['boxes'].tolist()) == (np.float32,
                                                             [[0, 5, 10, 25]])
    assert (seen['labels'].dtype, seen['iscrowd'].dtype) == (np.int64, bool)
    # Its own: what it draws on is in no cache.
    assert not np.shares_memory(seen['image'], cached)


def test_another_size_and_plain_lists():
    results = returning(
        image=np.zeros((300, 400, 3), np.uint8),
        boxes=np.array([[10, 20, 255, 30]], np.uint8))(
            loaded())

    assert results['img_shape'] == (300, 400)
    assert results['gt_bboxes'].tensor.tolist() == [[10, 20, 255, 30]]
    assert results['gt_bboxes_labels'].dtype == np.int64


def test_less_than_a_pixel_outside_is_clipped():
    results = returning(boxes=[[-0.5, 10, 20, 40.9]])(loaded())

    assert results['gt_bboxes'].tensor.tolist() == [[0, 10, 20, 40]]


@pytest.mark.parametrize('changes, message', [
    (dict(image=np.zeros((4, 4, 3))), r'image is float64 \(4, 4, 3\)'),
    (dict(image=np.zeros((4, 4), np.uint8)), r'image is uint8 \(4, 4\)'),
    (dict(boxes=[10, 10, 20, 20]), r'boxes are int64 \(4,\)'),
    (dict(boxes=[list('abcd')]), r'boxes are <U1 \(1, 4\)'),
    (dict(boxes=[[20, 10, 10, 20]]), r'boxes\[0\] .* x2 above x1'),
    (dict(boxes=[[10, 10, 10, 20]]), r'boxes\[0\] .* without area'),
    (dict(boxes=[[10, 10, 10 + 1e-9, 20]]), r'boxes\[0\] .* without area'),
    (dict(boxes=[[10, 10, 62, 20]]), 'outside the image of 60 x 40 pixels'),
    (dict(boxes=[[60, 10, 60.5, 20]]), 'no area in the image of 60 x 40'),
    (dict(boxes=[[10, 10, np.nan, 20]]), 'a corner that is no number'),
    (dict(boxes=[]), r'labels are int64 \(1,\).*leave out rows'),
    (dict(labels=[1.5]), r'labels are float64 \(1,\). They must be whole'),
    (dict(labels=[-1]), r'labels are \[-1\]'),
    (dict(iscrowd=[]), r'iscrowd are float64 \(0,\). They must be bool'),
])
def test_what_is_wrong_names_function_and_image(changes, message):
    with pytest.raises(InputError, match=message) as caught:
        returning(**changes)(loaded())

    assert str(caught.value).startswith(
        f'DatasetMapper {__name__}.returning.<locals>.<lambda>, image a.png: ')


def test_forgotten_return_and_missing_key():
    with pytest.raises(InputError, match='NoneType.*"return record"'):
        DatasetMapper(lambda record: None)(loaded())
    with pytest.raises(InputError, match='has no "boxes"'):
        DatasetMapper(lambda record: dict(image=record['image']))(loaded())


def test_masks_would_stay_behind():
    with pytest.raises(InputError, match='also has gt_masks'):
        DatasetMapper(mirror)(dict(loaded(), gt_masks=[]))


def test_by_name_and_in_a_process_of_its_own():
    by_name = TRANSFORMS.build(
        dict(type='DatasetMapper', function=f'{__name__}.mirror'))

    assert by_name.function is mirror
    assert repr(by_name) == f'DatasetMapper(function={__name__}.mirror)'
    # Loaders that spawn their workers send the pipeline as a pickle.
    assert pickle.loads(pickle.dumps(by_name)).function is mirror


@pytest.mark.parametrize('name, message', [
    ('mirror', '"" cannot be imported'),
    ('no_maps.mirror', '"no_maps" cannot be imported .*PYTHONPATH'),
    (f'{__name__}.mirrors', 'has no function "mirrors"'),
    (f'{__name__}.WIDTH', 'has no function "WIDTH"'),
])
def test_no_such_function(name, message):
    with pytest.raises(InputError, match=message):
        DatasetMapper(name)


def test_a_checkpoint_calls_no_function():
    text = ("model = dict()\ntest_dataloader = dict(dataset=dict(pipeline=["
            "dict(type='DatasetMapper', function='os.system')]))")
    with pytest.raises(InputError, match='a.pth: its config is refused'):
        config_from_checkpoint(dict(meta=dict(cfg=text)), 'a.pth')


def test_in_a_pipeline():
    init_default_scope('mmdet')
    results = Compose([
        dict(type='DatasetMapper', function=mirror),
        dict(type='Resize', scale=(120, 80), keep_ratio=True),
        dict(type='PackDetInputs'),
    ])(
        loaded(([0, 5, 10, 25], 3, 0)))

    assert results['inputs'].shape == (3, 80, 120)
    instances = results['data_samples'].gt_instances
    assert instances.bboxes.tensor.tolist() == [[100, 10, 120, 50]]
    assert instances.labels.tolist() == [3]
