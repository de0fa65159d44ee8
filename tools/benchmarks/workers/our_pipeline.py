"""Pipeline worker with this project's steps."""
from benchmarks.workers.mmdet_pipeline import prepare
from benchmarks.workers.protocol import run_worker
from custom.utils.setup_env import setup_env

if __name__ == '__main__':
    setup_env()
    run_worker(prepare)
