"""Service benchmark: the tag service against a naive one, and a soak test."""
import contextlib
import json
import os
import os.path as osp
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from statistics import median
from typing import Dict, Iterator, List, NamedTuple, Optional, Sequence

import numpy as np

from benchmarks.load import Reply, closed_loop, each_once, open_loop, request
from benchmarks.measure import say
from benchmarks.process import ROOT, environment, memory_of, script
from custom.apis import Predictor
from custom.classes import KOREAN
from custom.datasets.annotations.layout import annotation_file, image_folder
from custom.export.to_onnx import exported_beside
from custom.inference.load_predictor import is_onnx, load_predictor
from custom.sample_data.probe import probe_images
from custom.structures.detection import passes_threshold
from custom.utils.errors import InputError
from custom.utils.image_io import decode_image

COLUMNS = ('server', 'load', 'answers a second', 'p50 ms', 'p95 ms', 'p99 ms',
           'refused', 'other', 'ready s', 'memory MB')
# The naive one, ours as it is by itself, and ours by other backends.
SERVERS = ('naive', 'ours', 'onnxruntime', 'torch')
IMAGES = 64
CLIENTS = (1, 8, 32)
SECONDS = 10.  # of a load
# Of overload: a line that has once grown long is answered within the longer.
BEGINNINGS = (1., 4.)
WARM_UP = 1000
_START_S = 300


class Server(NamedTuple):
    """Running server: its port, its process id, and the seconds from its
    start until it was ready."""
    port: int
    pid: int
    started: float


def serving(checkpoint: str, data: str, rounds: int,
            other: Optional[str]) -> Iterator[dict]:
    """Measures throughput and latency; rows with the keys of ``COLUMNS``.

    The servers of ``SERVERS``, and the service of another version of this
    project, run with the same model in turns: 1, 8 and 32 clients that ask
    again and again. Then the service gets twice what it answered 32 clients
    with: its beginning, and the rest. ``refused`` counts 503s, ``other``
    whatever is neither that nor a 200. The first row is the model alone:
    decode and infer, one by one; the last are how long each server took to be
    ready, and the memory of its processes after all that.

    Args:
        checkpoint: Path of a checkpoint; it is exported before, if need be.
        data: A data folder; images of its test split are sent.
        rounds: How often each load runs, for ten seconds; each figure is the
            median.
        other: Folder of another version of this project.

    Raises:
        InputError: Data or checkpoint are missing or bad, or a server does
            not come up.
    """
    files = image_files(data)
    requests = [request(file) for file in files]
    exported_beside(checkpoint, probe_images())
    say('bare inference')
    yield _row('none', 'bare inference',
               [_bare(checkpoint, files, SECONDS) for _ in range(rounds)],
               SECONDS)
    replies: Dict[tuple, List[List[Reply]]] = {}
    with contextlib.ExitStack() as stack:
        servers = {
            name: stack.enter_context(running(name, checkpoint))
            for name in SERVERS
        }
        if other:
            servers['other'] = stack.enter_context(
                _other_version(other, checkpoint))
        for number in range(rounds):
            for clients in CLIENTS:
                for name, server in servers.items():
                    say(f'round {number + 1} of {rounds}: {clients} clients, '
                        f'{name}')
                    replies.setdefault((name, clients), []).append(
                        closed_loop(server.port, requests, clients, SECONDS))
        for (name, clients), runs in replies.items():
            plural = 's' * (clients > 1)
            yield _row(name, f'{clients} client{plural}', runs, SECONDS)
        rate = 2 * median(map(_answered, replies['ours', 32])) / SECONDS
        say(f'{rate:.0f} requests a second, ours')
        yield from _overload(servers['ours'].port, requests, rate)
        for name, server in servers.items():
            yield {
                'server': name,
                'load': 'none',
                'ready s': f'{server.started:.1f}',
                'memory MB': f'{memory_of(server.pid) / 1e6:.0f}'
            }


def _overload(port: int, requests: Sequence[bytes],
              rate: float) -> Iterator[dict]:
    """Rows of so many requests a second: the first seconds, and those after
    them."""
    settling = max(BEGINNINGS)
    run = open_loop(port, requests, rate, settling + 2 * SECONDS)
    for seconds in BEGINNINGS:
        yield _row('ours', f'{rate:.0f} a second, first {seconds:.0f} s',
                   [run[:int(rate * seconds)]], seconds)
    yield _row('ours', f'{rate:.0f} a second, then',
               [run[int(rate * settling):]], 2 * SECONDS)


def soak(checkpoint: str, data: str, count: int) -> dict:
    """Soak test: good and bad requests, mixed; what was not as it should be.

    The first thousand warm up; memory is counted from then on.

    Returns:
        ``requests``, ``wrong`` (other tags than the model itself finds),
        ``unexplained`` (another status than the request should have), and
        ``growth`` of the memory of all processes together in MB.
    """
    files = image_files(data)
    # What the service makes of a checkpoint on a CPU, asked one by one.
    predictor = load_predictor(
        checkpoint if is_onnx(checkpoint) else exported_beside(
            checkpoint, probe_images()))
    truths = []
    for file in files:
        found = predictor(decode_image(file, 'picture'))
        truths.append([
            *dict.fromkeys(
                KOREAN.get(d.label, d.label) for d in found
                if passes_threshold(d, predictor.thresholds, None))
        ])
    cases = [(file, 200, truth) for file, truth in zip(files, truths)]
    cases += [(file[:len(file) // 2], 422, None) for file in files[:8]]
    cases += [(b'', 422, None), (b'%PDF-1.7', 415, None),
              (bytes(30_000_000), 413, None), (os.urandom(1000), 422, None)]
    rng = np.random.default_rng(0)
    order = rng.choice(len(cases), count + WARM_UP)
    requests = [request(data) for data, _, _ in cases]
    wrong = unexplained = 0
    with running('ours', checkpoint) as server:
        for start in range(0, len(order), WARM_UP // 2):
            if start == WARM_UP:
                memory = memory_of(server.pid)
            batch = order[start:start + WARM_UP // 2]
            replies = each_once(server.port, [requests[i] for i in batch], 16)
            for reply in replies:
                _, status, truth = cases[batch[reply.file]]
                if reply.status != status:
                    unexplained += 1
                elif status == 200 and json.loads(reply.body) != truth:
                    wrong += 1
            say(f'{start + len(batch)} of {len(order)}: {wrong} wrong, '
                f'{unexplained} unexplained')
        growth = memory_of(server.pid) - memory
    return dict(
        requests=len(order),
        wrong=wrong,
        unexplained=unexplained,
        growth=f'{growth / 1e6:.0f}')


def image_files(data: str) -> List[bytes]:
    """Contents of the first image files of a data folder's test split."""
    path = annotation_file(data, 'test')
    try:
        with open(path, encoding='utf-8') as file:
            names = [image['file_name'] for image in json.load(file)['images']]
        return [(image_folder(data) / name).read_bytes()
                for name in names[:IMAGES]]
    except OSError as error:
        raise InputError(f'{error.filename}: {error.strerror}; give a data '
                         'folder with --data') from None


@contextlib.contextmanager
def _other_version(folder: str, checkpoint: str) -> Iterator[Server]:
    """Context manager of the service of another version of this project."""
    with tempfile.TemporaryDirectory() as work:
        # Each version exports a file of its own; that is not in its start.
        copied = shutil.copy(checkpoint, work)
        with running('ours', copied, folder):
            pass
        with running('ours', copied, folder) as server:
            yield server


@contextlib.contextmanager
def running(kind: str, checkpoint: str, root: str = ROOT) -> Iterator[Server]:
    """Context manager of a server on a free port, ended afterwards.

    Args:
        kind: One of ``SERVERS``.
        checkpoint: What it serves; settings of ours come from the environment
            (``TAGGER_MAX_BATCH=4``).
        root: Folder of the project.
    """
    with socket.socket() as free:
        free.bind(('127.0.0.1', 0))
        port = free.getsockname()[1]
    checkpoint, root = map(osp.abspath, (checkpoint, root))
    tool = osp.join(root, 'tools', 'serve.py')
    command = dict(
        naive=[script('naive_server.py'), checkpoint],
        ours=[tool, checkpoint, '--port'],
    ).get(kind, [tool, checkpoint, '--backend', kind, '--port'])
    start = time.monotonic()
    with subprocess.Popen(
        [sys.executable, *command, str(port)],
            cwd=root,
            env=environment(True, root),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL) as process:
        try:
            _wait_until_ready(process, port)
            yield Server(port, process.pid, time.monotonic() - start)
        finally:
            process.terminate()


def _wait_until_ready(process: subprocess.Popen, port: int) -> None:
    end = time.monotonic() + _START_S
    while time.monotonic() < end and process.poll() is None:
        with contextlib.suppress(OSError):
            urllib.request.urlopen(f'http://127.0.0.1:{port}/readyz')
            return
        time.sleep(0.05)
    raise InputError(f'{" ".join(process.args)}: did not come up; run it by '
                     'hand to see why')


def _bare(checkpoint: str, files: Sequence[bytes],
          seconds: float) -> List[Reply]:
    """Each image decoded and looked at, as a script would, in turns."""
    predictor = Predictor(checkpoint, 'cpu')
    predictor(decode_image(files[0], 'picture'))
    replies: List[Reply] = []
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        number = len(replies) % len(files)
        start = time.monotonic()
        predictor(decode_image(files[number], 'picture'))
        replies.append(Reply(200, b'', time.monotonic() - start, number))
    return replies


def _row(server: str, load: str, runs: Sequence[List[Reply]],
         seconds: float) -> dict:
    """The median of each figure over the runs."""

    def figure(of) -> float:
        return median(of(run) for run in runs)

    def percentile(share: float) -> str:
        return f'{figure(lambda run: _percentile(run, share)) * 1e3:.0f}'

    return {
        'server': server,
        'load': load,
        'answers a second': f'{figure(_answered) / seconds:.1f}',
        'p50 ms': percentile(50),
        'p95 ms': percentile(95),
        'p99 ms': percentile(99),
        'refused': sum(r.status == 503 for run in runs for r in run),
        'other': sum(r.status not in (200, 503) for run in runs for r in run),
    }


def _answered(run: List[Reply]) -> int:
    return sum(reply.status == 200 for reply in run)


def _percentile(run: List[Reply], share: float) -> float:
    return float(
        np.percentile([r.seconds for r in run if r.status == 200], share))
