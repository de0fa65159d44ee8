"""Train a detector: losses, checkpoints, mAP and curves in one work dir."""
import argparse
import os
import os.path as osp
from typing import TYPE_CHECKING

from _flags import (above_zero, add_config_flags, add_device_flag,
                    config_flags, use_device)
from _run import run

if TYPE_CHECKING:
    from mmengine.config import Config


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('config', help='a config from configs/')
    parser.add_argument(
        '--data',
        help='folder with images/ and annotations/{train,val,test}.json; its '
        'classes replace those of the config')
    parser.add_argument(
        '--mix',
        metavar='FOLDER:SHARE',
        help='another data folder; so much of each epoch are images of it, '
        'e.g. data/drawings22:0.3')
    parser.add_argument(
        '--work-dir', help='default: work_dirs/<name of the config>')
    parser.add_argument(
        '--amp',
        action='store_true',
        help='mixed precision: bfloat16 where CPU or GPU has it, on another '
        'GPU float16; a CPU without it trains in float32')
    parser.add_argument(
        '--from',
        dest='load_from',
        metavar='CHECKPOINT',
        help='fine-tune: begin with its weights, classes matched by name, at '
        'a lower rate for fewer epochs')
    parser.add_argument(
        '--resume',
        nargs='?',
        const='auto',
        metavar='CHECKPOINT',
        help='go on from a checkpoint, by default the last in the work dir')
    parser.add_argument(
        '--overwrite',
        action='store_true',
        help='remove the run that the work dir holds; without it a new one '
        'goes to a folder beside it')
    parser.add_argument(
        '--auto-scale-lr',
        action='store_true',
        help='fit the learning rate to the batch even if the config does not')
    parser.add_argument(
        '--no-check',
        action='store_true',
        help='train without the check of the data, errors or not')
    parser.add_argument(
        '--time',
        type=above_zero,
        metavar='HOURS',
        help='train for as many epochs as fit into it')
    parser.add_argument(
        '--dry-run',
        action='store_true',
        help='take some steps, tell what the run will take, write nothing')
    parser.add_argument(
        '--cfg-options',
        nargs='+',
        default=[],
        metavar='KEY=VALUE',
        help='override keys of the config, e.g. train_dataloader.batch_size=4')
    add_config_flags(parser)
    add_device_flag(parser)
    parser.add_argument(
        '--launcher',
        choices=['none', 'pytorch', 'slurm', 'mpi'],
        default='none',
        help='job launcher, for several processes, on GPUs or CPUs')
    # torch.distributed.launch passes it; torchrun sets the variable.
    parser.add_argument('--local-rank', type=int, default=0)
    args = parser.parse_args()
    if args.resume and args.overwrite:
        parser.error('--overwrite removes what --resume goes on from')
    if args.overwrite and args.dry_run:
        parser.error('--dry-run writes nothing, and removes nothing')
    if args.epochs and args.time:
        parser.error('--epochs or --time: either tells how long')
    if args.lr and args.auto_scale_lr:
        parser.error('--lr X trains with X itself, --auto-scale-lr does not')
    if args.device and args.launcher != 'none':
        parser.error('--device is for one process, --launcher for several')
    if args.device:
        use_device(args.device)
    os.environ.setdefault('LOCAL_RANK', str(args.local_rank))
    return args


def prepare(args: argparse.Namespace) -> 'Config':
    """The config of the run; tells what it will do."""
    from custom.config.config import load_config, parse_options
    from custom.config.flags import flag_lines, given_keys, set_flags
    from custom.engine.budget import choose_batch
    from custom.engine.hooks.track_hook import require_trackers
    from custom.engine.setup import (require_device, setup_fine_tuning,
                                     setup_training)
    if args.device:
        require_device(args.device)
    cfg = load_config(args.config)
    flags = config_flags(args)
    options = parse_options(args.cfg_options)
    lines = flag_lines(flags, set_flags(cfg, flags, options))
    require_trackers(cfg)
    cfg.launcher = args.launcher
    cfg.work_dir = args.work_dir or cfg.get('work_dir') or osp.join(
        'work_dirs',
        osp.splitext(osp.basename(args.config))[0])
    lines += setup_training(
        cfg,
        data=args.data,
        mix=args.mix,
        amp=args.amp,
        resume=args.resume,
        load_from=args.load_from,
        auto_scale_lr=args.auto_scale_lr,
        check=not args.no_check,
        overwrite=args.overwrite)
    for line in lines:
        print(line)
    given = given_keys(flags, options)
    if args.batch == 'auto':
        print(choose_batch(cfg, given))
    if args.load_from:  # of few images the batch tells how many epochs
        print(setup_fine_tuning(cfg, given))
    return cfg


def train(args: argparse.Namespace) -> None:
    from mmengine.registry import RUNNERS
    from mmengine.utils import import_modules_from_strings

    from custom.engine.budget import fit_to_budget
    from custom.engine.distributed import broadcast_from_first, process_group
    from custom.engine.run_folder import remove_run
    with process_group(args.launcher):
        cfg = broadcast_from_first(lambda: prepare(args))
        # By the first of several processes that has been done.
        import_modules_from_strings(**cfg.get('custom_imports', {}))
        for line in fit_to_budget(cfg, args.time, args.dry_run):
            print(line)
        if args.overwrite:  # now that nothing is left that could be wrong
            broadcast_from_first(lambda: remove_run(cfg.work_dir))
        if not args.dry_run:
            RUNNERS.build(cfg).train()


if __name__ == '__main__':
    run(parse_args, train)
