"""Ray cluster: joined, or started on this machine, and the room it has."""
import contextlib
import logging
import os
import socket
import time
from typing import Iterator, Mapping, NamedTuple, Optional

from custom.utils.cpu import core_count
from custom.utils.errors import InputError

# Of a local cluster: there is nothing in it but names and command lines.
_STORE_BYTES = 2**27
_PATIENCE = 10  # seconds for a cluster to answer


class RayOptions(NamedTuple):
    """Cluster, and processes on it.

    Attributes:
        address: Of a cluster: ``auto`` on one of its nodes, or ``HOST:6379``;
            by default a local one is started, and ends with the run.
        processes: How many at a time; by default as many as the cluster has
            room for.
        cpus: Of each process; also its threads.
        gpus: Of each process; a half lets two share one.
    """
    address: Optional[str] = None
    processes: Optional[int] = None
    cpus: int = 1
    gpus: float = 0


@contextlib.contextmanager
def ray_cluster(address: Optional[str], tells: bool = False) -> Iterator[None]:
    """Joins a cluster, or starts a local one, and leaves it.

    Args:
        address: See :class:`RayOptions`.
        tells: Whether this process prints what those on the cluster print.

    Raises:
        InputError: None answers or starts, or it has failed inside.
    """
    os.environ.setdefault('RAY_USAGE_STATS_ENABLED', '0')  # it would phone
    # Or lines that two print alike would be told once, with a count.
    os.environ.setdefault('RAY_DEDUP_LOGS', '0')
    import ray
    _join_or_start(address, tells)
    try:
        yield
    except ray.exceptions.RayError as error:
        raise InputError(f'Ray has failed ({_first_line(error)}); '
                         'the same command goes on') from None
    finally:
        if tells:
            time.sleep(1)  # or it leaves before the last lines have come
        ray.shutdown()


def _join_or_start(address: Optional[str], tells: bool) -> None:
    import ray
    options = dict(log_to_driver=tells, logging_level=logging.ERROR)
    try:
        if address:
            _require_answer(address)
            ray.init(address, **options)
        else:
            # As without Ray; its workers would wait for all other programs.
            os.environ.setdefault('RAY_worker_niceness', '0')
            ray.init(
                'local',
                num_cpus=core_count(),
                object_store_memory=_STORE_BYTES,
                include_dashboard=False,
                **options)
    except (OSError, RuntimeError, ValueError) as error:
        what = (
            f'--address {address}: no Ray cluster answers there; give auto on '
            'one of its nodes, or HOST:6379'
            if address else 'Ray does not start on this machine')
        raise InputError(f'{what} ({_first_line(error)})') from None


def _require_answer(address: str) -> None:
    """Reachability check of an address: Ray itself tries for 14 minutes."""
    if address != 'auto':
        host, _, port = address.rpartition(':')
        socket.create_connection((host, int(port)), _PATIENCE).close()


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0]


def process_count(options: RayOptions) -> int:
    """Number of processes at a time; those of the options, if there is room.

    Raises:
        InputError: The cluster, which is joined, has no room for them.
    """
    import ray
    nodes = [node['Resources'] for node in ray.nodes() if node['Alive']]
    room = sum(_room(node, options) for node in nodes)
    if room < (options.processes or 1):
        cpus, gpus = (
            sum(node.get(kind, 0) for node in nodes)
            for kind in ('CPU', 'GPU'))
        raise InputError(
            f'the Ray cluster has {cpus:g} CPUs and {gpus:g} GPUs, room for '
            f'{room} of {options.cpus} and {options.gpus:g}; lower '
            '--processes, --cpus or --gpus')
    return options.processes or room


def _room(node: Mapping[str, float], options: RayOptions) -> int:
    room = int(node.get('CPU', 0) // options.cpus)
    if options.gpus:
        room = min(room, int(node.get('GPU', 0) / options.gpus))
    return room
