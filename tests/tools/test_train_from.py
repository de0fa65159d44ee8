"""Fine-tuning: python tools/train.py CONFIG --data DIR --from CHECKPOINT."""
import json
import shutil
import signal

import pytest
import torch

from custom.classes import NAMES
from tests.helpers.run_tool import CONFIG, QUICK, ROOT, run_tool
from tests.helpers.watched_run import WatchedRun

pytestmark = pytest.mark.slow

CLASSIFIER = 'roi_head.bbox_head.fc_cls.weight'


@pytest.fixture
def others(drawings, tmp_path):
    """The drawings, their classes the other way round; no cat, but a cow."""
    shutil.copytree(drawings, tmp_path / 'others')
    for path in (tmp_path / 'others/annotations').iterdir():
        coco = json.loads(path.read_text())
        for annotation in coco['annotations']:
            annotation['category_id'] = 23 - annotation['category_id']
        for category in coco['categories']:
            category['id'] = 23 - category['id']
            if category['name'] == 'cat':
                category['name'] = 'cow'
        path.write_text(json.dumps(coco))
    return tmp_path / 'others'


def test_classes_are_carried_by_name_into_the_average_too(
        trained, others, tmp_path):
    """At a rate of 0 the weights stay as they came; those of ImageNet, which
    are not to be had, aren't asked for."""
    best, = trained[0].glob('best_*.pth')
    config = tmp_path / 'ema.py'
    config.write_text(f'_base_ = {str(ROOT / CONFIG)!r}\n'
                      "custom_hooks = [dict(type='EMAHook')]\n"
                      "model = dict(backbone=dict(init_cfg=dict(_delete_="
                      "True, type='Pretrained', checkpoint='nowhere')))\n")

    done = run_tool('train', config, '--data', others, '--work-dir',
                    tmp_path / 'run', '--from', best, *QUICK,
                    'train_cfg.max_epochs=1', 'optim_wrapper.optimizer.lr=0.')

    assert done.returncode == 0, done.stderr
    said = done.stdout + done.stderr
    assert 'fine-tuning: as the options say' in said
    assert '21 of 22 classes carried' in said
    assert 'new: cow' in said and 'dropped: cat' in said
    old, new = (
        torch.load(path, weights_only=False)['state_dict'][CLASSIFIER]
        for path in (best, tmp_path / 'run/epoch_1.pth'))
    cat = NAMES.index('cat')
    for label in {*range(22)} - {cat}:
        assert torch.equal(new[21 - label], old[label])
    assert torch.equal(new[22], old[22])  # the background
    assert not torch.equal(new[21 - cat], old[cat])


def test_a_fine_tuning_on_a_mix_goes_on_by_the_same_command(
        trained, drawings, tmp_path):
    best, = trained[0].glob('best_*.pth')
    run = WatchedRun(tmp_path / 'it', drawings)
    words = ('--from', best, '--mix', f'{drawings}:0.5', '--epochs', '1')
    stopped = run.train(*words, kill=signal.SIGTERM, at='step', step=6)
    assert stopped.returncode == 143

    done = run.train(*words, '--resume')

    assert done.returncode == 0, done.stderr
    assert 'mix: 0.5 of the images of an epoch are of' in done.stdout
    assert 'from here on' not in done.stdout  # nothing is another
    assert 'epoch_0_iter_6.pth' in done.stdout
    # An epoch of four steps, and as many on others.
    assert [*run.trace()] == [1, 2, 3, 4, 5, 6, 7, 8]
    assert run.load('epoch_1.pth')['meta']['iter'] == 8


def test_a_missing_checkpoint_ends_it_before_anything_is_written(
        drawings, tmp_path):
    done = run_tool('train', CONFIG, '--data', drawings, '--work-dir',
                    tmp_path / 'run', '--from', 'a.pth')

    assert done.returncode == 2
    assert 'a.pth: no such checkpoint' in done.stderr
    assert not (tmp_path / 'run').exists()


@pytest.mark.parametrize('words, message', [
    (['--from', '{best}'], 'which the training is to begin with'),
    (['--time', '1e-6'], 'one epoch takes'),
])
def test_an_old_run_stays_where_the_new_one_cannot_be(trained, drawings,
                                                      tmp_path, words,
                                                      message):
    shutil.copytree(trained[0], tmp_path / 'run')
    best, = (tmp_path / 'run').glob('best_*.pth')
    before = {*(tmp_path / 'run').rglob('*')}
    done = run_tool('train', CONFIG, '--data', drawings, '--work-dir',
                    tmp_path / 'run', '--overwrite',
                    *(word.format(best=best) for word in words))
    assert done.returncode == 2, done.stderr
    assert message in done.stderr
    assert before <= {*(tmp_path / 'run').rglob('*')}
