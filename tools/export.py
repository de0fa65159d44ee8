"""Write a checkpoint's detector as one file, which needs no torch."""
import argparse
import os.path as osp
from pathlib import Path

from _run import run

ENDINGS = dict(onnx='.onnx', opencv='.opencv.zip', huggingface='.huggingface')
MAX_LOSS = 1.0  # points of mAP


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('checkpoint', help='a .pth file trained here')
    parser.add_argument(
        '--to',
        choices=[*ENDINGS],
        default='onnx',
        help='onnx: an ONNX file for images of any size; opencv: a .zip of '
        "what OpenCV's DNN module loads, for images of one size; huggingface: "
        'a folder for the Hugging Face Hub, which is not uploaded; default: '
        'onnx')
    parser.add_argument(
        '--int8',
        action='store_true',
        help='quantize the ONNX file: smaller, and faster where the CPU has '
        'instructions for it; prints mAP before and after')
    parser.add_argument(
        '--calibrate',
        metavar='DIR',
        help='for --int8: data folder, data/NAME, of whose training pictures '
        'the ranges are taken; mAP is measured on its val split')
    parser.add_argument(
        '--max-loss',
        type=float,
        metavar='POINTS',
        help='for --int8: write nothing if it loses more points of mAP '
        f'(default: {MAX_LOSS})')
    parser.add_argument(
        '--out',
        metavar='FILE',
        help='default: beside the checkpoint, with the ending .onnx, '
        '.int8.onnx, .opencv.zip or .huggingface')
    args = parser.parse_args()
    require_fitting(parser, args)
    return args


def require_fitting(parser: argparse.ArgumentParser,
                    args: argparse.Namespace) -> None:
    """Checks that options go together; ends the tool where they don't."""
    if args.int8 and args.to != 'onnx':
        parser.error(f'--int8: of an ONNX file, not --to {args.to}')
    if args.int8 and not args.calibrate:
        parser.error('--int8: needs --calibrate data/NAME')
    for flag, given in (('--calibrate', args.calibrate), ('--max-loss',
                                                          args.max_loss)):
        if given is not None and not args.int8:
            parser.error(f'{flag}: only with --int8')


def export(args: argparse.Namespace) -> None:
    if args.to == 'huggingface':
        out = export_folder(args)
    else:
        out = export_int8(args) if args.int8 else export_float(args)
    files = [*Path(out).iterdir()] if osp.isdir(out) else [out]
    print(f'{sum(map(osp.getsize, files)) / 1e6:.1f} MB: {out}')


def export_float(args: argparse.Namespace) -> str:
    from custom.sample_data.probe import probe_images
    if args.to == 'opencv':
        from custom.export.to_opencv import export_opencv as write
    else:
        from custom.export.to_onnx import export_onnx as write
    out = args.out or osp.splitext(args.checkpoint)[0] + ENDINGS[args.to]
    agreement = write(args.checkpoint, out, probe_images())
    print(f'the same as torch on drawn pictures: {agreement}')
    return out


def export_folder(args: argparse.Namespace) -> str:
    from custom.export.to_huggingface import export_huggingface
    from custom.sample_data.probe import probe_images
    out = args.out or osp.splitext(args.checkpoint)[0] + ENDINGS[args.to]
    print(export_huggingface(args.checkpoint, out, probe_images()))
    return out


def export_int8(args: argparse.Namespace) -> str:
    from custom.export.to_int8 import export_int8, int8_beside
    from custom.sample_data.probe import probe_images
    out = args.out or int8_beside(args.checkpoint)
    export_int8(args.checkpoint, out, probe_images(), args.calibrate,
                MAX_LOSS if args.max_loss is None else args.max_loss,
                print_scores)
    return out


def print_scores(scores) -> None:
    from custom.utils.tables import print_table, results_table
    print_table(results_table(scores.rows(), [*scores.rows()[0]]))
    before, after = scores.before.overall, scores.after.overall
    print('val: ' + ', '.join(f'{name} {before[name]:.4f} in float32 and '
                              f'{after[name]:.4f} in int8'
                              for name in ('mAP', 'mAP_50')))


if __name__ == '__main__':
    run(parse_args, export)
