"""Tools as if some packages were not installed, in a process of its own."""
import os
import subprocess
import sys

from tests.helpers.run_tool import ROOT

TORCH = ('torch', 'mmcv', 'mmdet', 'mmengine')

_SCRIPT = '''
import runpy, sys
from importlib.machinery import PathFinder
HIDDEN = sys.argv.pop(1).split()
class Without(PathFinder):
    @classmethod
    def find_spec(cls, name, path=None, target=None):
        if name.partition('.')[0] not in HIDDEN:
            return super().find_spec(name, path, target)
sys.meta_path[sys.meta_path.index(PathFinder)] = Without
del sys.argv[0]
sys.path.insert(0, 'tools')
runpy.run_path(sys.argv[0], run_name='__main__')
'''


def run_tool_without(packages, name, *words, path=''):
    """Runs a tool as if ``packages`` were not installed.

    Args:
        packages: Names of packages as they are imported.
        name, words, path: As for :func:`tests.helpers.run_tool.run_tool`.

    Returns:
        subprocess.CompletedProcess: With ``stdout`` and ``stderr`` as text.
    """
    return subprocess.run(
        command_without(packages, name, *words),
        cwd=ROOT,
        capture_output=True,
        text=True,
        env=dict(os.environ, PYTHONPATH=str(path)))


def command_without(packages, name, *words):
    """The command of :func:`run_tool_without`."""
    return [
        sys.executable, '-c', _SCRIPT, ' '.join(packages), f'tools/{name}.py',
        *map(str, words)
    ]
