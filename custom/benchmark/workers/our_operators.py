"""This project's operators, which MMCV's functions call here."""
from custom.benchmark.workers.mmcv_operators import prepare
from custom.benchmark.workers.protocol import serve

if __name__ == '__main__':
    serve(prepare)
