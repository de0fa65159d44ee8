"""Fold run: the training of one fold with one seed, and its result."""
import contextlib
import json
import os.path as osp
from pathlib import Path
from typing import Any, Dict, List, NamedTuple, Optional, Sequence

from custom.checkpoint.dataset_meta import checkpoint_thresholds
from custom.checkpoint.loading import load
from custom.checkpoint.newest import position, resumable
from custom.datasets.annotations.layout import annotation_file
from custom.datasets.annotations.strict_reader import read_annotations
from custom.datasets.splitting.folds import ALL, FOLD
from custom.engine.run_folder import RunRecord
from custom.evaluation.results_file import read_predictions
from custom.utils.atomic_write import write_text
from custom.utils.errors import InputError

# A training on all images has none to validate.
NO_VALIDATION = ('val_cfg=None', 'val_dataloader=None', 'val_evaluator=None',
                 'default_hooks.checkpoint.save_best=None')


class FoldRun(NamedTuple):
    """Training of one fold with one seed.

    Attributes:
        root: The work dir of the cross-validation.
        fold: From 1.
        seed: Of the training.
    """
    root: Path
    fold: int
    seed: int

    @property
    def name(self) -> str:
        return f'fold {self.fold}, seed {self.seed}'

    @property
    def data(self) -> Path:
        """Its data set folder; test are the images that it is measured on."""
        return self.root / 'data' / FOLD.format(self.fold)

    @property
    def fold_dir(self) -> Path:
        return self.root / FOLD.format(self.fold)

    @property
    def work_dir(self) -> Path:
        return self.fold_dir / f'seed_{self.seed}'

    @property
    def predictions(self) -> Path:
        """Predictions of its test images, in the format of COCO results."""
        return self.work_dir / 'test_predictions.json'

    def result(self) -> Optional[Dict[str, Any]]:
        """``checkpoint`` (its name), ``epoch``, ``images`` and ``scores``;
        None until it is trained and tested."""
        try:
            return json.loads(self._result.read_text(encoding='utf-8'))
        except (OSError, ValueError):
            return None

    def note_result(self, checkpoint: str) -> None:
        """Writes the result, after the test, which wrote its own.

        Args:
            checkpoint: The path of the one that was tested.
        """
        tested = json.loads(
            (self.work_dir / 'test_results.json').read_text(encoding='utf-8'))
        images = read_annotations(annotation_file(self.data, 'test')).image_ids
        write_text(
            self._result,
            json.dumps(
                dict(
                    checkpoint=osp.basename(checkpoint),
                    epoch=_epoch(str(self.work_dir), checkpoint),
                    images=len(images),
                    scores=tested['scores']),
                indent=1))

    def read_predictions(self, classes: Sequence[str]) -> List[dict]:
        """Predictions of its test images, a dict each, see
        :func:`custom.evaluation.results_file.read_predictions`."""
        annotations = read_annotations(annotation_file(self.data, 'test'))
        return read_predictions(self.predictions, annotations, classes)

    @property
    def _result(self) -> Path:
        return self.work_dir / 'result.json'


def all_data(root: Path) -> Path:
    """The data set folder with every image in train."""
    return root / 'data' / ALL


def test_argv(config: str, run: FoldRun, checkpoint: str) -> List[str]:
    """Command line of ``tools/test.py`` for what a run has trained, with the
    config that the training has left: the flags are in it."""
    return [
        str(run.work_dir / osp.basename(config)), checkpoint, '--data',
        str(run.data), '--save-predictions',
        str(run.predictions)
    ]


def finished_refit(work_dir: Path) -> bool:
    """Whether a training on all images is done: thresholds are written into
    its last checkpoint after it."""
    for name in resumable(str(work_dir))[:1]:
        path = str(work_dir / name)
        with contextlib.suppress(InputError):  # a damaged one isn't
            return bool(checkpoint_thresholds(load(path), path))
    return False


def _epoch(work_dir: str, checkpoint: str) -> int:
    """Epochs trained, where the training counts them, or steps."""
    record = RunRecord(work_dir)
    record.read()
    name = osp.basename(checkpoint)
    return next((best['epoch'] or best['iter']
                 for best in record.best.values() if best['file'] == name),
                position(name)[0] or position(name)[1])
