import json
import math

import numpy as np
import pytest
from PIL import Image

from custom.utils.errors import InputError
from custom.visualization.training_curves import (epoch_length, find_scalars,
                                                  plot_curves, read_scalars,
                                                  smooth, val_positions)


def train(iteration, epoch, loss, lr=0.02):
    return dict(
        lr=lr,
        loss=loss,
        loss_cls=loss / 2,
        epoch=epoch,
        iter=iteration,
        step=iteration)


def val(epoch, ap):
    return {'coco/bbox_mAP': ap, 'coco/bbox_mAP_50': 2 * ap, 'step': epoch}


# 13 iterations per epoch, logged at 10 of each, validated after each.
RUN = [
    train(10, 1, 3.0),
    val(1, 0.1),
    train(23, 2, 2.0),
    val(2, 0.2),
    train(36, 3, 1.0, lr=0.002),
]


@pytest.fixture
def write(tmp_path):

    def write_lines(name, records):
        file = tmp_path / name
        file.write_text(''.join(f'{json.dumps(r)}\n' for r in records))
        return str(file)

    return write_lines


def test_empty_file_has_no_curves(write, tmp_path):
    file = write('empty.json', [])
    assert read_scalars([file]) == ([], [])
    with pytest.raises(InputError, match='nothing was logged'):
        plot_curves(file, str(tmp_path / 'curves.png'))
    assert not (tmp_path / 'curves.png').exists()


def test_no_files():
    with pytest.raises(InputError, match='no scalars.json'):
        plot_curves([], 'curves.png')


def test_values_of_one_run(write):
    scalars = read_scalars([write('run.json', RUN)])
    assert [r['iter'] for r in scalars.train] == [10, 23, 36]
    assert [r['loss'] for r in scalars.train] == [3.0, 2.0, 1.0]
    assert [r['coco/bbox_mAP'] for r in scalars.val] == [0.1, 0.2]
    assert [r['iter'] for r in scalars.val] == [10, 23]


def test_resumed_run_replaces_what_it_repeats(write):
    # Killed after iteration 36 and resumed from the end of epoch 1.
    resumed = [train(23, 2, 2.5), val(2, 0.3), train(36, 3, 1.5), val(3, 0.4)]
    scalars = read_scalars([write('1.json', RUN), write('2.json', resumed)])
    assert [r['loss'] for r in scalars.train] == [3.0, 2.5, 1.5]
    assert [r['coco/bbox_mAP'] for r in scalars.val] == [0.1, 0.3, 0.4]


def test_losses_and_metrics_of_a_validation_are_one_record(write):
    losses = {'val/loss': 2.5, 'step': 1}
    scalars = read_scalars([write('run.json', [RUN[0], losses, *RUN[1:]])])
    assert [r.get('val/loss') for r in scalars.val] == [2.5, None]
    assert [r['coco/bbox_mAP'] for r in scalars.val] == [0.1, 0.2]
    assert [r['iter'] for r in scalars.val] == [10, 23]


def test_run_from_the_start_replaces_everything(write):
    again = [train(10, 1, 9.0)]
    scalars = read_scalars([write('1.json', RUN), write('2.json', again)])
    assert [r['loss'] for r in scalars.train] == [9.0]
    assert scalars.val == []


def test_line_cut_off_by_a_kill_is_passed_over(write, tmp_path):
    file = write('run.json', RUN)
    with open(file, 'a') as f:
        f.write('{"lr": 0.0')
    assert read_scalars([file]) == read_scalars([write('whole.json', RUN)])


def test_broken_line_is_named(tmp_path):
    file = tmp_path / 'run.json'
    file.write_text('{"step": 1}\nloss 3.0\n{"step": 2}\n')
    with pytest.raises(InputError, match='run.json, line 2: not a record'):
        read_scalars([str(file)])


def test_missing_and_binary_files_are_named(tmp_path):
    with pytest.raises(InputError, match='absent.json: cannot be read'):
        read_scalars([str(tmp_path / 'absent.json')])
    (tmp_path / 'binary.json').write_bytes(b'\xff\xfe\x00')
    with pytest.raises(InputError, match='binary.json: cannot be read'):
        read_scalars([str(tmp_path / 'binary.json')])


def test_epoch_length():
    assert epoch_length([]) is None
    assert epoch_length([train(10, 1, 3.0)]) is None
    assert epoch_length([dict(iter=10), dict(iter=20)]) is None
    records = [train(5, 1, 3.), train(10, 1, 3.), train(31, 3, 3.)]
    assert epoch_length(records) == 13


def test_validations_stand_at_the_end_of_their_epoch(write):
    scalars = read_scalars([write('run.json', RUN)])
    assert val_positions(scalars, 13).tolist() == [1, 2]
    # Without the length, at the last iteration that was logged before.
    assert val_positions(scalars, None).tolist() == [10, 23]


def test_validations_of_a_training_by_iteration(write):
    records = [dict(iter=100, step=100, loss=1.), dict(step=120, mAP=0.5)]
    scalars = read_scalars([write('run.json', records)])
    assert val_positions(scalars, None).tolist() == [120]


def test_smooth():
    values = np.array([1., 2., 6., math.nan, 4.])
    # (1 + 2) / 2, (1 + 2 + 6) / 3, (2 + 6) / 2, a gap, 4 / 1.
    np.testing.assert_array_equal(
        smooth(values, 3), [1.5, 3., 4., math.nan, 4.])
    np.testing.assert_array_equal(smooth(values, 1), values)


def test_scalars_of_a_work_dir_oldest_first(tmp_path):
    assert find_scalars(str(tmp_path)) == []
    files = []
    for stamp in ('20260102_000000', '20260101_000000'):
        (tmp_path / stamp / 'vis_data').mkdir(parents=True)
        file = tmp_path / stamp / 'vis_data' / 'scalars.json'
        file.touch()
        files.append(str(file))
    assert find_scalars(str(tmp_path)) == files[::-1]


@pytest.mark.parametrize('records', [
    RUN,
    [train(10, 1, 3.0)],
    [train(10, 1, 3.0), train(23, 2, 2.0)],
    [train(10, 1, 3.0), train(20, 1, math.nan), train(30, 1, 1.0)],
    [train(10, 1, math.nan), train(20, 1, math.inf)],
    [val(1, -1.)],
    [{**train(10, 1, 3.0), 'acc': 60.}, {'val/loss': 2., 'step': 1},
     {**train(23, 2, 2.0), 'acc': 70.}, {'val/loss': 9., 'val/acc': 65.,
                                         'step': 2}],
    [{'iter': 10, 'step': 10, 'loss': 1.}, {'coco/bbox_mAP': 0.5, 'step': 10}],
], ids=['whole', 'one point', 'no val', 'gap', 'no finite loss', 'val only',
        'val losses', 'by iteration'])  # yapf: disable
def test_curves_are_an_image_of_1200_by_900(write, tmp_path, records):
    out = tmp_path / 'curves.png'
    plot_curves(write('run.json', records), str(out))
    with Image.open(out) as image:
        assert image.size == (1200, 900)
        # The panels are drawn: white isn't all there is.
        assert len(np.unique(np.asarray(image.convert('L')))) > 10
    assert sorted(p.name
                  for p in tmp_path.iterdir()) == ['curves.png', 'run.json']
