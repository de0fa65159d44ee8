"""Ray engine of trainings: command lines side by side on a cluster."""
import contextlib
import os
import signal
from typing import Callable, Dict, Iterator, List, Mapping, Sequence

from custom.engine.stop_signal import StoppedBySignal
from custom.utils.ray_cluster import RayOptions, process_count, ray_cluster


def run_on_ray(make: Callable[[int], Mapping[str, Sequence[str]]],
               options: RayOptions) -> Dict[str, int]:
    """Runs Python command lines as tasks of a Ray cluster.

    Each is a process with the threads and GPUs of its task, in the folder of
    this one, which is under the same path on all nodes. What it prints, this
    process prints after its name. What a lost node ran begins once more on
    another one.

    Args:
        make: Gives the commands by name, each without the interpreter, and is
            told how many of them can run at a time.
        options: Where, on how much, and how many at a time.

    Returns:
        Exit codes by name; 128 more than the signal that one died of.

    Raises:
        InputError: There is no such cluster, or no room.
        StoppedBySignal: ^C or SIGTERM came, each command was given SIGTERM,
            and all have ended.
    """
    with ray_cluster(options.address, tells=True), _signals() as came:
        import ray
        task = ray.remote(
            num_cpus=options.cpus, num_gpus=options.gpus)(
                _command_task(options))
        count = process_count(options)
        left = [*make(count).items()]
        running: Dict['ray.ObjectRef', str] = {}
        codes = {}
        try:
            while left or running:
                while left and len(running) < count:
                    name, words = left.pop(0)
                    asked = task.options(name=name).remote(words, os.getcwd())
                    running[asked] = name
                done = ray.wait([*running])[0][0]
                codes[running.pop(done)] = ray.get(done)
        except KeyboardInterrupt:  # Ray makes one of ours
            for asked in running:
                ray.cancel(asked)
            if running:
                ray.wait([*running], num_returns=len(running))
            raise StoppedBySignal(came[0], 'stopped') from None
    return codes


def _command_task(options: RayOptions) -> Callable[[Sequence[str], str], int]:
    # Ray leaves variables as they are that are set, and a GPU to be seen by
    # a task that has none.
    changes = dict(OMP_NUM_THREADS=str(options.cpus))
    if not options.gpus:
        changes['CUDA_VISIBLE_DEVICES'] = ''

    # Being no name of a module, it travels whole: a node that runs it needs
    # not load torch for that.
    def run(words: Sequence[str], folder: str) -> int:
        import ctypes
        import os
        import signal
        import subprocess
        import sys
        import time
        process, is_canceled = None, False

        def cancel(*_) -> None:
            nonlocal is_canceled
            is_canceled = True
            if process:
                process.terminate()

        def end_with_ray() -> None:
            if sys.platform == 'linux':
                ctypes.CDLL(None).prctl(1, signal.SIGTERM)  # PR_SET_PDEATHSIG

        # Ray cancels by it.
        signal.signal(signal.SIGINT, cancel)
        process = subprocess.Popen([sys.executable, *words],
                                   cwd=folder,
                                   env=dict(os.environ, **changes),
                                   preexec_fn=end_with_ray)
        if is_canceled:  # before there was a process
            process.terminate()
        while process.poll() is None:
            time.sleep(.2)  # wait() would keep the handler from being called
        code = process.returncode
        return 128 - code if code < 0 else code

    return run


@contextlib.contextmanager
def _signals() -> Iterator[List[int]]:
    """^C and SIGTERM raise KeyboardInterrupt; Ray's own handler of SIGTERM
    would end the process. Yields the list of those that came."""
    came: List[int] = []

    def stop(number: int, frame: object) -> None:
        came.append(number)
        raise KeyboardInterrupt

    before = {
        number: signal.signal(number, stop)
        for number in (signal.SIGINT, signal.SIGTERM)
    }
    try:
        yield came
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
