"""Tools that a tool runs beside itself, each in a process of its own."""
import os.path as osp
import shlex
import sys
from typing import List


def tool_words(name: str, words: List[str]) -> List[str]:
    """The command line of a tool, without the interpreter."""
    return [osp.join(osp.dirname(sys.argv[0]), f'{name}.py'), *words]


def run_tool(name: str, words: List[str]) -> int:
    """Prints the command line of a tool, runs it and gives its exit code."""
    from custom.engine.child_process import run_child
    command = tool_words(name, words)
    print(f'$ python {shlex.join(command)}', flush=True)
    return run_child([sys.executable, *command])


def require_tool(name: str, words: List[str]) -> None:
    """Runs a tool, and ends with its exit code if it fails."""
    code = run_tool(name, words)
    if code:
        print(
            f'error: tools/{name}.py ended with exit code {code}; what is '
            'done stays, and the same command goes on',
            file=sys.stderr)
        sys.exit(code)
