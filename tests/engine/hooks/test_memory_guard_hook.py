from types import SimpleNamespace

import pytest

from custom.config.config import load_config
from custom.engine.hooks import MemoryGuardHook
from custom.engine.memory import MemoryLimitError
from tests.helpers.cgroup_files import write_cgroup
from tests.helpers.run_tool import CONFIG, QUICK, run_tool

GB = 10**9


@pytest.fixture
def root(tmp_path):
    (tmp_path / 'memory').symlink_to(tmp_path)  # where version 1 stands
    return tmp_path


def test_the_guard_names_the_batch_that_fits(root):
    """2 GB and 1 GB an image: 8 of 10 GB hold 6 images."""
    runner = SimpleNamespace(
        cfg=load_config(CONFIG, {'train_dataloader.batch_size': 8}))
    hook = MemoryGuardHook(str(root))
    hook.before_train(runner)  # no limit yet
    hook.after_train_iter(runner, 0)

    write_cgroup(root, 10 * GB, 5 * GB, 3 * GB)
    hook.before_train(runner)
    write_cgroup(root, 10 * GB, 12 * GB, 3 * GB)
    hook.after_train_iter(runner, 0)
    write_cgroup(root, 10 * GB, 13 * GB, 3 * GB)
    with pytest.raises(MemoryLimitError, match='10.0 of 10.0 GB') as caught:
        hook.after_train_iter(runner, 1)

    assert 'batch of 8' in str(caught.value)
    assert '--batch 6,' in str(caught.value)


@pytest.mark.slow
def test_a_training_ends_in_words_before_the_kernel_kills_it(drawings, root):
    write_cgroup(root, GB, 96 * GB // 100, 0)

    done = run_tool('train', CONFIG, '--data', drawings, '--work-dir',
                    root / 'run', *QUICK, f'custom_hooks.4.root={root}')

    assert done.returncode == 2
    assert f'{CONFIG}: memory ran out with a batch of 4' in done.stderr
    assert '1.0 of 1.0 GB' in done.stderr
    assert 'Traceback' not in done.stderr
