"""Data set tagging: the records of all images, by processes that share
them."""
import contextlib
import itertools
from typing import Callable, Dict, Iterator, List, Optional, Sequence

from custom.inference.load_predictor import needs_torch
from custom.inference.tagging.image_tagger import (ImageTagger, Record,
                                                   TagSettings)
from custom.inference.tagging.part_files import PartFolder
from custom.inference.tagging.sources import ImageSource
from custom.utils.cpu import core_count
from custom.utils.parallel import parallel_map

# The records of images, in the order in which they are asked for.
Engine = Callable[[ImageSource, TagSettings, Sequence[int]], Iterator[Record]]

# More of them would fill the memory of a GPU with copies of the detector.
_GPU_PROCESSES = 4


def run_settings(source: ImageSource, settings: TagSettings) -> dict:
    """Settings that the records depend on, for ``_run.json``."""
    return dict(
        source_sha256=source.digest,
        checkpoint_sha256=settings.version,
        score_thr=settings.score_thr,
        precision=settings.precision,
        tta=settings.tta,
        slice=settings.slice_size)


def tag_missing(source: ImageSource, settings: TagSettings, folder: PartFolder,
                missing: Dict[int, range], engine: Engine) -> Iterator[Record]:
    """Tags the images of parts that are missing, and writes the parts.

    One part of records is in memory at a time.

    Yields:
        The record of each image.

    Raises:
        InputError: The detector can't be loaded, a store doesn't answer, or
            the folder can't be written.
    """
    indices = [*itertools.chain(*missing.values())]
    with contextlib.closing(engine(source, settings, indices)) as records:
        for number, images in missing.items():
            part: List[Record] = []
            for record in itertools.islice(records, len(images)):
                part.append(record)
                yield record
            folder.write(number, part)


def tag_in_processes(source: ImageSource,
                     settings: TagSettings,
                     indices: Sequence[int],
                     processes: Optional[int] = None) -> Iterator[Record]:
    """Embedded engine: processes of this machine, each with a predictor.

    A process that dies costs no image but the one that kills it.

    Args:
        source: The images.
        settings: The detector.
        indices: Which images.
        processes: How many; by default one per core, on a GPU at most 4. The
            cores are shared out among them as threads.

    Yields:
        The records, in the order of ``indices``.

    Raises:
        InputError: As :class:`ImageTagger`.
    """
    on_gpu = _uses_gpu(settings)
    cores = core_count()
    if processes is None:
        processes = min(cores, _GPU_PROCESSES) if on_gpu else cores
    tagger = ImageTagger(source, settings, max(1, cores // processes))
    # CUDA doesn't survive a fork.
    start_method = None if source.forks and not on_gpu else 'spawn'
    yield from parallel_map(tagger, indices, tagger.crashed, processes,
                            start_method)


def _uses_gpu(settings: TagSettings) -> bool:
    if not needs_torch(settings.checkpoint):
        return False
    from mmengine.device import get_device
    return (settings.device or get_device()) != 'cpu'
