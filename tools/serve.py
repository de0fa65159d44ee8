"""Serve a detector: POST a picture to /tag, get its tags."""
import argparse
import signal
import socket

from _flags import add_backend_flag, chosen_checkpoint
from _run import run

DRAIN_S = 30  # for what is under way, when the service is told to end


def parse_args() -> argparse.Namespace:
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
    return parser.parse_args()


def add_label_studio_flags(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group(
        'Label Studio', 'answers it as a machine-learning backend, under '
        '/label-studio; docs/labelling.md')
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


def fastest(args: argparse.Namespace) -> str:
    """The file to serve: on a CPU the ONNX one, where there can be one.

    Raises:
        InputError: A backend is asked for that needs one, and there can't be.
    """
    from custom.inference.load_predictor import is_onnx
    from custom.utils.errors import InputError
    path = chosen_checkpoint(args.checkpoint)
    by_torch = args.device or args.precision != 'auto'
    asked = args.backend != 'auto'
    if is_onnx(path) or args.backend == 'torch' or by_torch and not asked:
        return path
    try:
        from mmengine.device import get_device

        from custom.export.to_onnx import exported_beside
        from custom.sample_data.probe import probe_images
        if get_device() != 'cpu' and not asked:
            return path
        print(f'{path}: exported to ONNX, if that is not done', flush=True)
        return exported_beside(path, probe_images())
    except ModuleNotFoundError:  # no torch: what loads it says so
        return path
    except InputError as error:
        if asked:
            raise
        print(f'{error}; served by torch', flush=True)
        return path


def listen(host: str, port: int) -> socket.socket:
    from custom.utils.errors import InputError
    family = socket.AF_INET6 if ':' in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except (OSError, OverflowError) as error:
        raise InputError(f'--host {host} --port {port}: {error}; choose '
                         'another') from None


def serve(args: argparse.Namespace) -> None:
    import uvicorn

    from custom.server.app import create_app
    from custom.server.http_limits import LimitedHttp
    from custom.server.label_studio import open_label_studio
    from custom.server.model_worker import ModelFile
    from custom.server.service import TagService
    from custom.server.settings import read_settings
    from custom.utils.errors import InputError
    from custom.utils.setup_env import reset_malloc
    settings = read_settings(args)
    labels_for = open_label_studio(args.label_studio, args.label_studio_files)
    model = ModelFile(fastest(args), args.device, args.precision, args.backend)
    service = TagService(model, settings)
    server = uvicorn.Server(
        uvicorn.Config(
            create_app(service, labels_for),
            http=LimitedHttp,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=DRAIN_S))

    def end() -> None:
        server.should_exit = True

    reset_malloc()  # bodies come and go; models are elsewhere
    service.on_failure = end
    # When it has drained, uvicorn sends itself the signal again.
    signal.signal(signal.SIGTERM, lambda *_: None)
    with listen(args.host, args.port) as line:
        host, port = line.getsockname()[:2]
        print(f'http://{host}:{port}: loads {model.path}', flush=True)
        server.run([line])
    if service.failure:
        raise InputError(str(service.failure))


if __name__ == '__main__':
    run(parse_args, serve)
