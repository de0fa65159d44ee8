"""The same with this project's steps."""
from custom.benchmark.workers.mmdet_pipeline import prepare
from custom.benchmark.workers.protocol import serve

if __name__ == '__main__':
    serve(prepare)
