"""The whole path from command line to result, as a user runs it."""
import json
import os
import shutil

import cv2
import numpy as np
import pytest
import torch
from mmengine.device import get_device

from custom.apis import Predictor, inference_detector, init_detector
from custom.classes import NAMES
from custom.datasets.annotations.strict_reader import read_annotations
from custom.evaluation.coco_eval import score_boxes
from custom.evaluation.results_file import read_predictions
from custom.utils.errors import InputError
from custom.utils.image_io import read_image
from custom.utils.precision import has_bf16
from tests.helpers.run_tool import CONFIG, QUICK, ROOT, run_tool

pytestmark = pytest.mark.slow


@pytest.fixture
def copied(trained, tmp_path):
    """A copy of the work dir, to be changed."""
    return shutil.copytree(trained[0], tmp_path / 'copied')


class Hostile:
    """Unpickling it makes a folder."""

    def __init__(self, path):
        self.path = str(path)

    def __reduce__(self):
        return os.mkdir, (self.path, )


def val_scores(work_dir):
    """The validation lines of the logs, as {metric: value}, in order."""
    lines = [
        json.loads(line)
        for path in sorted(work_dir.glob('*/vis_data/scalars.json'))
        for line in path.read_text().splitlines()
    ]
    return [line for line in lines if 'coco/bbox_mAP' in line]


def test_training_leaves_all_artifacts_and_no_chatter(trained):
    work_dir, done = trained

    assert 'train: 16 images kept, 0 of them without a box, 0 dropped; ' in (
        done.stdout)
    assert (work_dir / 'curves.png').stat().st_size > 10000
    assert sorted(p.name for p in work_dir.glob('epoch_*.pth')) == [
        'epoch_1.pth', 'epoch_2.pth'
    ]
    assert len([*work_dir.glob('best_coco_bbox_mAP_epoch_*.pth')]) == 1
    assert done.stderr == ''
    assert 'train: 16 images' in done.stdout
    # The later ones are of other tests, which measure its checkpoint.
    log = min(work_dir.glob('*/*.log'))
    assert 'operators: ' in log.read_text()
    for chatter in ('OneDL', 'arning', 'Exp name', 'System environment'):
        assert chatter not in done.stdout


def test_the_checkpoint_carries_names_and_config(trained):
    work_dir, _ = trained
    predictor = Predictor(str(work_dir / 'epoch_2.pth'), 'cpu')

    assert predictor.classes == NAMES
    assert predictor.model.cfg.model.roi_head.bbox_head.num_classes == 22


def test_the_best_checkpoint_can_still_train(trained):
    # Validation runs on a copy whose norms are folded, in bfloat16.
    best, = trained[0].glob('best_*.pth')
    weights = torch.load(best, weights_only=False)['state_dict']

    assert 'backbone.bn1.running_mean' in weights
    assert weights['backbone.conv1.weight'].dtype == torch.float32


def test_mixed_precision(drawings, tmp_path):
    done = run_tool('train', CONFIG, '--data', drawings, '--work-dir',
                    tmp_path, '--amp', *QUICK, 'train_cfg.max_epochs=1',
                    'train_cfg.val_interval=1')

    assert done.returncode == 0, done.stderr
    assert ('mixed precision: bfloat16' if has_bf16(get_device()) else
            'sees no bfloat16 instructions') in done.stdout
    checkpoint = torch.load(tmp_path / 'epoch_1.pth', weights_only=False)
    assert {
        w.dtype
        for w in checkpoint['state_dict'].values() if w.is_floating_point()
    } == {torch.float32}


def test_test_repeats_the_last_validation(trained, drawings):
    work_dir, _ = trained
    done = run_tool('test', CONFIG, work_dir / 'epoch_2.pth', '--data',
                    drawings, '--split', 'val', '--show-dir',
                    work_dir / 'show', '--save-predictions',
                    work_dir / 'predictions.json')

    assert done.returncode == 0, done.stderr
    annotations = read_annotations(drawings / 'annotations/val.json')
    found = read_predictions(work_dir / 'predictions.json', annotations, NAMES)
    assert score_boxes(annotations, found, NAMES,
                       '').overall['mAP'] == pytest.approx(
                           val_scores(work_dir)[-1]['coco/bbox_mAP'])
    results = json.loads((work_dir / 'val_results.json').read_text())
    last = val_scores(work_dir)[-1]
    record = json.loads((work_dir / 'run.json').read_text())
    assert (results['run'], results['epoch']) == (record['run'], 2)
    assert results['fingerprint'] == record['fingerprint']
    assert {*record['fingerprint']} == {'config', 'train', 'val'}
    assert results['scores'] == {k: last[k] for k in results['scores']}
    assert [row['class'] for row in results['per_class']] == list(NAMES)
    assert len([*(work_dir / 'show').iterdir()]) == 4
    report = json.loads((work_dir / 'report' / 'report.json').read_text())
    assert report['scores']['mAP']['value'] == pytest.approx(
        last['coco/bbox_mAP'], abs=1e-6)
    assert f'report: {work_dir / "report" / "index.html"}' in done.stdout


def test_a_checkpoint_is_tested_by_its_own_config(trained, drawings, tmp_path):
    """It is the one that it was trained with; another config may test it
    otherwise, and then a line says so."""
    checkpoint = trained[0] / 'epoch_2.pth'

    def found(*words):
        path = tmp_path / 'found.json'
        done = run_tool('test', *words, '--data', drawings, '--split', 'val',
                        '--out', tmp_path / 'out.json', '--report',
                        tmp_path / 'report', '--save-predictions', path)
        assert done.returncode == 0, done.stderr
        return json.loads(path.read_text()), done.stdout

    own, said = found(checkpoint)
    assert len(own) > 4
    assert 'has another' not in said
    # Its log is beside its results.
    assert len([*tmp_path.glob('2*/*.log')]) == 1
    same, said = found(CONFIG, checkpoint)
    assert same == own
    assert 'has another' not in said
    smaller, said = found(CONFIG, checkpoint, '--cfg-options',
                          'test_dataloader.dataset.pipeline.1.scale=(96,96)')
    assert smaller != own
    assert (f'note: {CONFIG} has another test pipeline than {checkpoint}, by '
            'which') in said


def test_another_metric_beside_ours(drawings, tmp_path):
    (tmp_path / 'two_metrics.py').write_text(
        f'_base_ = {str(ROOT / CONFIG)!r}\n'
        "voc = dict(type='VOCMetric', eval_mode='area')\n"
        'val_evaluator = [{{_base_.val_evaluator}}, voc]\n'
        'test_evaluator = [voc, {{_base_.test_evaluator}}]\n')
    work_dir = tmp_path / 'run'
    done = run_tool('train', tmp_path / 'two_metrics.py', '--data', drawings,
                    '--work-dir', work_dir, *QUICK, 'train_cfg.max_epochs=1',
                    'train_cfg.val_interval=1')
    assert done.returncode == 0, done.stderr
    assert val_scores(work_dir)[-1]['pascal_voc/mAP'] >= 0

    for words, split in ((['--split', 'val'], 'val'), ([], 'test')):
        done = run_tool('test', tmp_path / 'two_metrics.py',
                        work_dir / 'epoch_1.pth', '--data', drawings, *words)
        assert done.returncode == 0, done.stderr
        assert f'{split}: pascal_voc/mAP ' in done.stdout
        results = json.loads((work_dir / f'{split}_results.json').read_text())
        assert results['split'] == split
        assert {'pascal_voc/AP50', 'coco/bbox_mAP'} < {*results['scores']}
        assert len(results['per_class']) == 22


def test_infer_writes_images_and_coco_json(trained, drawings, tmp_path):
    work_dir, _ = trained
    video = cv2.VideoWriter(
        str(tmp_path / 'clip.mp4'), cv2.VideoWriter_fourcc(*'mp4v'), 5,
        (64, 48))
    for _ in range(3):
        video.write(np.full((48, 64, 3), 255, np.uint8))
    video.release()

    done = run_tool('infer', work_dir / 'epoch_2.pth',
                    drawings / 'images' / '*1.*', tmp_path / 'clip.mp4',
                    '--out-dir', tmp_path / 'out', '--score-thr', 0.01)

    assert done.returncode == 0, done.stderr
    written = json.loads((tmp_path / 'out' / 'predictions.json').read_text())
    images = [*(drawings / 'images').glob('*1.*')]
    assert len(written['images']) == len(images) + 3
    assert [c['name'] for c in written['categories']] == list(NAMES)
    assert written['images'][-1]['file_name'].endswith('clip.mp4#000002')
    drawn = {p.name for p in (tmp_path / 'out').iterdir()}
    assert drawn == {f'{p.stem}.jpg'
                     for p in images} | {'clip.mp4', 'predictions.json'}


def test_resume_goes_on_where_it_stopped(copied, drawings):
    # As a full disk leaves it.
    (copied / 'last_checkpoint').write_text('')
    done = run_tool('train', CONFIG, '--data', drawings, '--work-dir', copied,
                    '--resume', '--imgsz', 64, '--workers', 0, '--cfg-options',
                    'train_cfg.max_epochs=3', 'train_cfg.val_interval=1')

    assert done.returncode == 0, done.stderr
    assert 'resumes from' in done.stdout
    assert 'note: param_scheduler.1 ends at epoch 14' in done.stdout
    assert 'Epoch(train) [1]' not in done.stdout
    assert 'Report: ' not in done.stdout  # the best is that of before
    assert [line['step'] for line in val_scores(copied)] == [1, 2, 3]
    checkpoint = torch.load(copied / 'epoch_3.pth', weights_only=False)
    assert checkpoint['meta']['iter'] == 12


def test_resume_follows_a_new_schedule_and_says_so(copied, drawings):
    done = run_tool('train', CONFIG, '--data', drawings, '--work-dir', copied,
                    '--resume', *QUICK, 'train_cfg.max_epochs=3',
                    'train_cfg.val_interval=9', 'param_scheduler.1.end=3',
                    'param_scheduler.1.T_max=3')

    assert done.returncode == 0, done.stderr
    said = done.stdout + done.stderr
    assert 'from here on param_scheduler.1.T_max is 3, not 14' in said
    checkpoint = torch.load(copied / 'epoch_3.pth', weights_only=False)
    # 1e-5 is where a cosine of 3 epochs ends; one of 14 is at 1e-4 there, by
    # the 12th of 100 steps of warm-up.
    assert 1e-5 < checkpoint['optimizer']['param_groups'][0]['lr'] < 2e-5


def test_starting_from_weights_tells_which_do_not_fit(trained, drawings,
                                                      tmp_path):
    best, = trained[0].glob('best_*.pth')
    done = run_tool('train', CONFIG, '--data', drawings, '--work-dir',
                    tmp_path / 'run', *QUICK, f'load_from={best}',
                    'model.roi_head.bbox_head.fc_out_channels=128',
                    'train_cfg.max_epochs=1', 'train_cfg.val_interval=1')

    assert done.returncode == 0, done.stderr
    said = done.stdout + done.stderr
    assert ('layers anew: roi_head.bbox_head.fc_cls, '
            'roi_head.bbox_head.fc_reg, roi_head.bbox_head.shared_fcs.0, '
            'roi_head.bbox_head.shared_fcs.1\n') in said


def test_resume_needs_more_than_the_best_weights(copied, drawings):
    best, = copied.glob('best_*.pth')
    done = run_tool('train', CONFIG, '--data', drawings, '--work-dir', copied,
                    '--resume', best)

    assert done.returncode == 2
    assert 'it has no optimizer, param_schedulers; take epoch_N.pth' in (
        done.stderr)


def test_a_full_disk_ends_training_and_loses_nothing(trained, drawings,
                                                     tmp_path):
    # No file of over 1 MB can be written; a checkpoint has several.
    (tmp_path / 'full_disk.py').write_text(
        'import resource\n'
        'resource.setrlimit(resource.RLIMIT_FSIZE, (10**6, 10**6))\n')
    (tmp_path / 'leaf.py').write_text(
        f'_base_ = {str(ROOT / CONFIG)!r}\n'
        "custom_imports = dict(imports=['custom', 'full_disk'])\n")
    done = run_tool(
        'train',
        tmp_path / 'leaf.py',
        '--data',
        drawings,
        '--work-dir',
        tmp_path / 'run',
        *QUICK,
        'train_cfg.max_epochs=1',
        path=tmp_path)

    assert done.returncode == 2
    assert 'epoch_1.pth: cannot be written (File too large' in done.stderr
    assert 'Traceback' not in done.stderr
    assert not [*(tmp_path / 'run').glob('*.pth*')]


def test_apis_agree_with_mmdet_and_with_each_other(trained, drawings):
    import mmdet.apis
    checkpoint = str(next(trained[0].glob('best_*.pth')))
    image = str(next((drawings / 'images').iterdir()))
    model = init_detector(CONFIG, checkpoint, 'cpu', 'fp32')

    ours = inference_detector(model, image).pred_instances
    theirs = mmdet.apis.inference_detector(
        mmdet.apis.init_detector(CONFIG, checkpoint, device='cpu'),
        image).pred_instances
    as_array = inference_detector(model, [read_image(image)])
    typed = Predictor(checkpoint, 'cpu', 'fp32')(image)

    assert len(ours) > 0
    order = ours.scores.argsort(descending=True, stable=True)
    torch.testing.assert_close(theirs.scores, ours.scores, rtol=0, atol=1e-5)
    torch.testing.assert_close(theirs.bboxes, ours.bboxes, rtol=0, atol=0.01)
    assert as_array[0].pred_instances.scores.tolist() == ours.scores.tolist()
    assert [d.score for d in typed] == ours.scores[order].tolist()
    assert [list(d.box) for d in typed] == ours.bboxes[order].tolist()
    assert [d.label for d in typed
            ] == [NAMES[label] for label in ours.labels[order].tolist()]


def test_a_batch_finds_what_one_by_one_finds(trained, drawings):
    predictor = Predictor(
        str(next(trained[0].glob('best_*.pth'))), 'cpu', 'fp32')
    images = [
        read_image(str(path))
        for path in sorted((drawings / 'images').iterdir())[:4]
    ]
    images.append(images[0][:, :100])  # a shape of its own
    images.append(images[1][:97])

    together = predictor.batch(images)

    assert predictor.batch([]) == []
    assert len(together) == len(images)
    for found, image in zip(together, images):
        alone = predictor(image)
        assert [d.label for d in found] == [d.label for d in alone]
        for one, other in zip(found, alone):
            assert abs(one.score - other.score) < 1e-4
            assert one.box == pytest.approx(other.box, abs=0.01)


def test_checkpoint_of_other_classes_is_refused(trained, tmp_path):
    checkpoint = torch.load(trained[0] / 'epoch_2.pth', weights_only=False)
    checkpoint['meta']['dataset_meta']['classes'] = ('cat', 'zebra')
    path = str(tmp_path / 'other.pth')
    torch.save(checkpoint, path)

    with pytest.raises(InputError) as caught:
        init_detector(CONFIG, path, 'cpu')
    assert 'it lacks airplane, animal' in str(caught.value)
    assert 'it adds zebra' in str(caught.value)
    # Its own config is fitted to its names, and the weights then differ.
    with pytest.raises(InputError, match='not of this architecture'):
        Predictor(path, 'cpu')


def test_weights_of_another_architecture_are_not_measured(copied, drawings):
    done = run_tool('test', CONFIG, copied / 'epoch_2.pth', '--data', drawings,
                    '--cfg-options', 'model.roi_head.bbox_head.'
                    'fc_out_channels=128')

    assert done.returncode == 2
    assert 'its weights are not of this architecture' in done.stderr
    assert not (copied / 'test_results.json').exists()


@pytest.mark.parametrize('tool', ['infer', 'test', 'train'])
def test_a_hostile_checkpoint_runs_nothing(tool, copied, drawings, tmp_path):
    path, trace = copied / 'epoch_2.pth', tmp_path / 'trace'
    checkpoint = torch.load(path, weights_only=False)
    torch.save(dict(checkpoint, extra=Hostile(trace)), path)
    words = dict(
        infer=[path, drawings / 'images'],
        test=[CONFIG, path, '--data', drawings],
        train=[CONFIG, '--data', drawings, '--resume', path])

    # The others are started fresh elsewhere.
    done = run_tool(tool, *words[tool], fresh=tool == 'test')

    assert done.returncode == 2
    assert 'epoch_2.pth: refused' in done.stderr
    assert 'mkdir' in done.stderr
    assert not trace.exists()
