import pytest
import torch
from mmengine.device import is_cuda_available

from custom.config.config import load_config
from custom.engine.memory import (Memory, MemoryLimitError, cgroup_memory,
                                  device_memory, explain_out_of_memory,
                                  fitting_batch, memory_limit_error)
from tests.helpers.cgroup_files import write_cgroup
from tests.helpers.run_tool import CONFIG

GB = 10**9


@pytest.fixture
def own(tmp_path):
    """Makes a /proc/self/cgroup of these lines."""

    def write(*lines):
        (tmp_path / 'own').write_text('\n'.join(lines) + '\n')
        return str(tmp_path / 'own')

    return write


def cfg(batch):
    return load_config(CONFIG, {'train_dataloader.batch_size': batch})


def test_nothing_is_limited_where_no_group_is_mounted(tmp_path, own):
    root = str(tmp_path)

    assert cgroup_memory(root, own('0::/')) is None
    assert cgroup_memory(root, str(tmp_path / 'missing')) is None
    write_cgroup(tmp_path, 'max', 5 * GB, 0)
    assert cgroup_memory(root, own('0::/')) is None


def test_files_that_the_kernel_can_drop_are_not_counted(tmp_path, own):
    write_cgroup(tmp_path, 4 * GB, 3 * GB, 1 * GB)

    assert cgroup_memory(str(tmp_path), own('0::/')) == (2 * GB, 4 * GB)


def test_the_group_with_the_least_left_counts(tmp_path, own):
    for folder, limit, used in (('', 9, 5), ('pod', 4, 3), ('pod/job', 3, 1)):
        (tmp_path / folder).mkdir(exist_ok=True)
        write_cgroup(tmp_path / folder, limit * GB, used * GB, 0)

    memory = cgroup_memory(str(tmp_path), own('0::/pod/job'))

    assert memory == (3 * GB, 4 * GB)
    assert str(memory) == '3.0 of 4.0 GB'
    # A container sees its own group at the top.
    assert cgroup_memory(str(tmp_path),
                         own('0::/elsewhere')) == (5 * GB, 9 * GB)


def test_version_1_has_other_files(tmp_path, own):
    (tmp_path / 'memory').mkdir()
    lines = own('5:cpu,cpuacct:/', '4:hugetlb,memory:/docker/1', '0::/')
    write_cgroup(tmp_path / 'memory', 2**63 - 4096, 5 * GB, 0)
    assert cgroup_memory(str(tmp_path), lines) is None

    write_cgroup(tmp_path / 'memory', 8 * GB, 3 * GB, 1 * GB)
    assert cgroup_memory(str(tmp_path), lines) == (2 * GB, 8 * GB)


@pytest.mark.parametrize(
    'smaller, larger, fits',
    [
        # 1 GB and 1 GB an image: 8 GB hold 7 images.
        ((0, 1), (2, 3), 7),
        ((2, 3), (8, 9), 7),
        ((0, 0), (1, 9), 0),
        # More images that took no more: no reason to stop.
        ((1, 3), (2, 2), 2 + 6 * GB)
    ])
def test_batches_fit_on_a_line_through_two(smaller, larger, fits):
    points = [(batch, used * GB) for batch, used in (smaller, larger)]

    assert fitting_batch(*points, 10 * GB) == fits


def test_the_error_names_a_smaller_batch():
    assert '--batch 4,' in str(memory_limit_error(cfg(8)))
    assert '--batch 6,' in str(memory_limit_error(cfg(8), fitting=6))
    assert '--batch 7,' in str(memory_limit_error(cfg(8), fitting=9))
    alone = str(memory_limit_error(cfg(1), Memory(7 * GB, 8 * GB)))
    assert f'{CONFIG}: memory ran out with a batch of 1, 7.0 of 8.0' in alone
    assert '--batch' not in alone


def test_memory_that_a_cpu_lacks_is_told_in_words():
    with pytest.raises(RuntimeError) as caught:
        torch.empty(2**50)

    explained = explain_out_of_memory(caught.value, cfg(4))

    assert isinstance(explained, MemoryLimitError)
    assert f'{CONFIG}: memory ran out with a batch of 4' in str(explained)
    assert '--batch 2' in str(explained)
    assert explain_out_of_memory(torch.OutOfMemoryError('CUDA'), cfg(4))
    assert explain_out_of_memory(RuntimeError('shapes differ'), cfg(4)) is None


@pytest.mark.gpu
def test_memory_that_a_gpu_lacks_is_told_in_words():
    kept = torch.ones(2**28, device='cuda')
    with pytest.raises(torch.OutOfMemoryError) as caught:
        torch.empty(2**50, device='cuda')

    memory = device_memory()

    assert 4 * kept.numel() <= memory.used < memory.limit
    assert memory.limit <= torch.cuda.mem_get_info()[1]
    assert str(memory) in str(explain_out_of_memory(caught.value, cfg(4)))


@pytest.mark.skipif(is_cuda_available(), reason='then it is the GPU memory')
def test_memory_on_a_cpu_counts_what_is_held():
    before = device_memory()
    kept = torch.ones(50_000_000)  # 200 MB
    after = device_memory()

    assert len(kept) and 180e6 < after.used - before.used < 300e6
    assert after.limit > after.used
