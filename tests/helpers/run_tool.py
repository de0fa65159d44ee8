"""The tools, run as a user runs them."""
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
CONFIG = ('configs/faster_rcnn/'
          'faster-rcnn_r18_fpn_bn_scratch-256px_1xb4-14e_drawings22.py')


def run_tool(name, *words, path='', **options):
    """Runs a tool as a user does; ``path`` is looked in first for modules."""
    return subprocess.run(
        [sys.executable, f'tools/{name}.py', *map(str, words)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        env=dict(os.environ, COLUMNS='200', PYTHONPATH=str(path)),
        **options)
