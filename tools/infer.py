"""Find objects in images, folders and videos: drawn images and one JSON."""
import argparse
from pathlib import Path
from typing import List, Optional, Tuple

from _flags import (add_backend_flag, add_inference_flags, add_test_time_flags,
                    chosen_checkpoint, score, spare_torch_for)
from _run import run

OUT_DIR = 'work_dirs/predictions'


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__,
        usage='infer.py [CHECKPOINT] INPUT [INPUT ...] [options]')
    parser.add_argument(
        'inputs',
        nargs='+',
        metavar='INPUT',
        help='images, videos, folders or glob patterns; before them a .pth '
        'file trained here, or an .onnx or .zip file exported from one '
        '(default: the detector that comes with the project)')
    parser.add_argument(
        '--out-dir',
        help='for the drawn pictures and predictions.json (default: '
        f'{OUT_DIR}, or {OUT_DIR}-2, … where that holds some)')
    parser.add_argument(
        '--score-thr',
        type=score,
        help='leave out what scores less (default: the threshold that the '
        'checkpoint has for the class, or 0.5)')
    parser.add_argument(
        '--lang',
        choices=['en', 'ko'],
        default='en',
        help='language of the drawn names (default: %(default)s)')
    parser.add_argument(
        '--classes',
        nargs='+',
        metavar='NAME',
        help='find these alone (default: all)')
    add_inference_flags(parser)
    add_backend_flag(parser, opencv=True)
    add_test_time_flags(parser)
    args = parser.parse_intermixed_args()
    spare_torch_for(args.inputs[0])
    return args


def checkpoint_and_media(inputs: List[str]) -> Tuple[Optional[str], List[str]]:
    """The detector that the first word is, if it is one, and the others."""
    from custom.inference.load_predictor import is_detector
    from custom.utils.errors import InputError
    if not is_detector(inputs[0]):
        return None, inputs
    checkpoint, *media = inputs
    if not media:
        raise InputError(f'{checkpoint}: is a detector; give the images, '
                         'videos or folders after it')
    return checkpoint, media


def holds_files(folder: str) -> bool:
    return Path(folder).is_dir() and any(Path(folder).iterdir())


def infer(args: argparse.Namespace) -> None:
    from custom.inference.load_predictor import load_predictor
    from custom.inference.predict_files import predict_files
    from custom.utils.media import count_images, count_skipped, find_media
    from custom.utils.paths import free_folder
    from custom.utils.progress import track
    from custom.visualization.fonts import font_notice
    checkpoint, inputs = checkpoint_and_media(args.inputs)
    paths = find_media(inputs)
    for folder in filter(Path.is_dir, map(Path, inputs)):
        counts = count_skipped(folder)
        if counts:
            kinds = ', '.join(f'{n} {kind}' for kind, n in counts.items())
            print(f'note: passed over in {folder}: {kinds}')
    predictor = load_predictor(
        chosen_checkpoint(checkpoint),
        args.device,
        args.precision,
        tta=args.tta,
        slice_size=args.slice,
        backend=args.backend)
    print(f'runs by {predictor.runtime}')
    notice = font_notice(args.lang)
    if notice:
        print(notice)
    out_dir = args.out_dir or free_folder(OUT_DIR, holds_files)
    steps = predict_files(predictor, paths, out_dir, args.score_thr, args.lang,
                          args.classes)
    boxes = sum(track(steps, 'infer', total=count_images(paths)))
    print(f'{boxes} objects in {len(paths)} files; pictures and '
          f'predictions.json: {out_dir}')


if __name__ == '__main__':
    run(parse_args, infer)
