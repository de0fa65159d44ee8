"""Fast R-CNN from a CSV file to images, as a user runs it."""
import json

import pytest
from PIL import Image

from custom.apis import Predictor
from custom.datasets.formats.coco_writer import write_folder
from custom.datasets.proposals.make import make_proposals
from custom.datasets.proposals.selective_search import SelectiveSearchSettings
from custom.sample_data.road import make_vehicle_dataset
from tests.helpers.importing import importer
from tests.helpers.run_tool import run_tool

pytestmark = pytest.mark.slow

CONFIG = ('configs/fast_rcnn/'
          'fast-rcnn_vgg16-bn_roipool_224px_1xb2-5e_bus-truck.py')
# Few layers and pixels, so that it takes seconds.
SMALL = [
    'model.backbone.init_cfg=None', 'model.backbone.depth=11',
    'model.roi_head.bbox_head.fc_out_channels=64',
    'test_dataloader.dataset.pipeline.2.transforms.0.scale=(64,64)',
    'val_dataloader.dataset.pipeline.2.transforms.0.scale=(64,64)',
    'train_dataloader.dataset.pipeline.3.transforms.0.scale=(64,64)'
]


@pytest.fixture(scope='module')
def folder(tmp_path_factory):
    """Six drawings, converted and with proposals."""
    folder = tmp_path_factory.mktemp('fast_rcnn')
    make_vehicle_dataset(folder / 'src', 6, 0)
    found = importer('openimages')(folder / 'src', 0.3, 0)
    write_folder(folder / 'data', found.splits, found.classes)
    for split in found.splits:
        make_proposals(folder / 'data', split,
                       SelectiveSearchSettings(min_share=0.01),
                       folder / f'data/proposals/{split}.pkl',
                       lambda results, total: results)
    return folder


@pytest.fixture(scope='module')
def trained(folder):
    """Of two epochs, what was said."""
    done = run_tool('train', CONFIG, '--data', folder / 'data', '--work-dir',
                    folder / 'run', '--cfg-options', 'train_cfg.max_epochs=2',
                    'default_hooks.logger.interval=1', *SMALL)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_losses_of_both_sets_are_told_and_drawn(folder, trained):
    scalars, = folder.glob('run/*/vis_data/scalars.json')
    records = [json.loads(line) for line in scalars.read_text().splitlines()]
    losses = [r for r in records if 'val/loss' in r]
    header, first, second = [
        line.split('  ') for line in trained.splitlines()
        if line.startswith(('  epoch', '  1 ', '  2 '))
    ]

    assert [r['step'] for r in losses] == [1, 2]
    assert losses[0].keys() == {
        'val/loss', 'val/loss_cls', 'val/loss_bbox', 'val/acc', 'step'
    }
    assert [word.strip() for word in header if word.strip()] == [
        'epoch', *(f'{name} {of}'
                   for name in ('loss', 'loss_cls', 'loss_bbox', 'acc')
                   for of in ('train', 'val'))
    ]
    for row, record in zip((first, second), losses):
        values = [float(word) for word in row if word.strip()]
        assert values[2] == pytest.approx(record['val/loss'], abs=6e-4)
        assert values[8] == pytest.approx(record['val/acc'], abs=6e-4)
    # LoggerHook's last record of a short epoch is the mean of all its steps.
    last = [r for r in records if r.get('epoch') == 1][-1]
    assert float([*filter(str.strip, first)][3]) == pytest.approx(
        last['loss_cls'], abs=6e-4)
    assert 'epoch 1: loss train ' in trained
    # From given proposals too.
    assert 'ValReportHook failed' not in trained
    assert 'Report: ' in trained
    with Image.open(folder / 'run/curves.png') as image:
        assert image.size == (1200, 900)


def test_tested_and_drawn(folder, trained):
    done = run_tool('test', CONFIG, folder / 'run/epoch_2.pth', '--data',
                    folder / 'data', '--split', 'val', '--show-dir',
                    folder / 'show', '--cfg-options', *SMALL)

    assert done.returncode == 0, done.stderr
    assert len([*(folder / 'show').iterdir()]) == 2


def test_results_have_the_name_of_the_split(folder, trained):
    """The config tests on val."""
    roots = [
        f'{split}_dataloader.dataset.data_root={folder / "data"}'
        for split in ('val', 'test')
    ]
    done = run_tool(
        'test', CONFIG, folder / 'run/epoch_2.pth', '--cfg-options', *roots,
        f'test_evaluator.ann_file={folder / "data/annotations/val.json"}',
        *SMALL)

    assert done.returncode == 0, done.stderr
    assert '\nval: mAP ' in done.stdout
    assert not (folder / 'run/test_results.json').exists()
    results = json.loads((folder / 'run/val_results.json').read_text())
    assert results['split'] == 'val'


def test_inference_searches_its_proposals(folder, trained):
    predictor = Predictor(str(folder / 'run/epoch_2.pth'), 'cpu')
    found = predictor(next((folder / 'src/train').iterdir()))

    assert predictor.classes == ('Bus', 'Truck')
    assert found and found[0].label in predictor.classes
