import multiprocessing
import os
import signal
import sys

import cv2
import numpy as np
import pytest
import torch

from custom.inference.tagging.image_tagger import ImageTagger, TagSettings
from custom.inference.tagging.part_files import PartFolder
from custom.inference.tagging.ray_engine import RayOptions, tag_on_ray
from custom.inference.tagging.sources import PathSource, open_source
from custom.inference.tagging.tag_images import tag_in_processes, tag_missing
from custom.utils.errors import InputError
from custom.utils.file_digest import file_sha256
from tests.helpers.deadly_source import DeadlySource
from tests.helpers.killed_tagging import records, tag_with_kills
from tests.helpers.processes import free_port

COUNT = 30


@pytest.fixture(scope='module')
def source(tmp_path_factory):
    """Thirty images of noise; number 7 is none."""
    folder = tmp_path_factory.mktemp('pictures')
    rng = np.random.default_rng(0)
    for i in range(COUNT):
        noise = rng.integers(0, 256, (60, 80 + i, 3), np.uint8)
        cv2.imwrite(f'{folder}/{i:02}.png', noise)
    (folder / '07.png').write_bytes(b'no image')
    return open_source(str(folder), 'path')


@pytest.fixture(scope='module')
def settings(r18):
    return TagSettings(r18[1], file_sha256(r18[1]), score_thr=.3)


def tag_all(source, settings):
    """What one predictor finds in this process, image by image."""
    return [*map(ImageTagger(source, settings, 1), range(COUNT))]


def hide_openvino(patch):
    patch.setitem(sys.modules, 'openvino', None)


@pytest.fixture
def onnxruntime(monkeypatch):
    """ONNX Runtime, as where OpenVINO isn't installed: each of the processes
    that a test starts opens the detector in a fifth of the time."""
    hide_openvino(monkeypatch)


@pytest.fixture(scope='module')
def expected(source, settings):
    with pytest.MonkeyPatch.context() as patch:
        hide_openvino(patch)
        return tag_all(source, settings)


def plain(rows):
    """Records as they come out of Parquet, which has no tuples."""
    return [
        dict(row, boxes=row['boxes'] and [[*box] for box in row['boxes']])
        for row in rows
    ]


def test_records(source, settings, expected):
    assert [row['id'] for row in expected] == [*range(COUNT)]
    assert expected[3]['path'] == source.name(3)
    assert (expected[3]['width'], expected[3]['height']) == (83, 60)
    assert len(expected[3]['labels']) == len(expected[3]['boxes']) > 0
    assert min(expected[3]['scores']) >= .3
    assert {*expected[3]['labels']} <= {'cat', 'dog', 'sun'}
    assert expected[3]['model_version'] == settings.version

    assert ('07.png: cannot be decoded (cannot identify image file);'
            in expected[7]['error'])
    assert expected[7]['labels'] is expected[7]['width'] is None


def test_a_name_that_is_not_utf_8(settings, tmp_path):
    path = os.fsdecode(os.fsencode(tmp_path / 'a') + b'\xb3')
    tagger = ImageTagger(PathSource([path]), settings, 1)
    PartFolder(str(tmp_path / 'out'), {}, 1,
               1).write(0, [tagger.failed(0, f'{path}: gone')])

    row, = records(tmp_path / 'out')
    assert row['path'] == f'{tmp_path}/a\\udcb3'
    assert row['error'] == f'{row["path"]}: gone'


def test_in_the_order_that_is_asked_for(source, settings, expected,
                                        onnxruntime):
    order = [*range(20, 30), *range(10)]
    found = tag_in_processes(source, settings, order, processes=3)

    assert plain(found) == plain(expected[i] for i in order)


def test_killed_workers_cost_nothing(source, settings, expected, tmp_path,
                                     onnxruntime):
    folder = PartFolder(str(tmp_path), {}, COUNT, 4)
    steps = tag_missing(source, settings, folder, folder.missing(),
                        tag_in_processes)
    for step, _ in enumerate(steps):
        if step in (0, 5, 6):
            for child in multiprocessing.active_children():
                os.kill(child.pid, signal.SIGKILL)

    assert plain(records(tmp_path)) == plain(expected)


def test_an_image_that_kills_its_process(source, settings, expected,
                                         onnxruntime):
    found = [*tag_in_processes(DeadlySource(source), settings, range(5), 2)]

    assert 'the process that looked at it ended (SIGKILL)' in found.pop(
        2)['error']
    assert plain(found) == plain(expected[i] for i in (0, 1, 3, 4))


@pytest.fixture(scope='module')
def two_nodes():
    """A Ray cluster of two nodes with one CPU each."""
    from ray.cluster_utils import Cluster
    with pytest.MonkeyPatch.context() as patch:
        # Or they would wait for the tests of other processes.
        patch.setenv('RAY_worker_niceness', '0')
        patch.setenv('USE_TORCH', '0')  # import custom in a quarter of time
        cluster = Cluster(
            True, head_node_args=dict(num_cpus=1, include_dashboard=False))
        cluster.add_node(num_cpus=1)
    yield cluster
    cluster.shutdown()


@pytest.mark.ray
@pytest.mark.slow
def test_ray_loses_a_node_and_an_image_kills(two_nodes, source, settings):
    expected = tag_all(source, settings)
    order = [*range(20, COUNT), *range(20)]
    found = tag_on_ray(
        DeadlySource(source), settings, order, RayOptions(two_nodes.address))

    rows = [next(found)]
    two_nodes.remove_node(*two_nodes.worker_nodes, allow_graceful=False)
    rows += found

    assert [row['id'] for row in rows] == order
    place = order.index(2)
    assert 'ended (SIGKILL)' in rows.pop(place)['error']
    del order[place]
    assert rows == [expected[i] for i in order]


@pytest.mark.ray
@pytest.mark.slow
def test_ray_that_cannot_begin(two_nodes, source, tmp_path):
    (tmp_path / 'a.onnx').write_bytes(b'no detector')
    broken = TagSettings(str(tmp_path / 'a.onnx'), '')
    options = RayOptions(two_nodes.address)

    with pytest.raises(InputError, match='a.onnx: not an ONNX file'):
        next(tag_on_ray(source, broken, [0, 1], options))
    with pytest.raises(InputError, match='room for 0 of 1 and 2; lower'):
        next(tag_on_ray(source, broken, [0], options._replace(gpus=2)))


@pytest.mark.ray
@pytest.mark.slow
def test_ray_on_this_machine(source, settings):
    found = [
        *tag_on_ray(source, settings, range(COUNT), RayOptions(processes=2))
    ]

    assert found == tag_all(source, settings)


@pytest.mark.ray
def test_no_ray_cluster(source, settings):
    for address in (f'127.0.0.1:{free_port()}', 'one'):
        with pytest.raises(InputError, match=f'{address}: no Ray cluster'):
            next(tag_on_ray(source, settings, [0], RayOptions(address)))


def test_a_detector_that_cannot_be_loaded(source, tmp_path):
    (tmp_path / 'a.onnx').write_bytes(b'no detector')
    broken = TagSettings(str(tmp_path / 'a.onnx'), '')
    folder = PartFolder(str(tmp_path / 'out'), {}, COUNT, 4)

    with pytest.raises(InputError, match='a.onnx: not an ONNX file'):
        [
            *tag_missing(source, broken, folder, folder.missing(),
                         tag_in_processes)
        ]
    assert not (tmp_path / 'out').exists()


@pytest.mark.slow
@pytest.mark.parametrize('seed', range(2))
def test_killed_at_random_moments(seed, source, settings, expected, tmp_path,
                                  onnxruntime):
    words = [
        os.path.dirname(source.name(0)), '--checkpoint', settings.checkpoint,
        '--score-thr', '0.3', '--part-size', '1', '--processes', '2'
    ]
    out = tmp_path / 'out'

    killed = tag_with_kills(words, out, tmp_path, 3, seed)

    assert killed
    assert plain(records(out)) == plain(expected)


@pytest.mark.parametrize('error', [
    torch.OutOfMemoryError('CUDA out of memory'),
    torch.AcceleratorError('CUDA error: an illegal memory access')
])
def test_a_gpu_that_fails_is_no_fault_of_an_image(source, settings, error):
    """It would be told of all images that follow, and never made up."""
    tagger = ImageTagger(source, settings, 1)

    def fail(image):
        raise error

    tagger._predictor = fail
    with pytest.raises(InputError, match='the GPU failed .CUDA'):
        tagger(0)
