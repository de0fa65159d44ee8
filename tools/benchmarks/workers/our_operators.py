"""This project's operators, which MMCV's functions call here."""
import custom  # noqa: F401  offers its operators, before MMCV loads
from benchmarks.workers.mmcv_operators import prepare
from benchmarks.workers.protocol import serve
from custom.utils.setup_env import setup_env

if __name__ == '__main__':
    setup_env()
    serve(prepare)
