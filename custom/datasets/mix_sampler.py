"""Sampler that mixes two data sets in a stated ratio."""
import math
from typing import Iterator

import torch
from mmengine.dataset import ConcatDataset, DefaultSampler
from mmengine.registry import DATA_SAMPLERS


@DATA_SAMPLERS.register_module()
class MixSampler(DefaultSampler):
    """Mixing sampler: an epoch is all images of one data set, and some of
    another, others in each epoch.

    Args:
        dataset: The two, joined; the first is shown whole.
        share: Of the images of an epoch, how many are of the second; above 0
            and below 1.
        kwargs: As for DefaultSampler.
    """

    def __init__(self, dataset: ConcatDataset, share: float, **kwargs):
        super().__init__(dataset, **kwargs)
        self.own, self.others = (len(part) for part in dataset.datasets)
        self.mixed = round(self.own * share / (1 - share))
        images = self.own + self.mixed
        if self.round_up:
            self.num_samples = math.ceil(images / self.world_size)
            self.total_size = self.num_samples * self.world_size
        else:
            self.num_samples = math.ceil(
                (images - self.rank) / self.world_size)
            self.total_size = images

    def __iter__(self) -> Iterator[int]:
        """Positions in the joined data set."""
        generator = torch.Generator()
        generator.manual_seed(self.seed + self.epoch)
        # One that has less than is wanted is shown several times.
        passes = [
            torch.randperm(self.others, generator=generator)
            for _ in range(math.ceil(self.mixed / self.others))
        ]
        drawn = torch.cat(passes or [torch.arange(0)])[:self.mixed]
        indices = torch.cat([torch.arange(self.own), self.own + drawn])
        if self.shuffle:
            order = torch.randperm(len(indices), generator=generator)
            indices = indices[order]
        # As many for each process, however many they are.
        times = math.ceil(self.total_size / len(indices))
        indices = indices.repeat(times)[:self.total_size]
        return iter(indices[self.rank::self.world_size].tolist())
