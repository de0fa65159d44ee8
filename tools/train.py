"""Train a detector: losses, checkpoints, mAP and curves in one work dir."""
import argparse
import os
import os.path as osp

from _run import run


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('config', help='a config from configs/')
    parser.add_argument(
        '--data',
        help='folder with images/ and annotations/{train,val,test}.json; its '
        'classes replace those of the config')
    parser.add_argument(
        '--work-dir', help='default: work_dirs/<name of the config>')
    parser.add_argument(
        '--amp',
        action='store_true',
        help='mixed precision: bfloat16 where CPU or GPU has it, else float16')
    begin = parser.add_mutually_exclusive_group()
    begin.add_argument(
        '--from',
        dest='load_from',
        metavar='CHECKPOINT',
        help='fine-tune: begin with its weights, classes matched by name, at '
        'a lower rate for fewer epochs')
    begin.add_argument(
        '--resume',
        nargs='?',
        const='auto',
        metavar='CHECKPOINT',
        help='go on from a checkpoint, by default the last in the work dir')
    parser.add_argument(
        '--auto-scale-lr',
        action='store_true',
        help='fit the learning rate to the batch even if the config does not')
    parser.add_argument(
        '--no-check',
        action='store_true',
        help='train without the check of the data, errors or not')
    parser.add_argument(
        '--cfg-options',
        nargs='+',
        default=[],
        metavar='KEY=VALUE',
        help='override keys of the config, e.g. train_dataloader.batch_size=4')
    parser.add_argument(
        '--launcher',
        choices=['none', 'pytorch', 'slurm', 'mpi'],
        default='none',
        help='job launcher, for several GPUs')
    # torch.distributed.launch passes it; torchrun sets the variable.
    parser.add_argument('--local-rank', type=int, default=0)
    args = parser.parse_args()
    os.environ.setdefault('LOCAL_RANK', str(args.local_rank))
    return args


def train(args: argparse.Namespace) -> None:
    from mmengine.registry import RUNNERS

    from custom.config.config import load_config, parse_options
    from custom.engine.setup import setup_training
    options = parse_options(args.cfg_options)
    cfg = load_config(args.config, options)
    cfg.launcher = args.launcher
    cfg.work_dir = args.work_dir or cfg.get('work_dir') or osp.join(
        'work_dirs',
        osp.splitext(osp.basename(args.config))[0])
    for line in setup_training(
            cfg,
            data=args.data,
            amp=args.amp,
            resume=args.resume,
            load_from=args.load_from,
            given=options,
            auto_scale_lr=args.auto_scale_lr,
            check=not args.no_check):
        if os.environ.get('RANK', '0') == '0':  # one of several processes
            print(line)
    RUNNERS.build(cfg).train()


if __name__ == '__main__':
    run(parse_args, train)
