"""Push: predictions into a project of Label Studio."""
import itertools
from typing import Iterable, Iterator, Sequence

from custom.datasets.labeling.project import LabelingProject
from custom.datasets.labeling.task_files import TaskFiles
from custom.label_studio.regions import prediction
from custom.structures.detection import Predictor, passes_threshold
from custom.utils.errors import InputError
from custom.utils.image_io import read_image

_BATCH = 8


def unpredicted_tasks(project: LabelingProject, version: str) -> list:
    """The tasks that nobody has labeled and a model has not seen."""
    done = project.predicted(version)
    return [
        task for task in project.tasks()
        if not task['annotations'] and task['id'] not in done
    ]


def push_predictions(project: LabelingProject, predictions: Iterable[dict],
                     version: str) -> Iterator[int]:
    """Sends predictions, and has people begin with them.

    What was sent stays when the work stops early.

    Args:
        project: Gets the predictions.
        predictions: Each with the ``task`` that it is for.
        version: What made them, as the project calls it.

    Yields:
        The number of boxes, once a task.
    """
    left = iter(predictions)
    is_shown = False
    while batch := [*itertools.islice(left, _BATCH)]:
        project.add_predictions(batch)
        if not is_shown:
            project.show_predictions(version)
            is_shown = True
        yield from (len(one['result']) for one in batch)


def predict_tasks(tasks: Sequence[dict], project: LabelingProject,
                  files: TaskFiles, predictor: Predictor,
                  version: str) -> Iterator[dict]:
    """Predictions of a detector for tasks.

    Args:
        tasks: Of the project.
        project: Whose labels the boxes get.
        files: Gets their images.
        predictor: Finds the objects.
        version: What the model is called there.

    Raises:
        InputError: No label is a class of the detector, or an image can't
            be had or decoded.
    """
    names = project.config.label_names(predictor.classes)
    if not names:
        raise InputError(f'{project.page}: no label of the project is a class '
                         f'of the detector ({", ".join(predictor.classes)}). '
                         'Take another one, or add its labels.')
    left = iter(tasks)
    while batch := [*itertools.islice(left, _BATCH)]:
        paths = [files.file(task, files.name(task)) for task in batch]
        images = [read_image(str(path)) for path in paths]
        for task, image, found in zip(batch, images, predictor.batch(images)):
            height, width = image.shape[:2]
            kept = [
                one for one in found
                if passes_threshold(one, predictor.thresholds, None)
            ]
            yield dict(
                prediction(kept, (width, height), project.config, names,
                           version),
                task=task['id'])
