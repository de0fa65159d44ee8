"""Prometheus metrics of the service."""
from prometheus_client import (CollectorRegistry, Counter, Gauge, Histogram,
                               generate_latest)

from custom.server.settings import Settings

CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8'

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)


class Metrics:
    """Metrics of one service; a process may hold several in its tests."""

    def __init__(self, settings: Settings) -> None:
        registry = self._registry = CollectorRegistry()
        self.requests = Counter(
            'tagger_requests',
            'Requests answered', ['path', 'status'],
            registry=registry)
        self.seconds = Histogram(
            'tagger_request_seconds',
            'From the first byte of a request to the last of its answer',
            ['path'],
            buckets=_SECONDS,
            registry=registry)
        self.rejections = Counter(
            'tagger_rejections',
            'Pictures and requests refused', ['code'],
            registry=registry)
        self.places = Gauge(
            'tagger_places_taken',
            'Pictures at work or waiting',
            registry=registry)
        self.queue = Gauge(
            'tagger_queue_length',
            'Pictures that wait for a model',
            registry=registry)
        self.batch_size = Histogram(
            'tagger_batch_size',
            'Pictures that went through a model at once',
            buckets=(1, 2, 4, 8, 16, 32),
            registry=registry)
        self.inference = Histogram(
            'tagger_inference_seconds',
            'A batch in the model',
            buckets=_SECONDS,
            registry=registry)
        self.restarts = Counter(
            'tagger_restarts',
            'Processes that died or hung', ['kind'],
            registry=registry)
        self.model = Gauge(
            'tagger_model_info',
            'The model that answers', ['name', 'version', 'runtime'],
            registry=registry)
        self.replacements = Counter(
            'tagger_model_replacements',
            'Models loaded in the place of another', ['result'],
            registry=registry)
        self.workers = Gauge(
            'tagger_workers_ready', 'Models that are warm', registry=registry)
        setting = Gauge(
            'tagger_setting',
            'What the service was started with', ['name'],
            registry=registry)
        for name, value in settings.model_dump().items():
            setting.labels(name).set(value)

    def text(self) -> bytes:
        """Metrics in Prometheus' text format."""
        return generate_latest(self._registry)
