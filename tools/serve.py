"""Serve a detector: POST an image to /tag, get its tags."""
import argparse
import functools
import os
import os.path as osp
import signal
import socket
import subprocess
import sys
from typing import TYPE_CHECKING, Optional

from _flags import add_backend_flag, chosen_checkpoint
from _run import run

if TYPE_CHECKING:
    from uvicorn import Server

    from custom.server.model_worker import ModelFile
    from custom.server.service import TagService
    from custom.server.training_process import TrainingProcess

DRAIN_S = 30  # for what is under way, when the service is told to end


def parse_args() -> argparse.Namespace:
    # Not this process: what imports `custom` here does so in half a second.
    os.environ['USE_TORCH'] = '0'
    from custom.server.settings import add_settings
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        'checkpoint',
        nargs='?',
        help='a .pth or .onnx file (default: the detector that comes with the '
        'project). On a CPU a .pth file is exported first, if it can be: the '
        '.onnx file beside it is faster')
    parser.add_argument(
        '--host',
        default='127.0.0.1',
        help='0.0.0.0 to be reached from elsewhere (default: %(default)s)')
    parser.add_argument(
        '--port', type=int, default=8000, help='default: %(default)s')
    parser.add_argument('--device', help='default: a GPU where there is one')
    parser.add_argument(
        '--precision',
        choices=['auto', 'fp32', 'bf16'],
        default='auto',
        help='fp32, bf16: of a .pth file by torch, without an export, unless '
        '--backend says otherwise')
    add_backend_flag(parser)
    add_label_studio_flags(parser)
    add_settings(parser)
    args = parser.parse_args()
    if args.label_studio_train and not args.label_studio:
        parser.error('--label-studio-train: needs --label-studio URL')
    return args


def add_label_studio_flags(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group(
        'Label Studio', 'answers it as a machine-learning backend, under '
        '/label-studio; docs/label_studio.md')
    group.add_argument(
        '--label-studio',
        metavar='URL',
        help='fetch the pictures of tasks from this Label Studio, with the '
        'token in LABEL_STUDIO_API_KEY, and from nowhere else')
    group.add_argument(
        '--label-studio-files',
        metavar='FOLDER',
        help='read those of its local storages from this folder, which is '
        'its LOCAL_FILES_DOCUMENT_ROOT')
    group.add_argument(
        '--label-studio-train',
        action='store_true',
        help='let its training button repeat the tools/label_studio.py train '
        'by which CHECKPOINT was made, its model.pth')


def fastest(args: argparse.Namespace) -> str:
    """The file to serve: on a CPU the ONNX one, where there can be one.

    Raises:
        InputError: A backend is asked for that needs one, and there can't be.
    """
    from custom.export.beside import is_exported
    from custom.inference.load_predictor import needs_torch
    from custom.utils.errors import InputError
    from custom.utils.setup_env import has_mmdet
    path = chosen_checkpoint(args.checkpoint, tell)
    by_torch = args.device or args.precision != 'auto'
    asked = args.backend != 'auto'
    if (not needs_torch(path) or args.backend == 'torch'
            or by_torch and not asked):
        return path
    if not osp.isfile(path) or not (is_exported(path) or has_mmdet()):
        return without_torch(path)
    if not asked and find_gpu():
        return path
    try:
        return exported(path)
    except InputError as error:
        if asked:
            raise
        tell(f'{error}; served by torch')
        return path


def without_torch(path: str) -> str:
    """The export beside a checkpoint, even if that is another one, or the
    checkpoint, of which is said what it needs."""
    from custom.export.beside import other_time_notice, path_beside
    export = path_beside(path)
    if not (osp.isfile(path) and osp.isfile(export)):
        return path
    tell(other_time_notice(path))
    return export


def tell(text: str) -> None:
    """Tells who started the service; stdout is the access log's."""
    print(text, file=sys.stderr, flush=True)


@functools.cache
def find_gpu() -> Optional[str]:
    """Device of a GPU that torch finds; asked only where there may be one,
    because it takes seconds to load."""
    drivers = ('nvidiactl', 'kfd', 'dxg')  # NVIDIA, AMD, Windows' Linux
    if sys.platform == 'linux' and not any(
            osp.exists(f'/dev/{name}') for name in drivers):
        return None
    code = 'from mmengine.device import get_device; print(get_device())'
    done = with_torch('-c', code)
    if done.returncode:
        return None
    device = done.stdout.split()[-1]  # behind what libraries print
    return None if device == 'cpu' else device


def exported(checkpoint: str) -> str:
    """Path of the ONNX export beside a checkpoint; written by
    tools/export.py when it is not there, or of another.

    Raises:
        InputError: It can't be written.
    """
    from custom.export.beside import is_exported, path_beside
    from custom.utils.errors import InputError
    if not is_exported(checkpoint):
        tell(f'{checkpoint}: is exported to ONNX, once')
        tool = osp.join(osp.dirname(__file__), 'export.py')
        done = with_torch(tool, checkpoint, '--to', 'onnx')
        if done.returncode:
            raise InputError(
                done.stderr.rpartition('error: ')[2].strip()
                or f'{checkpoint}: its export ended with {done.returncode}')
    return path_beside(checkpoint)


def with_torch(*words: str) -> subprocess.CompletedProcess:
    """Runs Python in a process that loads torch, which this one does not."""
    return subprocess.run([sys.executable, *words],
                          env={
                              **os.environ, 'USE_TORCH': '1'
                          },
                          capture_output=True,
                          text=True)


def find_model(args: argparse.Namespace) -> 'ModelFile':
    """The model to serve, in the version that its file has now.

    Raises:
        InputError: As :func:`fastest`, or it can't be read.
    """
    from custom.inference.load_predictor import needs_torch
    from custom.server.model_worker import ModelFile, file_version
    path = fastest(args)
    device = args.device or (find_gpu() if needs_torch(path) else None)
    return ModelFile(path, file_version(path), device, args.precision,
                     args.backend)


def find_training(args: argparse.Namespace) -> Optional['TrainingProcess']:
    """Training command of Label Studio's button; None for nothing.

    Raises:
        InputError: The checkpoint is none of ``tools/label_studio.py train``.
    """
    from custom.server.training_process import TrainingProcess
    if not args.label_studio_train:
        return None
    return TrainingProcess(
        chosen_checkpoint(args.checkpoint, tell),
        osp.join(osp.dirname(__file__), 'label_studio.py'))


def listen(host: str, port: int) -> socket.socket:
    from custom.utils.errors import InputError
    family = socket.AF_INET6 if ':' in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except (OSError, OverflowError) as error:
        raise InputError(f'--host {host} --port {port}: {error}; choose '
                         'another') from None


def handle_signals(server: 'Server', service: 'TagService') -> None:
    """SIGTERM drains and ends; SIGHUP replaces the model, or ends what is left
    by a terminal that is closed."""
    # When it has drained, uvicorn sends itself the signal again.
    signal.signal(signal.SIGTERM, lambda *_: None)
    in_terminal = os.isatty(0)

    def hang_up(*_: object) -> None:
        if in_terminal and not os.isatty(0):
            server.should_exit = True
        else:
            service.replace_model()

    if hasattr(signal, 'SIGHUP'):  # Windows has none
        signal.signal(signal.SIGHUP, hang_up)


def serve(args: argparse.Namespace) -> None:
    import uvicorn

    from custom.inference.load_predictor import needs_torch
    from custom.server.access_log import log_to_stdout
    from custom.server.app import create_app
    from custom.server.http_limits import LimitedHttp
    from custom.server.ml_backend import open_label_studio
    from custom.server.service import TagService
    from custom.server.settings import read_settings
    from custom.utils.errors import InputError
    from custom.utils.setup_env import reset_malloc
    settings = read_settings(args)
    labels_for = open_label_studio(
        args.label_studio,
        args.label_studio_files,
        training=find_training(args))
    model = find_model(args)
    service = TagService(model, settings)
    server = uvicorn.Server(
        uvicorn.Config(
            create_app(service, labels_for),
            http=LimitedHttp,
            access_log=False,  # ours is
            server_header=False,
            timeout_graceful_shutdown=DRAIN_S))

    def end() -> None:
        server.should_exit = True

    def find_again() -> 'ModelFile':
        found = find_model(args)
        if needs_torch(found.path) and not needs_torch(model.path):
            raise InputError(f'{found.path}: no worker has loaded torch; '
                             'start the service anew')
        return found

    if needs_torch(model.path):
        os.environ['USE_TORCH'] = '1'  # the workers
    log_to_stdout()
    reset_malloc()  # bodies come and go; models are elsewhere
    service.on_failure = end
    service.find_model = find_again
    handle_signals(server, service)
    with listen(args.host, args.port) as line:
        host, port = line.getsockname()[:2]
        shown = f'[{host}]' if ':' in host else host
        tell(f'http://{shown}:{port}: loads {model.path}')
        server.run([line])
    if service.failure:
        raise InputError(str(service.failure))


if __name__ == '__main__':
    run(parse_args, serve)
