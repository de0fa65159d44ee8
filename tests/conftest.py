import gc
import os
import pickle
import shutil
import signal
from importlib.util import find_spec
from pathlib import Path

import pytest

# Processes of pytest-xdist with two threads each would wait for each other;
# torch reads it when it is loaded, by what follows.
if 'PYTEST_XDIST_WORKER' in os.environ:
    os.environ.setdefault('OMP_NUM_THREADS', '1')

gc.disable()  # until all tests are collected

# In the background of a script ^C is ignored, and would be by what tests start
# and interrupt.
if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# Of the Makefile, for this process: what it starts is as users have it.
for name in ('GLIBC_TUNABLES', 'PYTHONMALLOC'):
    os.environ.pop(name, None)

import torch  # noqa: E402

import custom  # noqa: E402,F401  registers all, before MMDetection loads
from custom.ops import dispatch_cuda  # noqa: E402
from custom.sample_data.dataset import make_dataset  # noqa: E402
from custom.utils.cpu import core_count  # noqa: E402
from tests.helpers.run_tool import CONFIG, run_tool  # noqa: E402
from tests.helpers.shared_folder import shared_folder  # noqa: E402

pytest_plugins = ['tests.helpers.exported_detector']

FORKING = Path(__file__).parent / 'datasets'

# What a machine may lack, by mark: tests with it are then left out.
LACKS = dict(
    gpu=not torch.cuda.is_available(),
    label_studio='LABEL_STUDIO_COMMAND' not in os.environ,
    browser=shutil.which('chromium') is None,
    ray=find_spec('ray') is None,
    s3=find_spec('moto') is None,
    slurm=shutil.which('slurmctld') is None,
    torchvision=not dispatch_cuda.has_torchvision())


@pytest.hookimpl(optionalhook=True)  # with -p no:xdist nobody calls it
def pytest_xdist_auto_num_workers():
    """Of ``-n auto``: tests wait for a part of their time, for servers and for
    processes that they start. With two for each core what each process does
    again, collecting and importing, takes longer than is won."""
    return max(2, core_count() * 3 // 2)


def pytest_terminal_summary(terminalreporter):
    lacks = [mark for mark, lacking in LACKS.items() if lacking]
    terminalreporter.write_line('left out, this machine lacks it: '
                                f'{", ".join(lacks) or "nothing"}')


def pytest_collection_modifyitems(config, items):
    left_out = [
        item for item in items if any(
            LACKS.get(mark.name) for mark in item.iter_markers())
    ]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
    kept = [item for item in items if item not in left_out]
    # Files with slow tests before quick ones: then no process has to wait for
    # another at the end. Before them those that fork hundreds of times: a fork
    # of a process of 520 MB takes 7 ms, of one of 880 MB 20, and this one
    # grows. First of all Slurm, which waits for minutes. The sort is stable,
    # so those of a file stay together.
    slurm, slow = ({
        item.path
        for item in kept if item.get_closest_marker(mark)
    } for mark in ('slurm', 'slow'))
    items[:] = sorted(
        kept,
        key=lambda item: (item.path not in slurm, FORKING not in item.path.
                          parents, item.path not in slow))


def pytest_collection_finish():
    """A collection of garbage passes over what is imported: a second each."""
    gc.collect()
    gc.freeze()
    gc.enable()


@pytest.fixture(autouse=True)
def in_repository(monkeypatch):
    """Paths such as configs/... are those of the README."""
    monkeypatch.chdir(os.path.dirname(os.path.dirname(__file__)))


@pytest.fixture(params=['cpu', pytest.param('cuda', marks=pytest.mark.gpu)])
def device(request):
    """The CPU, and a GPU where torch sees one."""
    return request.param


@pytest.fixture(scope='module')
def browser():
    """Chromium; what needs it has the mark."""
    from tests.helpers.chromium import chromium
    with chromium() as browser:
        yield browser


@pytest.fixture(scope='session')
def drawings(tmp_path_factory):
    """16, 4 and 4 drawn images."""
    return shared_folder(
        tmp_path_factory, 'drawings', lambda folder: make_dataset(
            folder, dict(train=16, val=4, test=4), 0, 1))


@pytest.fixture(scope='session')
def trained(drawings, tmp_path_factory):
    """The work dir of two epochs of the small config, and what was said."""

    def train(folder):
        done = run_tool(
            'train',
            CONFIG,
            '--data',
            drawings,
            '--work-dir',
            folder / 'run',
            '--cfg-options',
            'train_cfg.max_epochs=2',
            'train_cfg.val_interval=1',
            'default_hooks.logger.interval=1',
            fresh=True)
        assert done.returncode == 0, done.stderr
        (folder / 'done.pkl').write_bytes(pickle.dumps(done))

    folder = shared_folder(tmp_path_factory, 'trained', train)
    done = pickle.loads((folder / 'done.pkl').read_bytes())
    return folder / 'run', done
