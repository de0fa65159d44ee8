import json

import pytest

from custom.engine.child_training import train_argv, trained_checkpoint
from custom.utils.errors import InputError


def leave(folder, *names, best=None):
    """Files of a run, as a training leaves them."""
    folder.mkdir(parents=True)
    for name in names:
        (folder / name).touch()
    if best:
        record = dict(
            run='r',
            fingerprint={},
            validations=[],
            best={
                'coco/bbox_mAP': dict(file=best, score=0.5, epoch=3, iter=9)
            })
        (folder / 'run.json').write_text(json.dumps(record))


@pytest.mark.parametrize('names, word', [
    ([], None),
    (['epoch_1.pth', 'best_x_epoch_1.pth'], '--resume'),
    (['best_x_epoch_1.pth'], '--overwrite'),
])
def test_begin_or_go_on(names, word, tmp_path):
    leave(tmp_path / 'run', *names)
    words = train_argv('a.py', tmp_path / 'data', tmp_path / 'run', 3)
    assert words == [
        'a.py', '--data',
        str(tmp_path / 'data'), '--work-dir',
        str(tmp_path / 'run'), *filter(None, [word]), '--seed', '3'
    ]


def test_the_best_checkpoint_else_the_last(tmp_path):
    leave(
        tmp_path / 'a',
        'epoch_9.pth',
        'epoch_10.pth',
        'best_x_epoch_3.pth',
        best='best_x_epoch_3.pth')
    leave(tmp_path / 'b', 'epoch_9.pth', 'epoch_10.pth')
    leave(tmp_path / 'c')

    assert trained_checkpoint(tmp_path / 'a') == str(tmp_path /
                                                     'a/best_x_epoch_3.pth')
    assert trained_checkpoint(tmp_path / 'b') == str(tmp_path /
                                                     'b/epoch_10.pth')
    with pytest.raises(InputError, match='left no checkpoint'):
        trained_checkpoint(tmp_path / 'c')
