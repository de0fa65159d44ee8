"""Benchmarks: the same work here and in a baseline Python, side by side.

``workers/`` are scripts, one process each, that hold a model or an operator
ready and run it when asked; the baseline ones import nothing of this project.
The other modules write the jobs, check that the results agree, alternate the
variants and tell the ratios.
"""
import custom  # noqa: F401  gives MMCV its operators before it is imported
