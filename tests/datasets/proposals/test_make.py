import json
import multiprocessing
import os
import pickle
import time

import numpy as np
import pytest
from mmdet.registry import DATASETS
from mmengine.registry import init_default_scope

from custom.datasets.proposals.make import make_proposals, proposal_keys
from custom.datasets.proposals.selective_search import SelectiveSearchSettings
from custom.sample_data.dataset import make_dataset
from custom.utils import parallel
from custom.utils.errors import InputError
from tests.helpers.blocks_image import (THREE_BLOCKS, write_annotations,
                                        write_blocks)

pytestmark = pytest.mark.slow


def make(folder,
         name='train.pkl',
         settings=SelectiveSearchSettings(),
         split='train'):
    """Makes proposals; also returns how many images were searched."""
    totals = []
    made = make_proposals(folder, split, settings, folder / 'proposals' / name,
                          lambda found, total: totals.append(total) or found)
    return made, totals


@pytest.fixture
def folder(tmp_path):
    return write_blocks(tmp_path / 'blocks', 3)


def test_the_file(folder):
    made, totals = make(folder)
    assert (made.images, made.reused, totals) == (3, 0, [3])
    # The third proposal is the blue block.
    assert made.recall.by_iou[0.7].tolist() == [0, 0, 1, 1, 1]
    found = pickle.loads((folder / 'proposals' / 'train.pkl').read_bytes())
    assert [*found] == ['images/0.png', 'images/1.png', 'images/2.png']
    for proposals in found.values():
        assert proposals['bboxes'].tolist() == THREE_BLOCKS
        assert proposals['scores'].tolist() == pytest.approx(
            [1, 0.8, 0.6, 0.4, 0.2])
        assert {a.dtype for a in proposals.values()} == {np.dtype('f4')}


def test_through_the_pipeline(folder):
    """Data set, LoadProposals and flip: what Fast R-CNN is given."""
    make(folder)
    # Its steps are MMDetection's, as in a training.
    init_default_scope('mmdet')
    dataset = DATASETS.build(
        dict(
            type='DrawingsDataset',
            metainfo=dict(classes=('car', )),
            data_root=str(folder),
            ann_file='annotations/train.json',
            data_prefix=dict(img='images/'),
            proposal_file='proposals/train.pkl',
            pipeline=[
                dict(type='LoadImageOnWhite'),
                dict(type='LoadProposals', num_max_proposals=3),
                dict(type='LoadAnnotations', with_bbox=True),
                dict(
                    type='ProposalBroadcaster',
                    transforms=[
                        dict(type='Resize', scale=(120, 80), keep_ratio=True),
                        dict(type='RandomFlip', prob=1.0),
                    ]),
                dict(type='PackDetInputs'),
            ]))
    assert len(dataset) == 3
    sample = dataset[1]['data_samples']
    # Twice as large, and mirrored: blue is on the left.
    assert sample.proposals.bboxes.tolist() == [[0, 0, 120, 80],
                                                [40, 0, 120, 80],
                                                [0, 0, 40, 80]]
    assert sample.proposals.scores.tolist() == pytest.approx([1, 0.8, 0.6])
    assert sample.gt_instances.bboxes.tensor.tolist() == [[0, 0, 40, 80]]


def test_what_was_searched_is_kept(folder):
    first = make(folder) and (folder / 'proposals' / 'train.pkl').read_bytes()
    made, totals = make(folder)
    assert (made.reused, totals) == (3, [0])
    assert (folder / 'proposals' / 'train.pkl').read_bytes() == first
    os.utime(folder / 'images' / '1.png', (1, 1))  # another file, maybe
    made, totals = make(folder)
    assert (made.reused, totals) == (2, [1])
    write_blocks(folder, 1)  # 0.png is written anew, the others have gone
    made, totals = make(folder)
    assert (made.images, made.reused) == (1, 0)
    found = pickle.loads((folder / 'proposals' / 'train.pkl').read_bytes())
    assert [*found] == ['images/0.png']


def test_any_number_of_processes(folder, monkeypatch):
    files = []
    for cores in (1, 3):
        monkeypatch.setattr(parallel, 'core_count', lambda: cores)
        make(folder, f'{cores}.pkl')
        files.append((folder / 'proposals' / f'{cores}.pkl').read_bytes())
    assert files[0] == files[1]


def test_killed_and_gone_on(tmp_path):
    """The file is that of a search that wasn't killed."""
    folder = write_blocks(tmp_path / 'blocks', 60)
    make(folder, 'whole.pkl')
    process = multiprocessing.get_context('fork').Process(
        target=make, args=(folder, ))
    process.start()
    journal = folder / 'proposals' / 'train.jsonl'
    while process.is_alive() and not _lines(journal) > 1:
        time.sleep(0.001)
    process.kill()
    process.join()
    # Its workers see that it is gone and let go of the journal.
    while True:
        try:
            made, _ = make(folder)
            break
        except InputError as error:
            assert 'another process' in str(error)
            time.sleep(.01)
    assert made.images == 60 and made.reused > 0
    whole, resumed = ((folder / 'proposals' / name).read_bytes()
                      for name in ('whole.pkl', 'train.pkl'))
    assert resumed == whole


def _lines(path):
    return path.read_bytes().count(b'\n') if path.exists() else 0


def test_bad_images_are_told_once_and_the_others_kept(folder):
    (folder / 'images' / '0.png').unlink()
    (folder / 'images' / '1.png').write_bytes(b'no image')
    with pytest.raises(InputError) as caught:
        make(folder)
    assert '0.png: cannot be read' in str(caught.value)
    assert '(1 more' in str(caught.value) and '\n' not in str(caught.value)
    assert not (folder / 'proposals' / 'train.pkl').exists()
    write_blocks(folder, 2)
    write_blocks(folder, 2, split='val')
    assert make(folder)[0].images == 2


def test_crowds_are_not_to_be_found(tmp_path):
    folder = write_blocks(tmp_path / 'blocks', 1)
    image = dict(id=0, file_name='0.png', width=60, height=40)
    crowd = dict(id=1, image_id=0, category_id=1, bbox=[0, 0, 5, 5], iscrowd=1)
    write_annotations(folder, 'train', [image], [crowd])
    assert make(folder)[0].recall.objects == 0


def test_most_objects_of_four_drawings(tmp_path):
    folder = tmp_path / 'drawings'
    make_dataset(folder, dict(train=4, val=1, test=1), 0, 1)
    made, _ = make(folder, settings=SelectiveSearchSettings(min_share=0.002))
    truth = json.loads((folder / 'annotations/train.json').read_text())
    assert made.recall.objects == len(truth['annotations'])
    assert made.recall.by_iou[0.5][-1] >= .75


def test_keys(tmp_path):
    images = tmp_path / 'images'
    assert proposal_keys(images, []) == []
    assert proposal_keys(images, ['1.jpg', 'a/1.jpg', 'b/c/1.jpg']) == [
        'images/1.jpg', 'a/1.jpg', 'c/1.jpg'
    ]
    with pytest.raises(InputError, match='"a/c/1.jpg" and "b/c/1.jpg" both'):
        proposal_keys(images, ['a/c/1.jpg', 'b/c/1.jpg'])
    with pytest.raises(InputError, match='"1.jpg" and "1.jpg" both'):
        proposal_keys(images, ['1.jpg', '1.jpg'])
