"""The entry point of all tools, as a process."""
import signal
import subprocess
import sys

from tests.helpers.run_tool import ROOT

# While the tool's libraries load: an import of theirs that sends ^C itself.
INTERRUPTS_AN_IMPORT = '''
import os, signal, sys
sys.path.insert(0, 'tools')
from _run import run

class Finder:
    def find_spec(self, name, path=None, target=None):
        if name == 'custom':
            os.kill(os.getpid(), signal.SIGINT)

sys.meta_path.insert(0, Finder())
run(lambda: None, lambda args: None)
'''


def start(**kwargs):
    return subprocess.run([sys.executable, '-c', INTERRUPTS_AN_IMPORT],
                          cwd=ROOT,
                          capture_output=True,
                          text=True,
                          **kwargs)


def test_ctrl_c_while_libraries_load_is_one_word():
    done = start()

    assert done.returncode == 130
    assert done.stderr == 'interrupted\n'


def test_a_process_that_ignores_ctrl_c_still_does():
    """As one that a script has started in the background."""

    def ignore():
        signal.signal(signal.SIGINT, signal.SIG_IGN)

    assert start(preexec_fn=ignore).returncode == 0
