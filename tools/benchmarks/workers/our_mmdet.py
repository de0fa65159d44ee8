"""Baseline detector worker: stock MMDetection on this project's operators."""
from benchmarks.workers.baseline_mmdet import prepare
from benchmarks.workers.protocol import run_worker

if __name__ == '__main__':
    run_worker(prepare)
