"""Flags: words of the command line for what would be several keys of a config.

A flag sets the keys that ``--cfg-options`` would, and no others.
"""
import math
from typing import Any, Callable, Dict, List, Mapping, Tuple

from mmdet.registry import MODELS
from mmengine.config import Config

from custom.config.config import set_options, settings
from custom.config.input_size import resized_pipelines
from custom.config.schedule_length import rescaled_schedule
from custom.config.schema import keys_of_type
from custom.config.tree import dicts_with_paths, flatten, type_name
from custom.utils.errors import InputError

# Backends of custom.engine.trackers, by the package that each needs.
TRACKERS = dict(
    tensorboard='TensorboardTracker',
    mlflow='MLflowTracker',
    wandb='WandbTracker')

# The one key that a flag stands for; --cfg-options wins, and what follows from
# it then follows from that value.
_STANDS_FOR = dict(
    epochs='train_cfg.max_epochs',
    batch='train_dataloader.batch_size',
    lr='optim_wrapper.optimizer.lr',
    freeze='model.backbone.frozen_stages',
    seed='randomness.seed',
    save_every='default_hooks.checkpoint.save_every')


def set_flags(cfg: Config, flags: Mapping[str, Any],
              options: Mapping[str, Any]) -> Dict[str, Dict[str, Any]]:
    """Merges ``--cfg-options`` and then flags into a config.

    An option wins over a flag that sets the same key.

    Args:
        cfg: Changed in place.
        flags: Names, with ``_`` for ``-``, to values.
        options: Dotted keys to values.

    Returns:
        For each flag the keys whose value it has changed, to what it is now.

    Raises:
        InputError: The config has no place for a flag, or an option names no
            key.
    """
    named = {_STANDS_FOR.get(flag) for flag in flags}
    set_options(cfg, {k: v for k, v in options.items() if k not in named})
    changed = {}
    for flag, change in _CHANGES.items():
        if flag not in flags:
            continue
        value = options.get(_STANDS_FOR.get(flag, ''), flags[flag])
        before = flatten(settings(cfg))
        wanted = change(cfg, value)
        set_options(
            cfg, {
                key: new
                for key, new in wanted.items()
                if key in named or not _is_set(key, options)
            })
        changed[flag] = {
            key: new
            for key, new in flatten(settings(cfg)).items()
            if key not in before or before[key] != new
        }
    return changed


def flag_lines(flags: Mapping[str, Any],
               changed: Mapping[str, Mapping[str, Any]]) -> List[str]:
    """A line for each flag, with the keys that it has changed.

    Args:
        flags: As given to :func:`set_flags`.
        changed: As returned by it.
    """
    lines = []
    for flag, keys in changed.items():
        value = '' if flags[flag] is True else f' {flags[flag]}'
        said = ', '.join(f'{key}={new!r}' for key, new in keys.items())
        lines.append(f'{flag_word(flag)}{value}: {said or "so it was before"}')
    return lines


def given_keys(flags: Mapping[str, Any], options: Mapping[str,
                                                          Any]) -> List[str]:
    """Dotted keys that the command line sets, by a flag or an option."""
    named = (_STANDS_FOR[flag] for flag in flags if flag in _STANDS_FOR)
    # The rate that --lr sets does not follow the batch.
    exact = ['auto_scale_lr.enable'] if 'lr' in flags else []
    return [*options, *named, *exact]


def flag_word(flag: str) -> str:
    """A flag as it is typed: ``--save-every`` for ``save_every``."""
    return '--' + flag.replace('_', '-')


def _is_set(key: str, options: Mapping[str, Any]) -> bool:
    return any(f'{key}.'.startswith(f'{option}.') for option in options)


def _at(cfg: Config, flag: str, path: str) -> Any:
    """Value of a config at a dotted path.

    Raises:
        InputError: Nothing does.
    """
    node: Any = cfg
    for part in path.split('.'):
        node = node.get(part) if isinstance(node, (dict, Config)) else None
    if node is None:
        raise InputError(f'--{flag}: {cfg.filename} has no {path}')
    return node


def _batch(cfg: Config, images: int) -> Dict[str, Any]:
    _at(cfg, 'batch', 'train_dataloader.batch_size')
    return {'train_dataloader.batch_size': images}


def _lr(cfg: Config, rate: float) -> Dict[str, Any]:
    _at(cfg, 'lr', 'optim_wrapper.optimizer.lr')
    changes: Dict[str, Any] = {'optim_wrapper.optimizer.lr': rate}
    if 'auto_scale_lr' in cfg:
        changes['auto_scale_lr.enable'] = False
    return changes


def _freeze(cfg: Config, stages: int) -> Dict[str, Any]:
    backbone = _at(cfg, 'freeze', 'model.backbone')
    if 'frozen_stages' not in keys_of_type(backbone).names:
        raise InputError(f'--freeze: {cfg.filename}: model.backbone '
                         f'{type_name(backbone)} takes no frozen_stages')
    _require_stages(cfg, dict(backbone, frozen_stages=stages))
    return {'model.backbone.frozen_stages': stages}


def _require_stages(cfg: Config, backbone: Dict[str, Any]) -> None:
    """Refuses more frozen stages than a backbone has: each has its own number,
    and fails in its own way when it is built."""
    try:
        MODELS.build(dict(backbone, init_cfg=None))
    except (AttributeError, IndexError, ValueError) as error:
        raise InputError(
            f'--freeze: {cfg.filename}: model.backbone {type_name(backbone)} '
            f'has no {backbone["frozen_stages"]} stages to freeze ({error})'
        ) from None


def _seed(cfg: Config, seed: int) -> Dict[str, Any]:
    return {'randomness.seed': seed}


def _workers(cfg: Config, workers: int) -> Dict[str, Any]:
    return {
        f'{split}_dataloader.num_workers': workers
        for split in ('train', 'val', 'test') if cfg.get(f'{split}_dataloader')
    }


def _patience(cfg: Config, epochs: int) -> Dict[str, Any]:
    _at(cfg, 'patience', 'train_cfg.max_epochs')
    metric, rule = best_metric(cfg, 'patience')
    loop = cfg.train_cfg
    intervals = [
        loop.get('val_interval', 1),
        *(interval for _, interval in loop.get('dynamic_intervals') or ())
    ]
    # MMEngine's own 0.1 is more than most epochs bring.
    hook = dict(
        monitor=metric,
        rule=rule,
        min_delta=0,
        # It counts validations: at least so many epochs.
        patience=math.ceil(epochs / min(intervals)))
    return _hook(cfg, 'EarlyStoppingHook', 'early_stopping', hook)


def best_metric(cfg: Config, flag: str) -> Tuple[str, str]:
    """The metric that tells the best checkpoint, and whether ``'greater'`` or
    ``'less'`` is better.

    Args:
        cfg: The config.
        flag: Which needs it, for the message.

    Raises:
        InputError: The config doesn't validate, or names none.
    """
    if not (cfg.get('val_cfg') and cfg.get('val_dataloader')):
        raise InputError(f'--{flag}: {cfg.filename} has no validation '
                         '(val_cfg and val_dataloader) to go by')
    saver = _at(cfg, flag, 'default_hooks.checkpoint')
    metric, rule = saver.get('save_best'), saver.get('rule') or 'greater'
    if isinstance(metric, (list, tuple)):
        metric = metric[0]
        rule = rule if isinstance(rule, str) else rule[0]
    if metric in (None, 'auto'):
        raise InputError(
            f'--{flag}: {cfg.filename} names no metric to go by; add '
            '--cfg-options default_hooks.checkpoint.save_best=coco/bbox_mAP')
    return metric, rule


def _ema(cfg: Config, on: bool) -> Dict[str, Any]:
    if _hook_path(cfg, 'EMAHook'):
        return {}
    # Shamir and Zhang, 2013, "Stochastic Gradient Descent for Non-smooth
    # Optimization": the average reaches back over a tenth of the steps done
    # so far, so that it suits a run of any length. Over 5000 at most.
    return _hook(
        cfg, 'EMAHook', 'ema',
        dict(
            ema_type='MomentumAnnealingEMA',
            gamma=10,
            momentum=0.0002,
            update_buffers=True))


def _copy_paste(cfg: Config, on: bool) -> Dict[str, Any]:
    train = _at(cfg, 'copy-paste', 'train_dataloader')
    changes, found = {}, False
    for path, node in dicts_with_paths(train, 'train_dataloader'):
        kinds = [*map(type_name, node.get('pipeline') or ())]
        if 'LoadAnnotations' not in kinds:
            continue
        found, place = True, kinds.index('LoadAnnotations') + 1
        for what in ('mask', 'seg', 'keypoints'):
            if node.pipeline[place - 1].get(f'with_{what}'):
                raise InputError(f'--copy-paste: {cfg.filename} loads more '
                                 f'than boxes (with_{what}), which what is '
                                 'pasted has not')
        if any('Proposals' in kind for kind in kinds):
            raise InputError(f'--copy-paste: {cfg.filename} loads proposals, '
                             'and of what is pasted there are none')
        if 'InkCopyPaste' not in kinds:
            changes[f'{path}.pipeline'] = [
                *node.pipeline[:place],
                dict(type='InkCopyPaste'), *node.pipeline[place:]
            ]
    if not found:
        raise InputError(f'--copy-paste: {cfg.filename} has no '
                         'LoadAnnotations in its train pipeline')
    return changes


def _save_every(cfg: Config, minutes: float) -> Dict[str, Any]:
    saver = _at(cfg, 'save-every', 'default_hooks.checkpoint')
    # The runner of this project makes one of ours of MMEngine's.
    is_ours = (
        type_name(saver) == 'CheckpointHook'
        and cfg.get('runner_type') == 'DetectionRunner')
    if not (is_ours or 'save_every' in keys_of_type(saver).names):
        raise InputError(f'--save-every: {cfg.filename}: '
                         f'default_hooks.checkpoint {type_name(saver)} takes '
                         'no save_every')
    return {'default_hooks.checkpoint.save_every': minutes}


def _track(cfg: Config, tracker: str) -> Dict[str, Any]:
    backends = _at(cfg, 'track', 'visualizer').get('vis_backends') or []
    wanted = TRACKERS[tracker]
    if wanted in map(type_name, backends):
        return _hook(cfg, 'TrackHook', 'track', {})
    return {
        'visualizer.vis_backends': [*backends, dict(type=wanted)],
        **_hook(cfg, 'TrackHook', 'track', {})
    }


def _hook(cfg: Config, kind: str, name: str,
          values: Dict[str, Any]) -> Dict[str, Any]:
    """Keys of a hook: of the one that the config has, or of another."""
    path = _hook_path(cfg, kind) or f'default_hooks.{name}'
    return {f'{path}.{k}': v for k, v in dict(type=kind, **values).items()}


def _hook_path(cfg: Config, kind: str) -> str:
    return next(
        (path for place in ('default_hooks', 'custom_hooks')
         for path, hook in dicts_with_paths(cfg.get(place) or {}, place)
         if type_name(hook) == kind), '')


# In this order: what stops a run counts its validations.
_CHANGES: Dict[str, Callable[[Config, Any], Dict[str, Any]]] = dict(
    epochs=rescaled_schedule,
    batch=_batch,
    imgsz=resized_pipelines,
    lr=_lr,
    freeze=_freeze,
    seed=_seed,
    workers=_workers,
    patience=_patience,
    ema=_ema,
    copy_paste=_copy_paste,
    save_every=_save_every,
    track=_track)
