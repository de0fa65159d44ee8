"""Fork server: runs scripts in forks of a process with the imports done.

Those are ``custom`` and what training and testing import later: otherwise each
fork would do it again. What a tool imports by itself, and in which order, is
tested where it is started ``fresh``, see :mod:`tests.helpers.run_tool`.

Reads requests as lines of JSON: ``words``, the script and its arguments;
``env``, its environment; and ``folder``, where its stdout and stderr go.
Answers each with the exit code, when the script has ended.
"""
import gc
import json
import os
import runpy
import sys

import matplotlib.backends.backend_agg  # noqa: F401
import PIL.JpegImagePlugin  # noqa: F401
import PIL.PngImagePlugin  # noqa: F401
import torch._dynamo  # noqa: F401
import torch.utils.cpp_extension  # noqa: F401
import yapf.yapflib.yapf_api  # noqa: F401

import custom  # noqa: F401
import custom.engine.budget  # noqa: F401
import custom.engine.setup  # noqa: F401
import custom.evaluation.report.report  # noqa: F401
import custom.evaluation.score_thresholds  # noqa: F401
import custom.ops.nms_kernels  # noqa: F401


def run(words, env, folder):
    """Makes this process one that was started with these words."""
    for fd, path, mode in ((0, os.devnull, os.O_RDONLY),
                           (1, f'{folder}/stdout', os.O_WRONLY | os.O_CREAT),
                           (2, f'{folder}/stderr', os.O_WRONLY | os.O_CREAT)):
        os.dup2(os.open(path, mode), fd)
    os.environ.clear()
    os.environ.update(env)
    sys.argv = words
    # As Python does for a script, in place of this one's folder and of ROOT.
    script = os.path.abspath(os.path.dirname(words[0]))
    sys.path[:2] = filter(None, [script, env['PYTHONPATH']])
    runpy.run_path(words[0], run_name='__main__')


if __name__ == '__main__':
    # A collection in a fork would touch, and so copy, the pages of all this.
    gc.freeze()
    for line in sys.stdin:
        pid = os.fork()
        if not pid:
            run(**json.loads(line))
            break
        _, status = os.waitpid(pid, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)
