"""Metrics: thin registered adapters over pure functions."""
from .coco_by_name import CocoByNameMetric

__all__ = ['CocoByNameMetric']
