"""Ray engine: the records of all images, by actors of a Ray cluster."""
import collections
import functools
import itertools
from typing import TYPE_CHECKING, Deque, Dict, Iterator, List, Sequence

import cv2

from custom.inference.load_predictor import needs_torch
from custom.inference.tagging.image_tagger import (ImageTagger, Record,
                                                   TagSettings)
from custom.inference.tagging.sources import ImageSource
from custom.utils.parallel import parallel_map
from custom.utils.ray_cluster import RayOptions, process_count, ray_cluster

if TYPE_CHECKING:
    import ray

# Images that an actor is given at a time. Their records stay below the
# 100 KB up to which Ray sends results along, so that none are lost with the
# node that holds them.
_BLOCK = 16
# Blocks per actor that wait while an earlier one takes long.
_AHEAD = 8


def tag_on_ray(source: ImageSource, settings: TagSettings,
               indices: Sequence[int],
               options: RayOptions) -> Iterator[Record]:
    """Ray engine: actors of a cluster, each with a predictor.

    What is lost with an actor or a node is looked at by a process of this
    machine, which may die of it: that tells the image that kills.

    Args:
        source: The images; every node can read them.
        settings: The detector; every node has the file at the same path.
        indices: Which images.
        options: Where, and on how much.

    Yields:
        The records, in the order of ``indices``.

    Raises:
        InputError: As :class:`ImageTagger`; or there is no such cluster, it
            has no room for an actor, or it has failed.
    """
    if not indices:
        return
    if not options.gpus and needs_torch(settings.checkpoint):
        settings = settings._replace(device=settings.device or 'cpu')
    tagger = ImageTagger(source, settings, options.cpus)
    left = iter(indices)
    with ray_cluster(options.address):
        for record in _records(tagger, indices, options):
            lost = itertools.takewhile(lambda i: i != record['id'], left)
            yield from _tag_here(tagger, [*lost])
            yield record
        yield from _tag_here(tagger, [*left])


def _tag_here(tagger: ImageTagger, indices: Sequence[int]) -> Iterator[Record]:
    # No fork: the threads of Ray don't survive that.
    return parallel_map(tagger, indices, tagger.crashed, 1, 'spawn')


def _records(tagger: ImageTagger, indices: Sequence[int],
             options: RayOptions) -> Iterator[Record]:
    """Records that the actors find, in order, without what is lost."""
    count = min(process_count(options), len(indices))
    actors = _ActorPool(tagger, count, options)
    size = max(1, min(_BLOCK, len(indices) // (4 * count)))
    asked: Deque['ray.ObjectRef'] = collections.deque()
    for start in range(0, len(indices), size):
        asked.append(actors.ask(indices[start:start + size]))
        while asked and (len(asked) > _AHEAD * count or _is_done(asked[0])):
            yield from _answer(asked.popleft())
    while asked:
        yield from _answer(asked.popleft())


def _is_done(asked: 'ray.ObjectRef') -> bool:
    import ray
    return bool(ray.wait([asked], timeout=0)[0])


def _answer(asked: 'ray.ObjectRef') -> List[Record]:
    import ray
    try:
        return ray.get(asked)
    except ray.exceptions.RayTaskError as error:
        raise error.cause from None
    except ray.exceptions.RayError:
        return []


class _ActorPool:
    """Actors with a block of images each; one that is lost starts anew,
    where there is room."""

    def __init__(self, tagger: ImageTagger, count: int,
                 options: RayOptions) -> None:
        import ray
        start = ray.remote(
            num_cpus=options.cpus, num_gpus=options.gpus)(_Actor).remote
        self._start = functools.partial(start, ray.put(tagger), options.cpus)
        # By what each was asked last.
        self._actors: Dict['ray.ObjectRef', 'ray.actor.ActorHandle'] = {}
        for _ in range(count):
            self._add()

    def ask(self, images: Sequence[int]) -> 'ray.ObjectRef':
        """Gives a block to the first actor that has nothing to do.

        Raises:
            RayError: One doesn't start.
        """
        import ray
        while True:
            last = ray.wait([*self._actors])[0][0]
            actor = self._actors.pop(last)
            try:
                ray.get(last)
            except ray.exceptions.RayActorError as error:
                if error.actor_init_failed:
                    raise
                self._add()
                continue
            except ray.exceptions.RayError:
                pass  # who reads the answer is told
            return self._send(actor, images)

    def _add(self) -> None:
        self._send(self._start(), [])  # is done when it has started

    def _send(self, actor: 'ray.actor.ActorHandle',
              images: Sequence[int]) -> 'ray.ObjectRef':
        asked = actor.tag.remote(images)
        self._actors[asked] = actor
        return asked


class _Actor:
    """Tagger in an actor: indices of images in, records out."""

    def __init__(self, tagger: ImageTagger, cpus: int) -> None:
        self._tagger = tagger
        cv2.setNumThreads(cpus)

    def tag(self, images: Sequence[int]) -> List[Record]:
        return [*map(self._tagger, images)]
