"""A run that is stopped anywhere and resumed is the same run."""
import signal

import pytest

from tests.helpers.watched_run import WatchedRun, differences

pytestmark = pytest.mark.slow


@pytest.fixture(scope='module')
def whole(drawings, tmp_path_factory):
    """Two epochs of four steps in one go."""
    run = WatchedRun(tmp_path_factory.mktemp('whole') / 'it', drawings)
    done = run.train()
    assert done.returncode == 0, done.stderr
    return run


@pytest.fixture
def run(drawings, tmp_path):
    return WatchedRun(tmp_path / 'it', drawings)


def assert_same(run, whole):
    assert run.trace() == whole.trace()
    assert differences(run.load('epoch_2.pth'),
                       whole.load('epoch_2.pth')) == []
    ours, theirs = run.record(), whole.record()
    assert ours['validations'] == theirs['validations']
    assert ours['best'] == theirs['best']
    # And nothing else lies about.
    assert run.names() == whole.names()


@pytest.mark.parametrize('at, step', [('step', 3), ('best', 4), ('val', 8)])
def test_a_killed_run_is_the_same_run_after_all(at, step, run, whole):
    killed = run.train(kill=signal.SIGKILL, at=at, step=step)
    assert killed.returncode == -signal.SIGKILL

    # Of a run that has saved nothing there is nothing to resume.
    words = [] if at == 'step' else ['--resume']
    done = run.train(*words)

    assert done.returncode == 0, done.stderr
    assert_same(run, whole)


def test_a_signal_ends_the_step_and_saves_it(run, whole):
    stopped = run.train(kill=signal.SIGTERM, at='step', step=6)

    assert stopped.returncode == 143
    assert 'stopped after step 6 (epoch 2)' in stopped.stderr
    assert 'Traceback' not in stopped.stderr
    assert 'epoch_1_iter_6.pth' in run.names()
    done = run.train('--resume')
    assert done.returncode == 0, done.stderr
    assert 'epoch_1_iter_6.pth' in done.stdout
    assert_same(run, whole)


NO_WORKERS = """
train_dataloader = dict(num_workers=0, persistent_workers=False)
"""
# Workers that end with the epoch, and a running average of the weights.
OTHERWISE = """
train_dataloader = dict(persistent_workers=False)
custom_hooks.append(dict(type='EMAHook', momentum=0.1))
"""


@pytest.mark.parametrize('config', [
    pytest.param(NO_WORKERS, id='no workers'),
    pytest.param(OTHERWISE, id='bf16, averaged and copy-paste'),
])
def test_other_ways_of_training(config, request, drawings, tmp_path):
    words = []
    if 'averaged' in request.node.callspec.id:
        words = ['--amp', '--copy-paste']
    whole, run = (
        WatchedRun(tmp_path / name, drawings, config)
        for name in ('whole', 'run'))
    done = whole.train(*words)
    assert done.returncode == 0, done.stderr

    stopped = run.train(*words, kill=signal.SIGTERM, at='step', step=3)
    assert stopped.returncode == 143
    done = run.train('--resume', *words)

    assert done.returncode == 0, done.stderr
    assert run.trace() == whole.trace()
    last = whole.names()[-1]
    assert differences(run.load(last), whole.load(last)) == []
    assert run.record()['best'] == whole.record()['best']
