"""Fork server: runs scripts in forks of a process with the imports done.

Those are ``custom`` and what training and testing import later: otherwise each
fork would do it again. What a tool imports by itself, and in which order, is
tested where it is started ``fresh``, see :mod:`tests.helpers.run_tool`. Tools
that a tool starts are forks, too.

Reads requests as lines of JSON: ``words``, the script and its arguments;
``env``, its environment; and ``folder``, where its stdout and stderr go.
Answers each with the exit code, when the script has ended.
"""
import atexit
import contextlib
import functools
import gc
import json
import multiprocessing
import os
import runpy
import signal
import sys
import threading
import weakref
from pathlib import Path
from types import SimpleNamespace

import matplotlib.backends.backend_agg  # noqa: F401
import PIL.JpegImagePlugin  # noqa: F401
import PIL.PngImagePlugin  # noqa: F401
import torch.onnx  # noqa: F401
import torch.utils.cpp_extension  # noqa: F401
import yapf.yapflib.yapf_api  # noqa: F401

import custom  # noqa: F401
import custom.engine.budget  # noqa: F401
import custom.engine.setup  # noqa: F401
import custom.evaluation.report.evaluation_report  # noqa: F401
import custom.evaluation.score_thresholds  # noqa: F401
import custom.ops.nms_kernels  # noqa: F401
from custom.config.schema import keys_of_type
from custom.engine import child_process

# Tools that start others.
PARENTS = ('cross_validate', 'demo', 'label_studio', 'tune')


class ForkedTool:
    """What a tool starts, in place of ``subprocess.Popen``.

    Args:
        forks: The connection to :func:`serve_tool`.
        command: Python, a script and its arguments.
        preexec_fn: Not called: both end with the test.
    """

    def __init__(self, forks, command, preexec_fn):
        self.forks = forks
        forks.send(command[1:])
        self.pid = forks.recv()

    def send_signal(self, number):
        os.kill(self.pid, number)

    def wait(self):
        return self.forks.recv()


def serve_tool():
    """Starts a process that forks for this one, which is about to be a tool.

    The tool itself could not: what its threads hold, as that of Optuna the
    lock of SQLite, would be held in the fork for good.
    """
    ours, theirs = multiprocessing.Pipe()
    if not os.fork():
        ours.close()
        with contextlib.suppress(EOFError):  # the tool has ended
            while words := theirs.recv():
                pid = os.fork()
                if not pid:
                    run_script(words)
                theirs.send(pid)
                theirs.send(exit_code(pid))
        os._exit(0)
    theirs.close()
    child_process.subprocess = SimpleNamespace(
        Popen=functools.partial(ForkedTool, ours))


def exit_code(pid):
    """Waits for a child, and gives the code that it ended with."""
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def run_script(words):
    """Ends as Python does, but takes nothing apart: a fork that lets go of
    all modules copies the pages that these are in, for 0.3 s."""
    sys.argv = words
    code = 0
    try:
        runpy.run_path(words[0], run_name='__main__')
    except SystemExit as end:
        code = end.code
        if not isinstance(code, (int, type(None))):
            print(code, file=sys.stderr)
            code = 1
    except KeyboardInterrupt:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        os.kill(os.getpid(), signal.SIGINT)
    except BaseException:
        sys.excepthook(*sys.exc_info())
        code = 1
    threading._shutdown()
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code or 0)


def run(words, env, folder):
    """Makes this process one that was started with these words."""
    for fd, path, mode in ((0, os.devnull, os.O_RDONLY),
                           (1, f'{folder}/stdout', os.O_WRONLY | os.O_CREAT),
                           (2, f'{folder}/stderr', os.O_WRONLY | os.O_CREAT)):
        os.dup2(os.open(path, mode), fd)
    os.environ.clear()
    os.environ.update(env)
    # As Python does for a script, in place of this one's folder and of ROOT.
    script = os.path.abspath(os.path.dirname(words[0]))
    sys.path[:2] = filter(None, [script, env['PYTHONPATH']])
    # Where the installation has it; for what a tool spawns.
    sys.path.append(os.getcwd())
    if Path(words[0]).stem in PARENTS:
        serve_tool()
    run_script(words)


if __name__ == '__main__':
    keys_of_type({})  # imports all that the registries name
    # A collection in a fork would touch, and so copy, the pages of all this;
    # and what its libraries take apart at the end takes 0.1 s.
    gc.freeze()
    for finalizer in [*weakref.finalize._registry]:
        finalizer.atexit = False
    for line in sys.stdin:
        pid = os.fork()
        if not pid:
            run(**json.loads(line))
        print(exit_code(pid), flush=True)
