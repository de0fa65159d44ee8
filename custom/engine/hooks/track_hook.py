"""Hook that hands a run's files to a tracker."""
import glob
import importlib
import os.path as osp
from typing import List

from mmdet.registry import HOOKS
from mmengine.config import Config
from mmengine.dist import master_only
from mmengine.hooks import Hook

from custom.config.flags import TRACKERS
from custom.config.tree import type_name
from custom.engine import trackers  # noqa: F401  registers them

# In a work dir, when training ends.
_FILES = ('curves.png', 'report*', 'report_val/index.html',
          'report_val/report.json', '*_results.json', 'best_*.pth', '*.py')


@HOOKS.register_module()
class TrackHook(Hook):
    """Hands curves, results, config and best checkpoint to the trackers.

    Trackers are the backends of :mod:`custom.engine.trackers` that the
    visualizer has; losses and metrics go there by themselves.
    """
    # After PlotCurvesHook, and before the visualizer is closed.
    priority = 'LOWEST'

    @master_only
    def after_train(self, runner) -> None:
        for kind in TRACKERS.values():
            backend = runner.visualizer.get_backend(kind)
            if backend is not None:
                where = backend.add_files(run_files(runner.work_dir))
                runner.logger.info(f'Tracked: {where}')


def run_files(work_dir: str) -> List[str]:
    """Files of a run that people look at and use.
    """
    return [
        path for pattern in _FILES for path in sorted(
            glob.glob(osp.join(glob.escape(work_dir), pattern)))
        if osp.isfile(path)
    ]


def require_trackers(cfg: Config) -> None:
    """Imports the packages of the trackers that a config names.

    Raises:
        ModuleNotFoundError: One is not installed.
    """
    backends = (cfg.get('visualizer') or {}).get('vis_backends') or []
    kinds = [type_name(backend) for backend in backends]
    for package, kind in TRACKERS.items():
        if kind in kinds:
            importlib.import_module(package)
