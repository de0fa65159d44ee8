"""Metrics: thin registered adapters over pure functions."""
from .coco_metric import CocoByNameMetric

__all__ = ['CocoByNameMetric']
