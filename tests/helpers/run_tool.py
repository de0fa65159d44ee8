"""Tool runner: command lines of the tools, as a user gives them."""
import functools
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import torch

ROOT = Path(__file__).parents[2]
CONFIG = ('configs/faster_rcnn/'
          'faster-rcnn_r18_fpn_bn_scratch-256px_1xb4-14e_drawings22.py')
# Words of a training that a test needs, but not what it finds: small images,
# no loader processes, and no report, which is what takes the longest.
QUICK = ('--imgsz', 64, '--workers', 0, '--cfg-options',
         'default_hooks.val_report=None')


def run_tool(name, *words, path='', fresh=False, **options):
    """Runs a tool in a process of its own.

    That is a fork of one that has imported torch and ``custom`` already, which
    saves 4 s of imports each time. At least one test of each tool starts it
    ``fresh``, as a shell does.

    Args:
        name: Of the file in tools/.
        words: The command line.
        path: Is looked in for modules.
        fresh: Whether Python itself starts anew. It always does where there
            is a GPU: CUDA doesn't survive a fork.
        options: For :func:`subprocess.run`; with some it starts fresh.

    Returns:
        subprocess.CompletedProcess: With ``stdout`` and ``stderr`` as text.
    """
    words = [f'tools/{name}.py', *map(str, words)]
    env = dict(os.environ, COLUMNS='200', PYTHONPATH=str(path))
    if not (fresh or options or torch.cuda.is_available()):
        return run_forked(words, env)
    return subprocess.run([sys.executable, *words],
                          cwd=ROOT,
                          capture_output=True,
                          text=True,
                          env=env,
                          **options)


def run_forked(words, env):
    server = fork_server()
    with tempfile.TemporaryDirectory() as folder:
        request = dict(words=words, env=env, folder=folder)
        server.stdin.write(json.dumps(request) + '\n')
        server.stdin.flush()
        code = int(server.stdout.readline())
        said = [(Path(folder) / name).read_text()
                for name in ('stdout', 'stderr')]
    return subprocess.CompletedProcess(words, code, *said)


@functools.cache
def fork_server():
    """Started once per test process; ends when that closes its pipe."""
    return subprocess.Popen(
        [sys.executable,
         Path(__file__).with_name('fork_server.py')],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=dict(os.environ, OMP_WAIT_POLICY='PASSIVE', PYTHONPATH=str(ROOT)))
