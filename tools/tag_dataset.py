"""Tag a data set: a folder, list or store of images into Parquet."""
import argparse
import contextlib
import functools
from typing import TYPE_CHECKING

from _flags import (add_inference_flags, add_test_time_flags, at_least,
                    chosen_checkpoint, score, spare_torch_for)
from _ray import add_ray_flags, ray_options, refuse_ray_flags
from _run import run

if TYPE_CHECKING:
    from custom.inference.tagging.image_tagger import TagSettings
    from custom.inference.tagging.part_files import PartFolder
    from custom.inference.tagging.sources import ImageSource
    from custom.inference.tagging.tag_images import Engine


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        'src',
        metavar='SRC',
        help='a folder (what is in it at any depth), a glob pattern, a list '
        '(.csv, .jsonl, .parquet), or s3://bucket/prefix')
    parser.add_argument(
        '--checkpoint',
        metavar='FILE',
        help='a .pth file trained here, or an .onnx file exported from one '
        '(default: the detector that comes with the project)')
    parser.add_argument(
        '--out',
        required=True,
        help='folder for part-00000.parquet and so on, one row per picture; '
        'the same command again writes the parts that are missing')
    parser.add_argument(
        '--column',
        default='path',
        help='of a list: which one holds the paths, from the folder of the '
        'list on, or in Parquet the bytes of pictures (default: %(default)s)')
    parser.add_argument(
        '--part-size',
        type=at_least(1),
        default=1000,
        metavar='N',
        help='pictures in a part (default: %(default)s)')
    parser.add_argument(
        '--processes',
        type=at_least(1),
        metavar='N',
        help='each has a detector, and its share of the cores (default: one '
        'per core, on a GPU at most 4; of Ray, what the cluster has room for)')
    parser.add_argument(
        '--score-thr',
        type=score,
        help='leave out what scores less (default: the threshold that the '
        'checkpoint has for the class, or 0.5)')
    add_inference_flags(parser)
    add_test_time_flags(parser)
    add_ray_flags(parser, 'processes of this machine', 'actor', 'actors')
    args = parser.parse_args()
    refuse_ray_flags(parser, args)
    spare_torch_for(args.checkpoint)
    return args


def chosen_engine(args: argparse.Namespace) -> 'Engine':
    """Engine that computes the records of images."""
    if args.engine == 'ray':
        from custom.inference.tagging.ray_engine import tag_on_ray
        return functools.partial(tag_on_ray, options=ray_options(args))
    from custom.inference.tagging.tag_images import tag_in_processes
    return functools.partial(tag_in_processes, processes=args.processes)


def tag_and_tell(source: 'ImageSource', settings: 'TagSettings',
                 folder: 'PartFolder', engine: 'Engine') -> int:
    """Tags what is missing; the number of images that have an error."""
    from custom.inference.tagging.tag_images import tag_missing
    from custom.utils.progress import track_rate
    missing = folder.missing()
    if len(missing) < len(folder):
        print(f'{len(folder) - len(missing)} of {len(folder)} parts are there '
              'already')
    records = tag_missing(source, settings, folder, missing, engine)
    count = sum(map(len, missing.values()))
    try:
        with contextlib.closing(track_rate(records, 'tag', count,
                                           'pictures')) as tracked:
            return sum(record['error'] is not None for record in tracked)
    except KeyboardInterrupt:
        raise KeyboardInterrupt('interrupted; the same command goes on with '
                                'the parts that are missing') from None


def tag_dataset(args: argparse.Namespace) -> None:
    from custom.inference.tagging.image_tagger import TagSettings
    from custom.inference.tagging.part_files import PartFolder
    from custom.inference.tagging.sources import open_source
    from custom.inference.tagging.tag_images import run_settings
    from custom.utils.file_digest import file_sha256
    checkpoint = chosen_checkpoint(args.checkpoint)
    settings = TagSettings(checkpoint, file_sha256(checkpoint), args.device,
                           args.precision, args.tta, args.slice,
                           args.score_thr)
    source = open_source(args.src, args.column)
    folder = PartFolder(args.out, run_settings(source, settings), len(source),
                        args.part_size)
    with folder.locked():
        failed = tag_and_tell(source, settings, folder, chosen_engine(args))
    print(f'{len(source)} pictures in {len(folder)} parts: {args.out}')
    if failed:
        print(f'{failed} of those tagged now have an error and no objects, '
              'see the column error')


if __name__ == '__main__':
    run(parse_args, tag_dataset)
