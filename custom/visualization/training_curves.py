"""Training curves: loss, mAP and learning rate as one PNG."""
import glob
import json
import os.path as osp
from typing import Any, Dict, List, NamedTuple, Optional, Sequence, Union

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from custom.utils.atomic_write import write_bytes
from custom.utils.errors import InputError
from custom.visualization.png import png_bytes

Record = Dict[str, float]

# End of the metric's key, its name for people, its color.
_METRICS = (('mAP', 'mAP', 'C0'), ('mAP_50', 'mAP50', 'C1'))


class Scalars(NamedTuple):
    """Scalars that a training logged, in order, each step once.

    ``train`` records hold ``iter`` (iterations done), ``loss``, ``loss_*``,
    ``lr``, of some heads ``acc`` (accuracy of RoIs, percent), and, when
    training by epoch, ``epoch`` (from 1). ``val`` records hold the metrics,
    ``val/loss``, ``val/loss_*`` and ``val/acc`` where :class:`ValLossHook`
    computed them, ``step`` (epochs or iterations done) and ``iter``, the last
    training record before them.
    """
    train: List[Record]
    val: List[Record]


def find_scalars(work_dir: str) -> List[str]:
    """The ``scalars.json`` of each run in a work dir, oldest first."""
    pattern = osp.join(glob.escape(work_dir), '*', 'vis_data', 'scalars.json')
    return sorted(glob.glob(pattern))


def read_scalars(files: Sequence[str]) -> Scalars:
    """Reads the scalars of MMEngine's LocalVisBackend, resumed runs merged.

    Args:
        files: Files of JSON lines, oldest run first. A run that was resumed,
            or started anew, replaces what the earlier ones logged from its
            first iteration on.

    Raises:
        InputError: A file can't be read or a line in it isn't a record. A
            last line that was cut off by a kill is passed over.
    """
    train: List[Record] = []
    val: List[Record] = []
    for file in files:
        records = _read_records(file)
        first = next((r['iter'] for r in records if 'iter' in r), None)
        if first is not None:
            train = [r for r in train if r['iter'] < first]
            val = [r for r in val if r['iter'] < first]
        for record in records:
            if 'iter' in record:
                train.append(record)
            else:
                done = train[-1]['iter'] if train else 0
                # Losses and metrics of a validation are logged apart.
                same = [r for r in val if r['step'] == record['step']]
                val = [r for r in val if r['step'] != record['step']]
                val.append({
                    k: v
                    for r in (*same, record)
                    for k, v in r.items()
                } | {'iter': done})
    return Scalars(train, val)


def epoch_length(train: Sequence[Record]) -> Optional[float]:
    """Iterations per epoch, or None when the records don't tell.

    MMEngine logs at the same places in each epoch, so the first records of
    two epochs are whole epochs apart: iterations 5 of epoch 1 and 31 of
    epoch 3 make 13.
    """
    first: Dict[float, float] = {}
    for record in train:
        if 'epoch' in record:
            first.setdefault(record['epoch'], record['iter'])
    if len(first) < 2:
        return None
    start, end = min(first), max(first)
    return (first[end] - first[start]) / (end - start)


def val_positions(scalars: Scalars, length: Optional[float]) -> np.ndarray:
    """Positions of the validations on the x axis.

    Args:
        scalars: The merged log.
        length: Iterations per epoch; None for an axis in iterations.

    Returns:
        float (len(scalars.val), ), in epochs, or in iterations without
        ``length``.
    """
    epochs = {r['iter']: r.get('epoch') for r in scalars.train}
    positions = []
    for record in scalars.val:
        # MMEngine writes the epoch as the step when it trains by epoch.
        by_epoch = epochs.get(record['iter']) == record['step']
        if by_epoch:
            positions.append(record['step' if length else 'iter'])
        else:
            positions.append(record['step'] / (length or 1))
    return np.array(positions, float)


def plot_curves(scalars_files: Union[str, Sequence[str]],
                out_png: str) -> None:
    """Plots loss, mAP and learning rate curves: a PNG of 1200 x 900 pixels.

    Losses of the validation set are dashed, in the color of the training's.
    The accuracy of RoIs is drawn where it was logged.

    Args:
        scalars_files: One ``scalars.json`` or several, see
            :func:`read_scalars`.
        out_png: The image, replaced when it is whole.

    Raises:
        InputError: There is nothing to draw, or a file can't be read.
    """
    files = [scalars_files] if isinstance(scalars_files, str) else \
        list(scalars_files)
    scalars = read_scalars(files)
    if not scalars.train and not scalars.val:
        raise InputError(
            f'{", ".join(files) or "no scalars.json"}: nothing was logged '
            'yet, so there are no curves to draw; train for at least one '
            'log interval')
    figure = Figure(figsize=(12, 9), dpi=100, layout='constrained')
    figure.get_layout_engine().set(w_pad=0.12, h_pad=0.12)
    length = epoch_length(scalars.train)
    below = [_plot_map, _plot_accuracy, _plot_lr]
    if not _logged_keys(scalars, 'acc'):
        below.remove(_plot_accuracy)
    grid = figure.add_gridspec(2, len(below), height_ratios=(3, 2))
    axes = figure.add_subplot(grid[0, :])
    _plot_losses(axes, scalars, length)
    for i, plot in enumerate(below):
        plot(figure.add_subplot(grid[1, i], sharex=axes), scalars, length)
    axes.set_xlim(left=0)

    write_bytes(out_png, png_bytes(figure))


def smooth(values: np.ndarray, window: int) -> np.ndarray:
    """Smooths by a centered moving mean; what isn't finite stays a gap.

    Args:
        values: float (N, ), N at least 1.
        window: Odd number of values; fewer count at both ends.
    """
    finite = np.isfinite(values)
    ones = np.ones(window)
    half = window // 2
    total = np.convolve(np.where(finite, values, 0), ones)
    count = np.convolve(finite.astype(float), ones)
    mean = np.full(len(values), np.nan)
    inner = slice(half, half + len(values))
    np.divide(total[inner], count[inner], out=mean, where=finite)
    return mean


def _read_records(file: str) -> List[Record]:
    try:
        with open(file, encoding='utf-8') as f:
            lines = f.read().splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f'{file}: cannot be read as a log of scalars '
                         f'({error}); give a vis_data/scalars.json') from None
    records = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
            record['step']
        except (ValueError, TypeError, KeyError, IndexError):
            if number == len(lines):
                break
            raise InputError(
                f'{file}, line {number}: not a record with "step"; give a '
                'vis_data/scalars.json as training writes it') from None
        records.append(record)
    return records


def _plot_losses(axes: Axes, scalars: Scalars,
                 length: Optional[float]) -> None:
    _style(axes, 'loss', length)
    parts = _logged_keys(scalars, 'loss_')
    for i, key in enumerate(['loss', *parts]):
        whole = key == 'loss'
        _plot_both(
            axes,
            scalars,
            length,
            key,
            label='total' if whole else key[len('loss_'):],
            color='#222222' if whole else f'C{i - 1}',
            linewidth=2.4 if whole else 1.3)
    highest = [
        np.percentile(total[np.isfinite(total)], 97)
        for total in (_column(scalars.train, 'loss'),
                      _column(scalars.val, 'val/loss'))
        if np.isfinite(total).any()
    ]
    if highest:
        # A spike at the start would press the rest flat against the axis.
        axes.set_ylim(0, 1.4 * max(highest) or 1)
    _name_validation(axes, scalars)
    _legend(axes)


def _plot_accuracy(axes: Axes, scalars: Scalars,
                   length: Optional[float]) -> None:
    _style(axes, 'accuracy of RoIs, %', length)
    axes.set_ylim(0, 101)
    # That of a single step jumps, and MMEngine smooths losses alone.
    _plot_both(
        axes, scalars, length, 'acc', window=9, label='training', color='C0')
    _name_validation(axes, scalars)
    _legend(axes)


def _plot_both(axes: Axes,
               scalars: Scalars,
               length: Optional[float],
               key: str,
               label: str,
               window: int = 1,
               **style: Any) -> None:
    """A value of the training, and of the validation where it is known."""
    x, y = _train_x(scalars.train, length), _column(scalars.train, key)
    window = max(window, len(y) // 25) | 1
    if np.isfinite(y).any():
        if window > 1:
            axes.plot(x, y, color=style['color'], alpha=0.25, linewidth=0.8)
        axes.plot(
            x, smooth(y, window), label=label, marker=_marker(y), **style)
    y = _column(scalars.val, f'val/{key}')
    known = np.isfinite(y)
    if known.any():
        x = val_positions(scalars, length)
        axes.plot(
            x[known],
            y[known],
            linestyle='--',
            marker='o',
            markersize=4,
            **style)


def _name_validation(axes: Axes, scalars: Scalars) -> None:
    """An entry of the legend for the dashed lines, if there are any."""
    if any(key.startswith('val/') for record in scalars.val for key in record):
        axes.plot([], [],
                  color='0.4',
                  linestyle='--',
                  marker='o',
                  markersize=4,
                  label='validation')


def _logged_keys(scalars: Scalars, prefix: str) -> List[str]:
    """Logged keys of training or validation, without ``val/``."""
    keys = {key for record in scalars.train for key in record}
    keys |= {
        key[len('val/'):]
        for record in scalars.val
        for key in record if key.startswith('val/')
    }
    return sorted(key for key in keys if key.startswith(prefix))


def _plot_lr(axes: Axes, scalars: Scalars, length: Optional[float]) -> None:
    _style(axes, 'learning rate', length)
    lr = _column(scalars.train, 'lr')
    axes.plot(
        _train_x(scalars.train, length), lr, color='C0', marker=_marker(lr))
    axes.ticklabel_format(axis='y', style='sci', scilimits=(-2, 2))
    axes.set_ylim(bottom=0)


def _plot_map(axes: Axes, scalars: Scalars, length: Optional[float]) -> None:
    _style(axes, 'AP on the validation set', length)
    axes.set_ylim(0, 1)
    x = val_positions(scalars, length)
    unit = _unit(length)
    for suffix, label, color in _METRICS:
        y = _metric(scalars.val, suffix)
        known = np.isfinite(y)
        if not known.any():
            continue
        best = int(np.nanargmax(y))
        axes.plot(x[known], y[known], color=color, marker='o', markersize=4)
        axes.plot(
            x[best],
            y[best],
            color=color,
            marker='*',
            markersize=14,
            linestyle='none',
            label=f'{label}, best {y[best]:.3f} at {unit} {x[best]:g}')
    if axes.lines:
        # Side by side they would be wider than a panel of three.
        _legend(axes, columns=1)
    else:
        axes.text(
            0.5,
            0.5,
            'not validated yet',
            color='0.4',
            ha='center',
            transform=axes.transAxes)


def _style(axes: Axes, label: str, length: Optional[float]) -> None:
    axes.set_ylabel(label)
    axes.set_xlabel(_unit(length))
    axes.grid(color='0.9', linewidth=0.8)
    axes.set_axisbelow(True)
    axes.spines[['top', 'right']].set_visible(False)


def _unit(length: Optional[float]) -> str:
    return 'iteration' if length is None else 'epoch'


def _legend(axes: Axes, columns: int = 7) -> None:
    """Legend above the panel, where it covers no line."""
    handles, _ = axes.get_legend_handles_labels()
    if handles:
        axes.legend(
            loc='lower left',
            bbox_to_anchor=(0, 1),
            ncols=min(len(handles), columns),
            frameon=False,
            borderaxespad=0)


def _marker(y: np.ndarray) -> str:
    """Point marker where a line would be invisible."""
    return 'o' if np.isfinite(y).sum() == 1 else ''


def _train_x(train: Sequence[Record], length: Optional[float]) -> np.ndarray:
    return _column(train, 'iter') / (length or 1)


def _metric(val: Sequence[Record], suffix: str) -> np.ndarray:
    keys = sorted({k for r in val for k in r if k.endswith(suffix)})
    y = _column(val, keys[0]) if keys else np.full(len(val), np.nan)
    # COCO gives -1 where there is no box to find.
    return np.where(y < 0, np.nan, y)


def _column(records: Sequence[Record], key: str) -> np.ndarray:
    return np.array([r.get(key, np.nan) for r in records], float)
