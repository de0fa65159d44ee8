import glob
import json

import numpy as np
import pytest

from custom.config.config import load_config
from custom.datasets.browser.pipeline import pipeline_sheet, preview_pipeline
from custom.datasets.proposals.make import make_proposals
from custom.datasets.proposals.selective_search import SelectiveSearchSettings
from custom.sample_data.dataset import make_dataset

SMALL = ('configs/faster_rcnn/'
         'faster-rcnn_r18_fpn_bn_scratch-256px_1xb4-14e_drawings22.py')
CONFIGS = sorted(
    path for path in glob.glob('configs/**/*.py', recursive=True)
    if '_base_' not in path)


@pytest.fixture(scope='module')
def drawings(tmp_path_factory):
    folder = tmp_path_factory.mktemp('data') / 'drawings'
    make_dataset(folder, dict(train=8, val=1, test=1), 0, 1)
    make_proposals(folder, 'train', SelectiveSearchSettings(),
                   folder / 'proposals/train.pkl',
                   lambda results, count: results)  # for Fast R-CNN
    return folder


@pytest.fixture(scope='module')
def preview(drawings):
    """Previews a config; once for all that have the same pipeline."""
    seen = {}

    def preview(config):
        cfg = load_config(config)
        key = repr((cfg.train_dataloader.dataset, cfg.model.data_preprocessor))
        if key not in seen:
            seen[key] = preview_pipeline(cfg, drawings)
        return seen[key]

    return preview


def inside(view):
    """Whether all boxes are within the image."""
    ends = view.boxes[:, :2] + view.boxes[:, 2:]
    return (view.boxes >= 0).all() and (ends <= np.add(view.size, 0.01)).all()


@pytest.mark.parametrize('config', CONFIGS)
def test_all_configs(config, preview):
    seen = preview(config)

    assert seen.error == ''
    assert seen.steps[0] == 'LoadImageOnWhite()'
    assert seen.steps[-1].startswith('then, on the device: DetDataPreproc')
    assert len(seen.samples) == 6
    for sample in seen.samples:
        assert len(sample.views) == 6
        for view in sample.views:
            assert view.image.dtype == np.uint8
            assert max(view.image.shape) <= 320
            assert len(view.boxes) == len(view.labels) == len(view.crowd)
            assert inside(view)


def test_the_file_comes_first_then_its_draws(preview, drawings):
    seen = preview(SMALL)
    data = json.loads((drawings / 'annotations/train.json').read_text())
    records = {image['file_name']: image for image in data['images']}
    for sample in seen.samples:
        record = records[sample.name]
        file, *draws = sample.views

        assert file.size == (record['width'], record['height'])
        assert file.boxes.tolist() == [
            a['bbox'] for a in data['annotations']
            if a['image_id'] == record['id']
        ]
        assert {max(draw.size) for draw in draws} == {256}


def test_mosaics_are_among_the_draws(preview):
    # Four images in one have more boxes than any of them.
    seen = preview(SMALL)

    assert max(
        len(draw.boxes) - len(sample.views[0].boxes) for sample in seen.samples
        for draw in sample.views) > 0


def test_the_same_every_time(preview, drawings):
    first = preview(SMALL)
    second = preview_pipeline(load_config(SMALL), drawings)

    for a, b in zip(first.samples, second.samples):
        for one, other in zip(a.views, b.views):
            assert np.array_equal(one.image, other.image)
            assert np.array_equal(one.boxes, other.boxes)


def test_own_classes(folder):
    seen = preview_pipeline(load_config(SMALL), folder)

    # Of the two images one is not there: training would stop at it.
    assert 'gone.png' in seen.error
    assert seen.samples == []


def test_a_sheet_has_a_row_per_image(preview):
    sheet = pipeline_sheet(preview(SMALL))

    assert sheet.shape == (6 * 350 + 6, 6 * 350 + 6, 3)
