import os
import signal
import subprocess
import sys
import threading

import cv2
import pytest

from custom.inference.load_predictor import load_predictor
from custom.inference.onnx_backend import BACKENDS, choose_backend
from custom.inference.onnx_predictor import OnnxPredictor
from custom.utils.errors import InputError
from custom.utils.precision import has_bf16
from tests.helpers.run_tool import ROOT
from tests.helpers.without_packages import TORCH, run_tool_without

# Prints the threads of a process after some passes, and how many sets of
# cores they may run on.
THREADS = '''
import os, sys
import numpy as np
from custom.inference.onnx_predictor import OnnxPredictor
predictor = OnnxPredictor(sys.argv[1], int(sys.argv[2]), 'openvino')
for _ in range(3):
    predictor(np.zeros((128, 160, 3), np.uint8))
tasks = [int(name) for name in os.listdir('/proc/self/task')]
cores = {frozenset(os.sched_getaffinity(task)) for task in tasks}
print(len(tasks), len(cores))
'''

# Gets a signal after two that use OpenVINO have ended, the first one first.
SIGNAL = '''
import os, signal, sys
from custom.inference import openvino_session
def core():
    core = openvino_session.openvino.Core()
    core.get_property('CPU', 'FULL_DEVICE_NAME')
    return core
def session():
    return openvino_session.open_session(sys.argv[2], 1, 'fp32')
make = dict(core=core, session=session)[sys.argv[1]]
one, other = make(), make()
del one
del other
signal.signal(signal.SIGUSR1, lambda *_: print('handled'))
os.kill(os.getpid(), signal.SIGUSR1)
'''

# Opens a session in a fork, too, and says how that has ended.
FORK = '''
import os, sys
import numpy as np
from custom.inference.onnx_predictor import OnnxPredictor
def use():
    image = np.zeros((128, 160, 3), np.uint8)
    OnnxPredictor(sys.argv[1], 1, 'openvino')(image)
use()
child = os.fork()
if not child:
    use()
    os._exit(7)
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
'''


@pytest.fixture
def image(tmp_path, images):
    cv2.imwrite(str(tmp_path / 'a.png'), images[0])
    return tmp_path / 'a.png'


def test_openvino_is_the_first_choice(r18):
    predictor = load_predictor(r18[1], threads=1, precision='fp32')

    assert isinstance(predictor, OnnxPredictor)
    assert predictor.runtime.startswith('OpenVINO 20')
    assert predictor.runtime.endswith(' in float32')


def test_the_other_when_it_is_asked_for(r18):
    predictor = load_predictor(r18[1], threads=1, backend='onnxruntime')

    assert predictor.runtime.startswith('ONNX Runtime 1.')
    assert predictor.runtime.endswith(' in float32')


@pytest.mark.parametrize('what, code', [('core', -signal.SIGSEGV),
                                        ('session', 0)])
def test_signals_after_a_session(r18, what, code):
    """OpenVINO's bug, and that sessions don't have it."""
    done = subprocess.run([sys.executable, '-c', SIGNAL, what,
                           str(r18[1])],
                          cwd=ROOT,
                          capture_output=True,
                          text=True,
                          env=dict(os.environ, USE_TORCH='0'))
    assert (done.returncode,
            done.stdout) == (code, '' if code else 'handled\n'), done.stderr


def test_a_session_in_a_fork(r18):
    done = subprocess.run(
        [sys.executable, '-c', FORK, str(r18[1])],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=20,
        env=dict(os.environ, USE_TORCH='0'))

    assert done.stdout == '7\n', done.stderr


def test_no_image(r18):
    assert OnnxPredictor(r18[1], 1, 'openvino').batch([]) == []


def test_they_answer_alike(r18, images):
    """To 1e-3; alone, together, and when a batch is smaller than before."""
    theirs = OnnxPredictor(r18[1], 1, 'onnxruntime').batch(images)
    predictor = OnnxPredictor(r18[1], 1, 'openvino', 'fp32')

    for ours in (predictor.batch(images), [*map(predictor, images)]):
        for one, other in zip(ours, theirs, strict=True):
            assert len(other) > 5
            assert [d.label for d in one] == [d.label for d in other]
            for mine, its in zip(one, other):
                assert mine.score == pytest.approx(its.score, abs=1e-3)
                assert mine.box == pytest.approx(its.box, abs=1e-3)


def test_bfloat16_where_the_cpu_has_it(r18, images):
    if not has_bf16('cpu'):
        with pytest.raises(InputError, match='has no bfloat16 instructions'):
            OnnxPredictor(r18[1], 1, 'openvino', 'bf16')
        assert ' in float32' in OnnxPredictor(r18[1], 1, 'openvino').runtime
        return
    exact = OnnxPredictor(r18[1], 1, 'openvino', 'fp32')(images[0])
    for precision in ('bf16', 'auto'):
        predictor = OnnxPredictor(r18[1], 1, 'openvino', precision)
        found = predictor(images[0])

        assert predictor.runtime.endswith(' in bfloat16')
        # It has 8 bits: near, and not the same.
        assert found[0].score == pytest.approx(exact[0].score, abs=.1)
        assert found != exact


def test_threads_of_a_program_share_one(r18, images):
    predictor = OnnxPredictor(r18[1], 1, 'openvino', 'fp32')
    alone = [predictor(image) for image in images]
    found = [None] * 12

    def ask(number):
        found[number] = predictor(images[number % 4])

    threads = [threading.Thread(target=ask, args=(n, )) for n in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert found == alone * 3


@pytest.mark.slow
def test_its_threads_are_as_many_as_told_and_on_any_core(r18):
    counts = []
    for threads in (1, 2):
        done = subprocess.run(
            [sys.executable, '-c', THREADS, r18[1],
             str(threads)],
            cwd=ROOT,
            env=dict(os.environ, USE_TORCH='0'),
            capture_output=True,
            text=True)
        assert done.returncode == 0, done.stderr
        tasks, sets_of_cores = map(int, done.stdout.split())
        counts.append(tasks)
        assert sets_of_cores == 1
    assert counts[0] < counts[1]


@pytest.mark.parametrize('backend, precision, words', [
    ('torch', 'auto',
     "a.onnx: backend 'torch': an ONNX file is run by openvino or"),
    ('tvm', 'auto', "a.onnx: backend 'tvm'"),
    ('openvino', 'int4', "a.onnx: precision 'int4': take one of auto, fp32"),
    ('onnxruntime', 'bf16',
     'a.onnx: ONNX Runtime runs it in float32; for bf16 take backend open'),
])
def test_what_does_not_fit_the_file(backend, precision, words):
    with pytest.raises(InputError) as error:
        choose_backend('a.onnx', backend, precision)
    assert words in str(error.value)


@pytest.mark.parametrize('backend', BACKENDS)
def test_what_does_not_fit_a_checkpoint(backend):
    with pytest.raises(
            InputError,
            match=f"a.pth: backend '{backend}': a checkpoint is run by torch;"
            ' export it'):
        load_predictor('a.pth', backend=backend)


def test_torch_of_a_checkpoint(r18):
    predictor = load_predictor(
        r18[0], 'cpu', 'fp32', backend='torch', slice_size=100)

    assert predictor.runtime.startswith('torch 2.')
    assert predictor.runtime.endswith(' in float32 on cpu')


@pytest.mark.slow
def test_openvino_needs_no_other_and_tells_nobody(r18, image, tmp_path):
    """A stand-in for the package with which OpenVINO reports its imports."""
    (tmp_path / 'openvino_telemetry.py'
     ).write_text(f'open({str(tmp_path / "told")!r}, "w")')
    done = run_tool_without([*TORCH, 'onnxruntime', 'onnx'],
                            'infer',
                            r18[1],
                            image,
                            '--out-dir',
                            tmp_path,
                            path=tmp_path)

    assert done.returncode == 0, done.stderr
    assert 'runs by OpenVINO 20' in done.stdout
    assert done.stderr.count('\n') <= 1  # the progress
    assert not (tmp_path / 'told').exists()


@pytest.mark.slow
def test_without_openvino(r18, image, tmp_path):

    def infer(*options):
        return run_tool_without(['openvino', *TORCH], 'infer', r18[1], image,
                                '--out-dir', tmp_path, *options)

    done = infer()
    assert done.returncode == 0, done.stderr
    assert 'runs by ONNX Runtime 1.' in done.stdout
    for options in (['--backend', 'openvino'], ['--precision', 'bf16']):
        done = infer(*options)
        assert done.returncode == 2
        assert done.stderr == (
            f'error: {r18[1]}: needs openvino, which is not installed: '
            'pip install openvino\n')
