"""Trackers: MMEngine's backends for TensorBoard, MLflow and W&B, kept local.

Each sends losses and metrics as MMEngine's does, and takes files of the run
by ``add_files``, which tells where to look at them. What is stored without an
account or a server lies in the work dir.
"""
import logging
import os
import os.path as osp
from typing import Sequence

from mmengine.config import Config
from mmengine.registry import VISBACKENDS
from mmengine.visualization.vis_backend import (MLflowVisBackend,
                                                TensorboardVisBackend,
                                                WandbVisBackend,
                                                force_init_env)

from custom.config.config import settings
from custom.utils.image_io import read_image


def _work_dir(save_dir: str) -> str:
    """Work dir of a run whose backends write to ``WORK_DIR/TIME/vis_data``."""
    return osp.abspath(osp.join(save_dir, '..', '..'))


@VISBACKENDS.register_module()
class TensorboardTracker(TensorboardVisBackend):
    """TensorBoard backend that takes images and the name of the best."""

    @force_init_env
    def add_files(self, files: Sequence[str]) -> str:
        for path in files:
            name = osp.basename(path)
            if name.endswith('.png'):
                self.add_image(name, read_image(path)[..., ::-1])
            elif name.endswith('.pth'):
                self._tensorboard.add_text('best checkpoint', path)
        return f'tensorboard --logdir {_work_dir(self._save_dir)}'


@VISBACKENDS.register_module()
class MLflowTracker(MLflowVisBackend):
    """MLflow backend for a database in the work dir.

    ``MLFLOW_TRACKING_URI`` and ``MLFLOW_EXPERIMENT_NAME`` name another.
    """

    def _init_env(self) -> None:
        # MMEngine's asks for a folder of files, which MLflow 3 refuses.
        import mlflow
        self._mlflow = mlflow
        for name in ('mlflow', 'alembic'):
            logging.getLogger(name).setLevel(logging.WARNING)
        work_dir = _work_dir(self._save_dir)
        if 'MLFLOW_TRACKING_URI' not in os.environ:
            mlflow.set_tracking_uri(f'sqlite:///{work_dir}/mlflow.db')
            # That of "Default" lies in the current folder.
            name = os.environ.get('MLFLOW_EXPERIMENT_NAME', 'training')
            if not mlflow.get_experiment_by_name(name):
                mlflow.create_experiment(name, f'{work_dir}/mlartifacts')
            mlflow.set_experiment(name)
        mlflow.start_run(run_name=osp.basename(work_dir))

    @force_init_env
    def add_config(self, config: Config, **kwargs) -> None:
        self._mlflow.log_params(self._flatten(settings(config)))

    @force_init_env
    def add_files(self, files: Sequence[str]) -> str:
        for path in files:
            self._mlflow.log_artifact(path)
        uri = self._mlflow.get_tracking_uri()
        return f'mlflow ui --backend-store-uri {uri}'

    def close(self) -> None:
        # MMEngine's sends all logs of the work dir, of earlier runs, too.
        if hasattr(self, '_mlflow'):
            self._mlflow.end_run()


@VISBACKENDS.register_module()
class WandbTracker(WandbVisBackend):
    """Weights & Biases backend, offline where nobody is logged in.

    ``WANDB_MODE``, ``WANDB_PROJECT`` and the like are Weights & Biases' own.
    """

    def _init_env(self) -> None:
        import wandb
        os.makedirs(self._save_dir, exist_ok=True)
        # Copies of files that wait to be sent would go to the home directory.
        os.environ.setdefault('WANDB_DATA_DIR', osp.abspath(self._save_dir))
        online = wandb.login(prompt=False, verify=False)
        wandb.init(
            dir=self._save_dir,
            name=osp.basename(_work_dir(self._save_dir)),
            mode=os.environ.get('WANDB_MODE',
                                'online' if online else 'offline'),
            settings=wandb.Settings(silent=True))
        self._wandb = wandb

    @force_init_env
    def add_config(self, config: Config, **kwargs) -> None:
        """Sends the config; MMEngine's sends all code below the folder, too.
        """
        self._wandb.config.update(settings(config))

    @force_init_env
    def add_files(self, files: Sequence[str]) -> str:
        artifact = self._wandb.Artifact(f'run-{self._wandb.run.id}', 'run')
        for path in files:
            artifact.add_file(path)
        self._wandb.log_artifact(artifact)
        run = self._wandb.run
        return f'wandb sync {osp.dirname(run.dir)}' if run.offline else run.url

    def close(self) -> None:
        if hasattr(self, '_wandb'):
            self._wandb.finish()
