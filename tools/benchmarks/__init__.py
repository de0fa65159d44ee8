"""The same work in this environment and in another Python, side by side.

``workers/`` are scripts, one process each, that hold a model or an operator
ready and run it when asked; the stock ones import nothing of this project.
The other modules write the jobs, check that both sides agree, alternate them
and tell the ratios.
"""
# Before any module here imports MMDetection.
import custom  # noqa: F401
