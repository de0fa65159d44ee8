"""Pipeline preview: images after the train pipeline of a config."""
from pathlib import Path
from typing import List, NamedTuple, Sequence, Tuple

import numpy as np
from mmdet.registry import DATASETS
from mmengine.config import Config
from mmengine.dataset import BaseDataset
from mmengine.registry import init_default_scope
from mmengine.runner.utils import set_random_seed
from mmengine.structures import InstanceData

from custom.config.config import use_classes, use_data
from custom.datasets.annotations.layout import class_names
from custom.datasets.browser.sheets import FRAME, framed, truths
from custom.utils.errors import InputError
from custom.utils.image_io import read_image
from custom.visualization.draw import contact_sheet, draw_truth, shrink

_SAMPLES, _DRAWS = 6, 5
_SIDE = 320
# A mosaic takes its other images from those that came before.
_WARM_UP = 50
_SEED = 0


class PipelineView(NamedTuple):
    """One image and its boxes.

    ``image`` is uint8 (h, w, 3) BGR, shrunk for display; ``size`` is the
    (width, height) it had, and ``boxes`` (N, 4) are xywh in pixels of that.
    ``labels`` (N,) are positions in the classes, ``crowd`` (N,) is True for a
    box that is neither object nor background.
    """
    image: np.ndarray
    size: Tuple[int, int]
    boxes: np.ndarray
    labels: np.ndarray
    crowd: np.ndarray


class PreviewedImage(NamedTuple):
    """An image: the file as it is, then random draws of the pipeline."""
    name: str
    views: List[PipelineView]


class PipelinePreview(NamedTuple):
    """Preview of a pipeline: what a model sees of a data set. ``steps`` tells
    it and what follows on the device; ``error`` why training would stop, or
    ''."""
    config: str
    steps: List[str]
    samples: List[PreviewedImage]
    classes: Tuple[str, ...]
    error: str = ''


def train_pipeline(cfg: Config) -> List[dict]:
    """The steps of the train pipeline of a config.

    Raises:
        InputError: It has none.
    """
    dataset = cfg.get('train_dataloader', {}).get('dataset', {})
    if 'pipeline' not in dataset:
        raise InputError(
            f'{cfg.filename}: has no train_dataloader.dataset.pipeline. Give '
            'a config that tools/train.py takes with --data.')
    return dataset.pipeline


def preview_pipeline(cfg: Config, folder: Path) -> PipelinePreview:
    """Runs the train pipeline of a config on some images of a data folder.

    The same images and the same draws every time.

    Args:
        cfg: Changed in place: it gets the data and the classes of the folder.
        folder: The data set folder.

    Returns:
        With ``error`` set, and without samples, when the data is such that
        training would stop at it.
    """
    steps = [_line(step) for step in train_pipeline(cfg)]
    if 'data_preprocessor' in cfg.get('model', {}):
        steps.append(f'then, on the device: '
                     f'{_line(cfg.model.data_preprocessor)}')
    try:
        classes = class_names(folder)
        use_data(cfg, str(folder))
        use_classes(cfg, classes)
        # Where the names of the pipeline's steps are looked up.
        init_default_scope(cfg.get('default_scope', 'mmdet'))
        samples = _samples(DATASETS.build(cfg.train_dataloader.dataset))
    except InputError as error:
        return PipelinePreview(cfg.filename, steps, [], (),
                               f'Training stops: {error}')
    return PipelinePreview(cfg.filename, steps, samples, classes)


def pipeline_sheet(seen: PipelinePreview) -> np.ndarray:
    """A row per image: the file, then its draws, with boxes.

    Args:
        seen: With at least one sample.

    Returns:
        uint8 (H, W, 3), BGR.
    """
    cells = [
        _cell(view, f'draw {number}' if number else sample.name, seen.classes)
        for sample in seen.samples for number, view in enumerate(sample.views)
    ]
    return contact_sheet(cells, 1 + _DRAWS, _SIDE + FRAME)


def _cell(view: PipelineView, caption: str, classes: Tuple[str,
                                                           ...]) -> np.ndarray:
    found = truths(view.boxes, view.labels, classes,
                   view.image.shape[1] / view.size[0])
    return framed(
        draw_truth(view.image, found, names=classes),
        '{}, {} x {}'.format(caption, *view.size))


def _line(step: dict) -> str:
    options = ', '.join(f'{key}={value!r}' for key, value in step.items()
                        if key != 'type')
    return f'{step["type"]}({options})'


def _samples(dataset: BaseDataset) -> List[PreviewedImage]:
    if len(dataset) == 0:
        raise InputError(f'{dataset.ann_file}: no image is left by the '
                         'filter of the config; add boxes')
    set_random_seed(_SEED)
    order = np.random.default_rng(_SEED).permutation(len(dataset))
    for image in order[:_WARM_UP]:
        dataset[image]
    return [_sample(dataset, int(image)) for image in sorted(order[:_SAMPLES])]


def _sample(dataset: BaseDataset, image: int) -> PreviewedImage:
    info = dataset.get_data_info(image)
    views = [
        _view(
            read_image(info['img_path']),
            [found['bbox'] for found in info['instances']],
            [found['bbox_label'] for found in info['instances']],
            [found['ignore_flag'] for found in info['instances']])
    ]
    for _ in range(_DRAWS):
        packed = dataset[image]
        pixels = packed['inputs'].permute(1, 2, 0).numpy()
        data = packed['data_samples']
        kept, ignored = data.gt_instances, data.ignored_instances
        views.append(
            _view(
                # Color steps give floats that may stick out of 0 to 255.
                np.ascontiguousarray(pixels.clip(0, 255).astype(np.uint8)),
                [*_corners(kept), *_corners(ignored)],
                [*kept.labels.tolist(), *ignored.labels.tolist()],
                [False] * len(kept) + [True] * len(ignored)))
    return PreviewedImage(Path(info['img_path']).name, views)


def _corners(instances: InstanceData) -> list:
    # Some pipelines keep plain tensors, some boxes that know their kind.
    return getattr(instances.bboxes, 'tensor', instances.bboxes).tolist()


def _view(image: np.ndarray, corners: Sequence, labels: Sequence[int],
          crowd: Sequence[bool]) -> PipelineView:
    boxes = np.array(corners, float).reshape(-1, 4)
    boxes[:, 2:] -= boxes[:, :2]
    return PipelineView(
        shrink(image, _SIDE), (image.shape[1], image.shape[0]), boxes,
        np.array(labels, int), np.array(crowd, bool))
