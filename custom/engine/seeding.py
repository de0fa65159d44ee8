"""Random seeds by step and by sample: what chance a run has, resumed or not.

MMEngine seeds a process once. What comes later then depends on all that came
before, on how long each loader worker has lived, and nothing of it is in a
checkpoint. Here the seed of a sample is a function of (seed, epoch, place in
the epoch, rank), that of a training step one of (seed, step, rank): a run that
is resumed, at an epoch or within one, draws what it would have drawn.
"""
import random
from typing import Any, Iterator, List, NamedTuple, Tuple, Union

import numpy as np
import torch
from mmengine.dist import get_rank
from torch.utils.data import DataLoader, Dataset, IterableDataset, Sampler

from custom.engine.loader_workers import outlive_signals

# Kinds of things that are seeded, so that none draws what another does.
_SAMPLE, _STEP, _VALIDATION = range(3)


def seed_step(seed: int, step: int) -> None:
    """Seeds Python, NumPy and torch for a training step.

    Args:
        seed: That of the run.
        step: Steps done before it, in the whole run.
    """
    _seed_all(_STEP, seed, step)


def seed_validation(seed: int, step: int) -> None:
    """Seeds them for a validation after ``step`` steps."""
    _seed_all(_VALIDATION, seed, step)


class SeededIndex(NamedTuple):
    """Seeded index of a sample: which image, and what seeds its augmentation.

    ``replayed`` are draws that a worker must repeat before it, since what it
    remembers of them, the cache of a mosaic, is not in a checkpoint.
    """
    index: int
    seed: int
    epoch: int
    batch: int
    place: int
    replayed: Tuple['SeededIndex', ...] = ()


class SeededDataset(Dataset):
    """Data set whose samples are seeded one by one, see :class:`SeededIndex`.

    A plain index gives a sample of the data set inside, and whatever else is
    asked of it, or set, is that of the one inside.
    """

    def __init__(self, dataset: Dataset) -> None:
        vars(self).update(dataset=dataset, _epoch=None)

    def __getitem__(self, draw: Union[SeededIndex, int]) -> Any:
        if not isinstance(draw, SeededIndex):
            return self.dataset[draw]
        for earlier in draw.replayed:
            self._sample(earlier)
        return self._sample(draw)

    def __len__(self) -> int:
        return len(self.dataset)

    def __getattr__(self, name: str) -> Any:
        # Not before __init__, as while unpickling.
        if name.startswith('__') or 'dataset' not in vars(self):
            raise AttributeError(name)
        return getattr(self.dataset, name)

    def __setattr__(self, name: str, value: Any) -> None:
        # Hooks such as PipelineSwitchHook set the pipeline.
        setattr(self.dataset, name, value)

    def _sample(self, draw: SeededIndex) -> Any:
        if draw.epoch != self._epoch:
            for transform in _caching_transforms(self.dataset):
                transform.results_cache.clear()
            vars(self)['_epoch'] = draw.epoch
        _seed_all(_SAMPLE, draw.seed, draw.epoch, draw.batch, draw.place)
        return self.dataset[draw.index]


class SeededBatches(Sampler):
    """Batch sampler that gives draws, and can begin within an epoch.

    Args:
        batches: The batch sampler of a loader; its batches are lists of
            indices.
        dataset: Its data set.
        workers: Workers of the loader, which take the batches in turn.
        seed: Of the run.
    """

    def __init__(self, batches: Sampler, dataset: Dataset, workers: int,
                 seed: int) -> None:
        self._batches = batches
        self._dataset = dataset
        self._lanes = max(1, workers)
        self._seed = seed
        self._epoch = self._first = 0

    def __len__(self) -> int:
        return len(self._batches)

    def __getattr__(self, name: str) -> Any:
        if name.startswith('__') or '_batches' not in vars(self):
            raise AttributeError(name)
        return getattr(self._batches, name)

    def reseed(self, seed: int) -> None:
        """Goes over to another seed, the order of images included."""
        self._seed = seed
        if hasattr(self.sampler, 'seed'):
            self.sampler.seed = seed

    def begin_at(self, epoch: int, batch: int = 0) -> None:
        """Lets the next pass begin at a batch of an epoch, from 0."""
        self._epoch, self._first = epoch, batch
        if hasattr(self.sampler, 'set_epoch'):
            self.sampler.set_epoch(epoch)

    def __iter__(self) -> Iterator[List[SeededIndex]]:
        first, self._first = self._first, 0
        epoch = getattr(self.sampler, 'epoch', self._epoch)
        replays = bool(_caching_transforms(self._dataset))
        earlier: List[SeededIndex] = []
        for number, indices in enumerate(self._batches):
            # A sampler without end counts as passes over the data.
            passed, batch = divmod(number, len(self))
            draws = [
                SeededIndex(index, self._seed, epoch + passed, batch, place)
                for place, index in enumerate(indices)
            ]
            if number < first:
                if replays and passed == first // len(self):
                    earlier += draws
                continue
            if number < first + self._lanes:
                # Those that this worker had before, had it not been stopped.
                draws[0] = draws[0]._replace(
                    replayed=tuple(
                        old for old in earlier
                        if (batch - old.batch) % self._lanes == 0))
            yield draws


def seeded_loader(loader: DataLoader, seed: int) -> DataLoader:
    """The loader with :class:`SeededBatches` of a :class:`SeededDataset`.

    One of an iterable data set, which has no indices, is returned as it is.
    """
    if isinstance(loader.dataset, IterableDataset):
        return loader
    seeded = DataLoader(
        SeededDataset(loader.dataset),
        batch_sampler=SeededBatches(loader.batch_sampler, loader.dataset,
                                    loader.num_workers, seed),
        num_workers=loader.num_workers,
        collate_fn=loader.collate_fn,
        pin_memory=loader.pin_memory,
        timeout=loader.timeout,
        worker_init_fn=loader.worker_init_fn,
        multiprocessing_context=loader.multiprocessing_context,
        generator=loader.generator,
        prefetch_factor=loader.prefetch_factor,
        persistent_workers=loader.persistent_workers)
    outlive_signals(seeded)
    return seeded


def _seed_all(*key: int) -> None:
    words = np.random.SeedSequence([*key, get_rank()]).generate_state(4)
    random.seed(int(words[0]))
    np.random.seed(words[1])
    state = int(words[2]) << 32 | int(words[3])
    # torch.manual_seed looks for all kinds of devices, which takes 0.1 ms.
    torch.default_generator.manual_seed(state)
    if torch.cuda.is_initialized():
        torch.cuda.manual_seed(state)


def _caching_transforms(node: Any) -> List[Any]:
    """Transforms that mix in earlier samples, such as CachedMosaic."""
    if isinstance(node, (list, tuple)):
        return [found for item in node for found in _caching_transforms(item)]
    found = [node] if hasattr(node, 'results_cache') else []
    for name in ('dataset', '_dataset', 'datasets', 'pipeline', 'transforms'):
        # Of this object: one that passes on what it is asked has it not.
        found += _caching_transforms(vars(node).get(name, ())) if hasattr(
            node, '__dict__') else []
    return found
