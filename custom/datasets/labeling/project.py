"""Project of Label Studio: made, filled with images and predictions, read.
"""
import itertools
import json
from typing import Any, Dict, Iterable, Iterator, List, Optional, Sequence, Set

from custom.datasets.labeling.labeling_images import LabelingImage
from custom.label_studio.client import LabelStudioClient, LabelStudioError
from custom.label_studio.labeling_config import (parse_labeling_config,
                                                 write_labeling_config)
from custom.utils.errors import InputError
from custom.visualization.palette import class_colors

# What stops an import costs at most so many images, uploaded in vain.
_BATCH = 8


class LabelingProject:
    """Project of Label Studio.

    Args:
        client: Of its Label Studio.
        record: As the API has it.

    Attributes:
        page: Where people find it.
        config: Its labels.

    Raises:
        InputError: It has no labels for boxes.
    """

    def __init__(self, client: LabelStudioClient, record: dict) -> None:
        self._client = client
        self._id = record['id']
        self.page = f'{client.url}/projects/{self._id}/data'
        try:
            self.config = parse_labeling_config(record['label_config'])
        except InputError as error:
            raise InputError(f'{self.page}: {error}') from None

    def tasks(self, labeled: bool = False) -> List[dict]:
        """All tasks, or those with an annotation, with their annotations."""
        return self._client.get(
            self._path('export'),
            exportType='JSON',
            download_all_tasks=str(not labeled).lower())

    def file_names(self) -> Set[str]:
        """The names of the images that were added."""
        return {task['data'].get('file_name') for task in self.tasks()}

    def add_images(self,
                   images: Sequence[LabelingImage]) -> Iterator[LabelingImage]:
        """Uploads images, and makes their tasks; passes them on."""
        for batch in _batches(images):
            answer = self._client.upload(
                self._path('import?commit_to_project=false'),
                [(one.path.name, one.path.read_bytes()) for one in batch])
            ids = answer['file_upload_ids']
            files = self._client.get(
                self._path('file-uploads'), ids=json.dumps(ids))
            places = {file['id']: file['file'] for file in files}
            tasks = [
                _task(one, f'/data/{places[key]}')
                for one, key in zip(batch, ids)
            ]
            self._client.send('POST', self._path('import'), tasks)
            yield from batch

    def connect(self, url: str, login: Optional[str]) -> None:
        """Connects a machine-learning backend, if it isn't yet, and tells one
        that is the login.

        Args:
            url: Its address, as Label Studio reaches it.
            login: ``user:password`` that it wants, None for nothing.

        Raises:
            LabelStudioError: Label Studio doesn't reach it, or doesn't want
                to.
        """
        known = next((one
                      for one in self._client.get('/api/ml', project=self._id)
                      if one['url'] == url), None)
        if known and login is None:
            return
        body: Dict[str, Any] = dict(
            project=self._id, url=url, title='drawing-tagger')
        if login is not None:
            user, _, password = login.partition(':')
            body.update(
                auth_method='BASIC_AUTH',
                basic_auth_user=user,
                basic_auth_pass=password)
        try:
            if known:
                self._client.send('PATCH', f'/api/ml/{known["id"]}', body)
            else:
                self._client.send('POST', '/api/ml', body)
        except LabelStudioError as error:
            raise LabelStudioError(
                f'{error} Label Studio refuses addresses of its own machine '
                'and network unless ML_BLOCK_LOCAL_IP=false and '
                'SSRF_PROTECTION_ENABLED=false are in its environment.'
            ) from None

    def predicted(self, version: str) -> Set[int]:
        """The ids of the tasks that a model has a prediction for."""
        found = self._client.get('/api/predictions', project=self._id)
        return {
            one['task']
            for one in found if one['model_version'] == version
        }

    def add_predictions(self, predictions: Sequence[dict]) -> None:
        """Adds predictions, each with the ``task`` that it is for."""
        self._client.send('POST', self._path('import/predictions'),
                          predictions)

    def show_predictions(self, version: str) -> None:
        """Makes those of one model what people begin with."""
        self._client.send('PATCH', f'/api/projects/{self._id}',
                          dict(model_version=version))

    def _path(self, what: str) -> str:
        return f'/api/projects/{self._id}/{what}'


def open_project(client: LabelStudioClient, title: str) -> LabelingProject:
    """The project of a title.

    Raises:
        InputError: There is none, or several.
    """
    found = find_project(client, title)
    if found is None:
        raise InputError(f'{client.url}: has no project "{title}". Make it '
                         'with tools/label_studio.py init, or give --title.')
    return found


def find_project(client: LabelStudioClient,
                 title: str) -> Optional[LabelingProject]:
    """The project of a title; None where there is none.

    Raises:
        InputError: There are several.
    """
    answer = client.get('/api/projects', title=title, page_size=100)
    records = [one for one in answer['results'] if one['title'] == title]
    if len(records) > 1:
        raise InputError(f'{client.url}: has {len(records)} projects "{title}"'
                         '. Rename all but one.')
    return LabelingProject(client, records[0]) if records else None


def make_project(client: LabelStudioClient, title: str,
                 classes: Sequence[str]) -> LabelingProject:
    """A new project for boxes of classes, which shows predictions."""
    return LabelingProject(
        client,
        client.send(
            'POST', '/api/projects',
            dict(
                title=title,
                label_config=write_labeling_config(class_colors(classes)),
                show_collab_predictions=True,
                evaluate_predictions_automatically=True)))


def require_labels(project: LabelingProject, classes: Sequence[str],
                   title: str) -> None:
    """Raises InputError where a class has no label in a project."""
    names = project.config.label_names(classes)
    missing = [name for name in classes if name not in names]
    if missing:
        raise InputError(
            f'{project.page}: the project "{title}" has no label for '
            f'{", ".join(missing)}. Add it in the settings of the project, or '
            'give --title for another one.')


def _batches(images: Iterable[LabelingImage]) -> Iterator[List[LabelingImage]]:
    left = iter(images)
    while batch := [*itertools.islice(left, _BATCH)]:
        yield batch


def _task(image: LabelingImage, address: str) -> dict:
    data = dict(image=address, file_name=image.name)
    if image.split:
        data['split'] = image.split
    task: Dict[str, Any] = dict(data=data)
    if image.regions is not None:
        # The ground truth would win over what a person draws later.
        task['annotations'] = [dict(result=image.regions, ground_truth=False)]
    return task
