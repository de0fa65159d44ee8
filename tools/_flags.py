"""Flags that tools share: what they set is in custom/config/flags.py."""
import argparse
import math
import os
from typing import Any, Callable, Dict, List, Optional, Union

from _run import spare_torch

TRACKERS = ('tensorboard', 'mlflow', 'wandb')
# Of NumPy, which training seeds; trials and folds add their number to it.
MOST_SEED = 2**32 - 2**16


def add_config_flags(parser: argparse.ArgumentParser) -> None:
    """Adds the group of flags for what would be several ``--cfg-options``."""
    group = parser.add_argument_group(
        'flags', 'each sets the keys of the config that it stands for; '
        '--cfg-options wins over them')
    add = group.add_argument
    add('--epochs',
        type=at_least(1),
        metavar='N',
        help='train so many; the schedule keeps its shape')
    add('--batch',
        type=_batch,
        metavar='N',
        help='images a step; auto: the most that fit into the memory')
    add('--imgsz',
        type=at_least(32),
        metavar='N',
        help='long side of the images, in pixels')
    add('--lr',
        type=above_zero,
        metavar='X',
        help='learning rate, exactly: it does not follow the batch')
    add('--freeze',
        type=at_least(-1),
        metavar='N',
        help='stages of the backbone, after the stem, that are not trained; '
        '-1: all are')
    add('--seed',
        type=at_least(0, MOST_SEED),
        metavar='N',
        help='of all that is random')
    add('--workers',
        type=at_least(0),
        metavar='N',
        help='processes that load images, for each loader')
    add('--patience',
        type=at_least(1),
        metavar='N',
        help='stop after so many epochs in which the best got no better')
    add('--ema',
        action='store_true',
        help='validate and keep a running average of the weights')
    add('--copy-paste',
        action='store_true',
        help='paste objects of other pictures into half of them; for few '
        'drawings on plain paper')
    add('--save-every',
        type=above_zero,
        metavar='MINUTES',
        help='save within epochs, too')
    add('--track',
        choices=TRACKERS,
        help='send losses, metrics and the best checkpoint there')


def add_training_flags(parser: argparse.ArgumentParser) -> None:
    """Adds the flags of a tool that starts trainings, for
    :func:`training_words`."""
    parser.add_argument(
        '--amp', action='store_true', help='mixed precision, as train.py')
    parser.add_argument(
        '--from',
        dest='load_from',
        metavar='CHECKPOINT',
        help='fine-tune it, as train.py')
    parser.add_argument(
        '--cfg-options',
        nargs='+',
        default=[],
        metavar='KEY=VALUE',
        help='override keys of the config')
    add_config_flags(parser)
    add_device_flag(parser)


def refuse_flags_of_one(parser: argparse.ArgumentParser,
                        args: argparse.Namespace, one: str) -> None:
    """Ends a tool of several trainings where a flag is for a single one.

    Args:
        one: What each of the trainings is, such as ``fold``.
    """
    if args.batch == 'auto':
        parser.error(f'--batch auto: each {one} would have its own; give a '
                     'number')
    if any(word.startswith('randomness.seed=') for word in args.cfg_options):
        parser.error('--cfg-options randomness.seed: all runs would have it; '
                     'give --seed')


def training_words(args: argparse.Namespace, *options: str) -> List[str]:
    """The words for tools/train.py that all trainings of a tool share.

    Args:
        args: With the flags of :func:`add_training_flags`; ``mix``, where
            the tool has it.
        options: More ``KEY=VALUE`` words.
    """
    flags = {
        **config_flags(args), 'amp': args.amp,
        'device': args.device,
        'from': args.load_from,
        'mix': getattr(args, 'mix', None)
    }
    words = flag_words({
        name: value
        for name, value in flags.items()
        if name != 'seed' and value is not None and value is not False
    })
    options = (*args.cfg_options, *options)
    return [*words, '--cfg-options', *options] if options else words


def add_inference_flags(parser: argparse.ArgumentParser) -> None:
    """Adds ``--device`` and ``--precision``."""
    parser.add_argument('--device', help='default: a GPU where there is one')
    parser.add_argument(
        '--precision',
        choices=['auto', 'fp32', 'bf16'],
        default='auto',
        help='auto: bfloat16 on a CPU that has it, else float32')


def add_test_time_flags(parser: argparse.ArgumentParser) -> None:
    """Adds ``--tta`` and ``--slice``, for
    ``custom.inference.load_predictor.load_predictor``."""
    parser.add_argument(
        '--tta',
        action='store_true',
        help='test-time augmentation: look at an image in two sizes, both '
        'flipped as well, and fuse the boxes; takes 4.5 times as long')
    parser.add_argument(
        '--slice',
        type=at_least(32),
        metavar='PIXELS',
        help='for small objects in large images: look at the whole and at '
        'tiles with sides of PIXELS that overlap by a quarter')


def add_backend_flag(parser: argparse.ArgumentParser,
                     opencv: bool = False) -> None:
    """Adds ``--backend``, likewise; OpenCV among them if the tool takes the
    files that it runs."""
    files = 'torch a .pth file, openvino or onnxruntime an .onnx file'
    parser.add_argument(
        '--backend',
        choices=['auto', 'torch', 'openvino', 'onnxruntime'] +
        ['opencv'] * opencv,
        default='auto',
        help=f'what runs the detector: {files}'
        f'{", opencv a .zip file" if opencv else ""}; auto: what the file is '
        'for, OpenVINO before ONNX Runtime where it is installed')


def config_flags(args: argparse.Namespace) -> Dict[str, Any]:
    """The flags that were given, for ``custom.config.flags.set_flags``."""
    names = ('epochs', 'batch', 'imgsz', 'lr', 'freeze', 'seed', 'workers',
             'patience', 'ema', 'copy_paste', 'save_every', 'track')
    values = {name: getattr(args, name) for name in names}
    return {
        name: value
        for name, value in values.items()
        if value is not None and value is not False and value != 'auto'
    }


def flag_words(flags: Dict[str, Any]) -> List[str]:
    """The command line that gives flags: ``--epochs 2 --ema``."""
    return [
        word for name, value in flags.items()
        for word in (f'--{name.replace("_", "-")}',
                     *(() if value is True else (str(value), )))
    ]


def chosen_checkpoint(given: Optional[str],
                      tell: Callable[[str], None] = print) -> str:
    """The checkpoint that a command line gives, or the one that comes with
    the project, of which it tells."""
    if given is not None:
        return given
    from custom.export.beside import is_exported, other_time_notice
    from custom.inference.default_checkpoint import default_checkpoint
    path = default_checkpoint()
    tell(f'{path}: the detector that comes with the project; for another '
         'give its .pth or .onnx file')
    checkpoint = os.path.splitext(path)[0] + '.pth'
    if path != checkpoint and os.path.isfile(
            checkpoint) and not is_exported(checkpoint):
        tell(other_time_notice(checkpoint))
    return path


def spare_torch_for(checkpoint: Optional[str]) -> None:
    """Has ``import custom`` come without torch where a command line gives a
    detector that needs none, which its name tells."""
    if checkpoint and checkpoint.lower().endswith(('.onnx', '.zip')):
        spare_torch()


def add_device_flag(parser: argparse.ArgumentParser) -> None:
    """Adds ``--device``, for :func:`use_device`."""
    parser.add_argument(
        '--device',
        metavar='cpu|cuda|cuda:N',
        type=_device,
        help='by default the GPU, where torch sees one')


def use_device(name: str) -> None:
    """Hides from torch, before it is imported, all GPUs but the one named.

    Args:
        name: ``cpu``, ``cuda`` for all that there are, or ``cuda:N``.
    """
    kind, _, number = name.partition(':')
    if kind == 'cpu':
        os.environ['CUDA_VISIBLE_DEVICES'] = ''
    elif number:
        visible = os.environ.get('CUDA_VISIBLE_DEVICES')
        known = visible.split(',') if visible else []
        place = int(number)
        os.environ['CUDA_VISIBLE_DEVICES'] = (
            known[place] if place < len(known) else number)


def _device(text: str) -> str:
    kind, _, number = text.partition(':')
    if text not in ('cpu',
                    'cuda') and not (kind == 'cuda' and number.isdecimal()):
        raise argparse.ArgumentTypeError(f'{text!r} is none of cpu, cuda and '
                                         'cuda:N')
    return text


def _batch(text: str) -> Union[int, str]:
    return text if text == 'auto' else at_least(1)(text)


def at_least(least: int, most: float = math.inf) -> Callable[[str], int]:

    def number(text: str) -> int:
        if int(text) < least:
            raise argparse.ArgumentTypeError(f'{text}: at least {least}')
        if int(text) > most:
            raise argparse.ArgumentTypeError(f'{text}: at most {most}')
        return int(text)

    return number


def score(text: str) -> float:
    if not 0 <= float(text) <= 1:
        raise argparse.ArgumentTypeError(f'{text}: 0 to 1')
    return float(text)


def above_zero(text: str) -> float:
    if not 0 < float(text) < float('inf'):
        raise argparse.ArgumentTypeError(f'{text}: more than 0')
    return float(text)
