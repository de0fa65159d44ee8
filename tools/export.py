"""Write a checkpoint's detector as one ONNX file, which needs no torch."""
import argparse
import os.path as osp

from _run import run


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('checkpoint', help='a .pth file trained here')
    parser.add_argument(
        '--to', choices=['onnx'], required=True, help='format of the file')
    parser.add_argument(
        '--out',
        metavar='FILE',
        help='default: beside the checkpoint, with the ending .onnx')
    return parser.parse_args()


def export(args: argparse.Namespace) -> None:
    from custom.export.to_onnx import export_onnx
    from custom.sample_data.probe import probe_images
    out = args.out or f'{osp.splitext(args.checkpoint)[0]}.onnx'
    agreement = export_onnx(args.checkpoint, out, probe_images())
    print(f'the same as torch on drawn pictures: {agreement}')
    print(f'{osp.getsize(out) / 1e6:.1f} MB: {out}')


if __name__ == '__main__':
    run(parse_args, export)
