"""Write a checkpoint's detector as one file, which needs no torch."""
import argparse
import os.path as osp

from _run import run

ENDINGS = dict(onnx='.onnx', opencv='.opencv.zip')


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('checkpoint', help='a .pth file trained here')
    parser.add_argument(
        '--to',
        choices=[*ENDINGS],
        required=True,
        help='onnx: an ONNX file for images of any size; opencv: a .zip of '
        "what OpenCV's DNN module loads, for images of one size")
    parser.add_argument(
        '--out',
        metavar='FILE',
        help='default: beside the checkpoint, with the ending .onnx or '
        '.opencv.zip')
    return parser.parse_args()


def export(args: argparse.Namespace) -> None:
    from custom.sample_data.probe import probe_images
    if args.to == 'opencv':
        from custom.export.to_opencv import export_opencv as write
    else:
        from custom.export.to_onnx import export_onnx as write
    out = args.out or osp.splitext(args.checkpoint)[0] + ENDINGS[args.to]
    agreement = write(args.checkpoint, out, probe_images())
    print(f'the same as torch on drawn pictures: {agreement}')
    print(f'{osp.getsize(out) / 1e6:.1f} MB: {out}')


if __name__ == '__main__':
    run(parse_args, export)
