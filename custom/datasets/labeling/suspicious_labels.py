"""Suspicious labels of a report as predictions for the tasks of a project."""
import json
from pathlib import Path
from typing import Any, Dict, List, NamedTuple, Tuple

from custom.datasets.labeling.project import LabelingProject
from custom.datasets.labeling.task_files import TaskFiles
from custom.label_studio.regions import prediction
from custom.structures.detection import Detection
from custom.utils.errors import InputError


class SuspiciousImage(NamedTuple):
    """Image with labels that look wrong.

    Attributes:
        name: In its data set.
        size: Width and height in pixels.
        boxes: With the class that is suggested, and the suspicion as score.
        kinds: Of each box, ``overlooked`` and others.
    """
    name: str
    size: Tuple[int, int]
    boxes: List[Detection]
    kinds: List[str]


def read_suspicious_images(report: Path) -> List[SuspiciousImage]:
    """Reads the ``label_errors.json`` of a report.

    Raises:
        InputError: It is none, or holds no box.
    """
    try:
        data = json.loads(report.read_text(encoding='utf-8'))
        classes = {one['id']: one['name'] for one in data['categories']}
        images = {
            one['id']:
            SuspiciousImage(one['file_name'], (one['width'], one['height']),
                            [], [])
            for one in data['images']
        }
        for one in data['annotations']:
            x, y, width, height = one['bbox']
            image = images[one['image_id']]
            image.boxes.append(
                Detection(classes[one['category_id']], one['suspicion'],
                          (x, y, x + width, y + height)))
            image.kinds.append(one['kind'])
    except OSError as error:
        raise InputError(f'{report}: {error.strerror}') from None
    except (ValueError, KeyError, TypeError):
        raise InputError(f'{report}: is not the label_errors.json of a report '
                         'of tools/test.py.') from None
    if not data['annotations']:
        raise InputError(f'{report}: no label looks wrong.')
    return [one for one in images.values() if one.boxes]


def suspicious_tasks(images: List[SuspiciousImage], project: LabelingProject,
                     files: TaskFiles, version: str) -> List[Dict[str, Any]]:
    """Predictions for the tasks of images, the most suspicious first; the
    score of one is that of its worst label.

    Args:
        images: Those that have no task are left out.
        project: Whose labels the boxes get; boxes of classes without one are
            left out.
        files: Names the images of the tasks.
        version: What the predictions are called there.

    Raises:
        InputError: None of the images has a task.
    """
    tasks = {files.name(task): task['id'] for task in project.tasks()}
    found = [
        dict(_prediction(one, project, version), task=tasks[one.name])
        for one in images if one.name in tasks
    ]
    if not found:
        raise InputError(f'{project.page}: has no picture of the report. Give '
                         'its data set to init, and --title.')
    return sorted(
        filter(lambda one: one['result'], found),
        key=lambda one: -one['score'])


def _prediction(image: SuspiciousImage, project: LabelingProject,
                version: str) -> Dict[str, Any]:
    names = project.config.label_names([box.label for box in image.boxes])
    kept = [(box, kind) for box, kind in zip(image.boxes, image.kinds)
            if box.label in names]
    made = prediction([box for box, _ in kept], image.size, project.config,
                      names, version)
    for region, (_, kind) in zip(made['result'], kept):
        region['meta'] = dict(text=[kind])  # which is shown with the region
    return dict(made, score=max((box.score for box, _ in kept), default=None))
