import json

import numpy as np
import pytest
import torch
from mmdet.registry import TASK_UTILS
from mmdet.structures.bbox import bbox_overlaps

from custom.config.config import load_config, use_data
from custom.utils.errors import InputError
from custom.utils.image_io import write_jpeg
from custom.visualization import anchor_stats
from custom.visualization.anchor_plot import anchors_near, draw_anchors
from custom.visualization.anchor_stats import (AnchorFit, AnchorLevel,
                                               AnchorRecall, BestAnchors,
                                               ResizedShape, anchor_levels,
                                               best_anchors, feature_shapes,
                                               fit_anchors, hardest_image)

R50 = 'configs/faster_rcnn/faster-rcnn_r50_fpn_1x_drawings22.py'
# A square of 10 pixels around (0, 0), every 10 pixels.
SQUARES = AnchorLevel(np.array([[-5., -5., 5., 5.]]), (10, 10))
GENERATORS = dict(
    one_level=dict(
        type='AnchorGenerator',
        scales=[2, 4, 8],
        ratios=[0.5, 1.0, 2.0],
        strides=[16]),
    pyramid=dict(
        type='AnchorGenerator',
        scales=[4],
        ratios=[0.5, 1.0, 2.0],
        strides=[4, 8, 16, 32]),
    retina=dict(
        type='AnchorGenerator',
        octave_base_scale=4,
        scales_per_octave=3,
        ratios=[0.5, 1.0, 2.0],
        strides=[8, 16, 32]),
    yolo=dict(
        type='YOLOAnchorGenerator',
        base_sizes=[[(116, 90), (156, 198)], [(30, 61), (62, 45)],
                    [(10, 13), (16, 30)]],
        strides=[32, 16, 8]),
    uneven=dict(
        type='SSDAnchorGenerator',
        scale_major=False,
        min_sizes=[20, 60],
        max_sizes=[60, 120],
        strides=[8, 16],
        ratios=[[2], [2, 3]]))


def fit(ious, boxes=None, labels=None, images=None):
    count = len(ious)
    boxes = np.tile([0., 0., 20., 20.], (count, 1)) if boxes is None else boxes
    return AnchorFit(
        np.array(boxes), np.array([0] * count if labels is None else labels),
        np.array([0] * count if images is None else images),
        BestAnchors(
            np.array(ious), np.zeros(count, int), np.zeros(
                (count, 4))), ('sun', 'moon'), ['a.png', 'b.png', 'c.png'],
        [ResizedShape((100, 100), (1., 1.))] * 3)


def write_data(folder, images):
    """Images of (width, height), all boxes of the class sun."""
    records = dict(
        images=[], annotations=[], categories=[dict(id=1, name='sun')])
    for number, ((width, height), boxes) in enumerate(images):
        name = f'{number}.jpg'
        write_jpeg(
            str(folder / 'images' / name),
            np.full((height, width, 3), 255, np.uint8))
        records['images'].append(
            dict(id=number, file_name=name, width=width, height=height))
        for box in boxes:
            records['annotations'].append(
                dict(
                    id=len(records['annotations']),
                    image_id=number,
                    category_id=1,
                    bbox=box[:4],
                    iscrowd=len(box) - 4))
    (folder / 'annotations').mkdir()
    for split in ('train', 'val', 'test'):
        (folder / 'annotations' / f'{split}.json').write_text(
            json.dumps(records))


def config_of(folder):
    cfg = load_config(R50)
    use_data(cfg, str(folder))
    cfg.train_dataloader.dataset.metainfo = dict(classes=('sun', ))
    return cfg


def track(items, label, total):
    return items


def test_no_boxes():
    assert len(best_anchors(np.zeros((0, 4)), [SQUARES], [(4, 4)]).ious) == 0


def test_the_nearest_position_is_the_best():
    # The second is half on an anchor and half on the next; the third hangs
    # over the last of the 4 columns, around x = 30.
    found = best_anchors([[5, 5, 15, 15], [10, 5, 20, 15], [35, 5, 45, 15]],
                         [SQUARES], [(4, 4)])

    np.testing.assert_allclose(found.ious, [1, 1 / 3, 0])
    np.testing.assert_allclose(found.anchors[0], [5, 5, 15, 15])


@pytest.mark.parametrize('kind', GENERATORS)
def test_as_good_as_all_anchors_tried(kind):
    generator = TASK_UTILS.build(GENERATORS[kind])
    levels = [
        AnchorLevel(anchors.double().numpy(), stride)
        for anchors, stride in zip(generator.base_anchors, generator.strides)
    ]
    rng = np.random.default_rng(0)
    low = rng.uniform(0, 150, (200, 2))
    boxes = np.hstack([low, low + rng.uniform(2, 250, (200, 2))])
    shapes = [(-(-150 // h), -(-200 // w)) for w, h in generator.strides]
    found = best_anchors(boxes, levels, shapes)

    every = torch.cat(generator.grid_priors(shapes, torch.float64, 'cpu'))
    ious = bbox_overlaps(torch.from_numpy(boxes), every)
    np.testing.assert_allclose(found.ious, ious.max(dim=1)[0], atol=1e-9)
    own = bbox_overlaps(
        torch.from_numpy(boxes),
        torch.from_numpy(found.anchors),
        is_aligned=True)
    np.testing.assert_allclose(found.ious, own, atol=1e-9)


def test_levels_of_a_config():
    levels = anchor_levels(load_config(R50))

    assert [level.stride[0] for level in levels] == [4, 8, 16, 32, 64]
    assert [anchor_stats.root_areas(level.anchors)[1]
            for level in levels] == [32, 64, 128, 256, 512]


def test_models_without_anchors():
    cfg = load_config(R50)
    del cfg.model['rpn_head']
    with pytest.raises(InputError, match='FasterRCNN has no anchors'):
        anchor_levels(cfg)
    cfg.model.bbox_head = dict(
        anchor_generator=dict(type='MlvlPointGenerator', strides=[8]))
    with pytest.raises(InputError, match='has no anchors'):
        anchor_levels(cfg)


def test_what_the_pipeline_does_to_sizes():
    resize = anchor_stats.resizer(load_config(R50))

    assert resize((600, 1000)) == ResizedShape((800, 1333), (1.333, 800 / 600))
    assert resize((1000, 500)) == ResizedShape((1333, 667), (1.334, 1.333))


def test_feature_maps_of_the_padded_image():
    shapes = feature_shapes(load_config(R50))

    # 800 x 1333 is padded to 800 x 1344; 1344 / 64 = 21.
    assert shapes((800, 1333)) == [(200, 336), (100, 168), (50, 84), (25, 42),
                                   (13, 21)]


def test_all_boxes_of_a_folder(tmp_path):
    # 500 x 300 becomes 1333 x 800, 2.667 times as large: sides 128 and 32.
    write_data(tmp_path, [((500, 300), [(100, 100, 48, 48), (9, 9, 12, 12)]),
                          ((300, 300), [(0, 0, 300, 300, 'crowd')])])
    cfg = config_of(tmp_path)
    found = fit_anchors(cfg, track)

    assert found.images.tolist() == [0, 0]
    np.testing.assert_allclose(
        anchor_stats.root_areas(found.boxes), [128, 32], rtol=0.001)
    generator = TASK_UTILS.build(cfg.model.rpn_head.anchor_generator)
    every = torch.cat(
        generator.grid_priors([(200, 336), (100, 168), (50, 84), (25, 42),
                               (13, 21)], torch.float64, 'cpu'))
    ious = bbox_overlaps(torch.from_numpy(found.boxes), every)
    np.testing.assert_allclose(found.best.ious, ious.max(dim=1)[0], atol=1e-9)
    assert found.best.levels.tolist() == [2, 0]


def test_a_folder_without_boxes(tmp_path):
    write_data(tmp_path, [((50, 50), [])])
    with pytest.raises(InputError, match='has no boxes'):
        fit_anchors(config_of(tmp_path), track)


def test_shares():
    found = fit([0.7, 0.69, 0.5, 0.2],
                boxes=[[0, 0, 16, 16], [0, 0, 31, 31], [0, 0, 4, 256],
                       [0, 0, 8, 8]],
                labels=[0, 0, 1, 1])

    assert anchor_stats.recall_of_all(found) == AnchorRecall(
        'all', 4, (0.75, 0.25))
    assert anchor_stats.recall_by_class(found) == [
        AnchorRecall('moon', 2, (0.5, 0.)),
        AnchorRecall('sun', 2, (1., 0.5))
    ]
    assert anchor_stats.recall_by_size(found) == [
        AnchorRecall('8 to 16 px', 1, (0., 0.)),
        AnchorRecall('16 to 32 px', 2, (1., 0.5)),
        AnchorRecall('32 to 64 px', 1, (1., 0.)),
    ]


def test_the_image_with_most_boxes_that_fit_ill():
    assert hardest_image(fit([0.9, 0.6, 0.6, 0.1], images=[0, 1, 1, 2])) == 1
    assert hardest_image(fit([0.9], images=[2])) == 0


def test_anchors_at_a_place():
    # They stand around every tenth pixel: 50 is the nearest to 48.
    found = anchors_near(SQUARES, (100, 100), (0.48, 0.12))
    assert found.tolist() == [[45, 5, 55, 15]]


def test_image(tmp_path):
    write_data(tmp_path, [((500, 300), [(100, 100, 48, 48)])])
    cfg = config_of(tmp_path)
    fitted = fit_anchors(cfg, track)
    # Matplotlib takes what stands between dollars for a formula.
    fitted = fitted._replace(classes=['$\\5$'] * len(fitted.classes))
    png = draw_anchors(fitted, anchor_levels(cfg), 'r50')

    assert png.startswith(b'\x89PNG')
