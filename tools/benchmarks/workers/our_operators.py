"""Operator worker: this project's, which MMCV's functions call here."""
from benchmarks.workers.mmcv_operators import prepare
from benchmarks.workers.protocol import run_worker
from custom.utils.setup_env import setup_env

if __name__ == '__main__':
    setup_env()
    run_worker(prepare)
