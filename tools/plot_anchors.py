"""Shows how well a config's anchors fit the boxes of a data set.

    python tools/plot_anchors.py CONFIG --data data/NAME

A box without an anchor above an IoU of 0.5 is hardly learned: other scales,
ratios or another size of the image help, and nothing has been trained yet.
"""
import argparse
import os.path as osp

from _run import run


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description="Show how well a config's anchors fit the boxes of a data "
        'set, before anything is trained')
    parser.add_argument('config', help='a config from configs/')
    parser.add_argument(
        '--data',
        help='folder with images/ and annotations/{train,val,test}.json; its '
        'classes replace those of the config')
    parser.add_argument(
        '--out',
        metavar='PNG',
        help='the picture; default: work_dirs/anchors/<name of the config>'
        '.png')
    parser.add_argument(
        '--cfg-options',
        nargs='+',
        default=[],
        metavar='KEY=VALUE',
        help='override keys of the config, e.g. '
        'model.rpn_head.anchor_generator.scales=[4,8]')
    args = parser.parse_args()
    name = osp.splitext(osp.basename(args.config))[0]
    args.out = args.out or osp.join('work_dirs', 'anchors', f'{name}.png')
    return args


def plot_anchors(args: argparse.Namespace) -> None:
    from custom.config.config import (load_config, parse_options, use_classes,
                                      use_data)
    from custom.datasets.annotations.layout import class_names
    from custom.utils.atomic_write import write_bytes
    from custom.utils.progress import track
    from custom.visualization.anchor_plot import draw_anchors
    from custom.visualization.anchor_stats import anchor_levels, fit_anchors

    cfg = load_config(args.config, parse_options(args.cfg_options))
    if args.data is not None:
        use_data(cfg, args.data)
        use_classes(cfg, class_names(args.data))
    fit = fit_anchors(cfg, track)
    print_recalls(fit)
    title = osp.splitext(osp.basename(args.config))[0]
    write_bytes(args.out, draw_anchors(fit, anchor_levels(cfg), title))
    print(f'picture: {args.out}')


def print_recalls(fit) -> None:
    from custom.utils.tables import print_table, results_table
    from custom.visualization.anchor_stats import (THRESHOLDS, recall_by_class,
                                                   recall_by_size,
                                                   recall_of_all)
    for title, recalls in (('by class, the worst first', recall_by_class(fit)),
                           ('by root of the area', recall_by_size(fit))):
        rows = [
            dict(
                [('boxes', recall.name), ('number', recall.boxes)], **{
                    f'IoU {threshold}': part
                    for threshold, part in zip(THRESHOLDS, recall.recalls)
                }) for recall in (*recalls, recall_of_all(fit))
        ]
        print_table(results_table(rows, [*rows[0]], title=title))


if __name__ == '__main__':
    run(parse_args, plot_anchors)
