"""Setup of a run: config, data set and checkpoint fitted to each other.

The label map is checked here: the classes of the config, of the data and of
the checkpoint must be the same names in the same order.
"""
import copy
import os.path as osp
from collections import defaultdict
from typing import Collection, Dict, List, Optional, Sequence

from mmengine.config import Config
from mmengine.device import get_device, is_cuda_available
from mmengine.registry import OPTIMIZERS

from custom.checkpoint.dataset_meta import (checkpoint_classes, config_classes,
                                            require_same_classes)
from custom.checkpoint.loading import load
from custom.config.config import use_ann_file, use_classes, use_data, use_split
from custom.config.fine_tuning import fine_tune
from custom.config.literal import config_from_checkpoint
from custom.config.mix import use_mix
from custom.config.tree import (dicts_with_paths, inner_datasets, metric_dicts,
                                nested_dicts, type_name)
from custom.config.validate import nearest, require_known_keys
from custom.datasets.annotations.issues import CODES, WARNING
from custom.datasets.annotations.layout import SplitSummary, class_names
from custom.datasets.annotations.reader import read_table
from custom.datasets.checks.cache import cached_quick_check
from custom.datasets.checks.run import require_no_errors
from custom.engine.label_order import require_label_order
from custom.engine.resume import begins_anew, resume_from, use_free_work_dir
from custom.engine.run_folder import require_spared
from custom.evaluation.coco_eval import OVERALL
from custom.inference.load_predictor import (is_onnx, load_predictor,
                                             require_torch)
from custom.utils.errors import InputError
from custom.utils.precision import has_bf16

# The keys that make a detector of a config.
_OF_A_DETECTOR = ('model', 'train_dataloader', 'test_dataloader',
                  'channels_last')
# Steps that read the proposals of a data set.
_PROPOSALS = ('LoadProposals', 'LoadOrSearchProposals')
# What is left to the loader where a predictor does the rest.
_BEFORE_IT = ('LoadImageOnWhite', 'LoadDrawing', 'LoadImageFromFile',
              'LoadAnnotations', 'PackDetInputs')


def require_device(name: str) -> None:
    """Refuses to go on where torch would compute on another device.

    Args:
        name: ``cpu``, ``cuda`` or ``cuda:N``, of the GPUs of the machine;
            what the process may see has been set by it before torch came.

    Raises:
        InputError: torch sees no such GPU, or computes on none that can be
            hidden, as those of a Mac.
    """
    device = get_device()
    if device != name.partition(':')[0]:
        raise InputError(f'--device {name}: torch would compute on {device}; '
                         'python tools/collect_env.py tells what it sees')


def setup_training(cfg: Config,
                   data: Optional[str] = None,
                   mix: Optional[str] = None,
                   amp: bool = False,
                   resume: Optional[str] = None,
                   load_from: Optional[str] = None,
                   auto_scale_lr: bool = False,
                   check: bool = True,
                   overwrite: bool = False) -> List[str]:
    """Training setup: fits a config to its data set and the command line.

    Of several processes one does it, see
    :func:`custom.engine.distributed.broadcast_from_first`.

    Args:
        cfg: Changed in place.
        data: A data folder whose classes replace those of the config.
        mix: Another one to mix into the training, as
            :func:`custom.config.mix.use_mix` takes it.
        amp: Mixed precision: bfloat16 where the device has it, else float16.
        resume: A checkpoint, ``'auto'`` for the last of the work dir, or None
            to start anew.
        load_from: A checkpoint to fine-tune, of any classes; with ``resume``
            the weights are those of the run that goes on.
            :func:`setup_fine_tuning` sets its schedule.
        auto_scale_lr: Scale the learning rate with the batch although the
            config doesn't.
        check: Check the data first, all but what takes decoding.
        overwrite: Keep the work dir though it holds a run, which whoever
            calls removes. Without it, and without ``resume``,
            ``cfg.work_dir`` becomes one beside it.

    Returns:
        Lines that tell what will be trained on, and where.

    Raises:
        InputError: The config has a key that nothing reads; the data set, or
            the checkpoint to go on from, is missing or bad, or its classes
            differ; the work dir is a file; or the device lacks what an option
            needs.
    """
    require_known_keys(cfg)
    lines: List[str] = []
    if resume == 'auto' and begins_anew(cfg.work_dir):
        resume = None
        lines.append(f'{cfg.work_dir}: no checkpoint yet, so it begins anew')
    if cfg.get('resume') and not resume:
        # So says the config that a resumed training left in its work dir.
        cfg.resume, cfg.load_from = False, None
        lines.append(f'note: {cfg.filename} has resume=True; without --resume '
                     'it begins anew')
    if osp.isfile(cfg.get('work_dir') or ''):
        raise InputError(f'{cfg.work_dir}: is a file; choose another '
                         '--work-dir, or move it away')
    if data is not None:
        use_data(cfg, data)
        use_classes(cfg, class_names(data))
    classes = config_classes(cfg)
    if mix:
        lines.append(use_mix(cfg, mix))
    lines += _prepare_data(cfg, classes, ('train', 'val'), check)
    require_label_order(cfg, ('train', 'val'))
    lines += _check_schedule(cfg)
    _require_metrics(cfg)
    _require_optimizers(cfg)
    if load_from and not resume:
        load(load_from)  # tells what is wrong before the run begins
        cfg.load_from = load_from
    if amp:
        lines.append(_use_mixed_precision(cfg))
    if auto_scale_lr:
        if 'base_batch_size' not in cfg.get('auto_scale_lr', {}):
            raise InputError(
                f'--auto-scale-lr: {cfg.filename} has no '
                'auto_scale_lr.base_batch_size, so it does not say '
                'for how many images its learning rate is meant')
        cfg.auto_scale_lr.enable = True
    if resume:
        lines += resume_from(cfg, resume, classes)
    elif overwrite:
        require_spared(cfg.work_dir, cfg.get('load_from'))
    elif 'work_dir' in cfg:  # else it is set later
        lines += use_free_work_dir(cfg, 'holds a run already')
    return lines


def setup_fine_tuning(cfg: Config, given: Collection[str]) -> str:
    """Setup of a fine-tuning's rate and epochs, once the batch is set.

    Args:
        cfg: As :func:`setup_training` leaves it. Changed in place.
        given: Dotted keys that the user has set, which it leaves alone.

    Returns:
        A line that tells what was changed.
    """
    return fine_tune(cfg, given, _training_images(cfg))


def use_detector_of(cfg: Config, checkpoint: str) -> None:
    """Puts the detector and the test pipeline that a checkpoint carries into
    a config; an ``.onnx`` file brings its own when it runs.

    Args:
        cfg: Changed in place.
        checkpoint: Path of a checkpoint or ``.onnx`` file.

    Raises:
        InputError: The checkpoint is missing or bad, or carries no config.
    """
    if is_onnx(checkpoint):
        return
    own = config_from_checkpoint(load(checkpoint), checkpoint)
    dataset = cfg.test_dataloader.dataset
    cfg.model, dataset.pipeline = own.model, _test_pipeline(own)
    if any(type_name(step) in _PROPOSALS for step in dataset.pipeline):
        dataset.proposal_file = ''  # use_split names that of the folder


def _differs_from_its_own(cfg: Config, stored: dict,
                          checkpoint: str) -> List[str]:
    """A line where a config tests a checkpoint in another way than its own
    would: at another size, by another NMS."""
    try:
        own = config_from_checkpoint(stored, checkpoint)
    except InputError:  # it carries none, or one with parts of its own
        return []
    parts = [
        name for name, mine, theirs in (
            ('test pipeline', _test_pipeline(cfg), _test_pipeline(own)),
            ('model.test_cfg', cfg.model.get('test_cfg'),
             own.model.get('test_cfg')),
        ) if mine != theirs
    ]
    return [
        f'note: {cfg.filename} has another {" and another ".join(parts)} than '
        f'{checkpoint}, by which it was validated and is used; leave the '
        'config out to test it by its own'
    ] if parts else []


def _test_pipeline(cfg: Config) -> List[dict]:
    dataset = next(inner_datasets(cfg.test_dataloader.dataset))
    return dataset.get('pipeline') or []


def setup_test(cfg: Config,
               checkpoint: str,
               data: Optional[str] = None,
               split: str = 'test',
               precision: Optional[str] = None,
               tta: bool = False,
               slice_size: Optional[int] = None,
               backend: str = 'auto') -> List[str]:
    """Test setup: fits a config to a checkpoint and the split to measure.

    Args:
        cfg: Changed in place.
        checkpoint: Path of the checkpoint or ``.onnx`` file to measure.
        data: A data folder, if not the config's own.
        split: ``train``, ``val`` or ``test``.
        precision: As for :class:`custom.engine.hooks.FastInferenceHook`; by
            default what the config says.
        tta: Test-time augmentation, as for
            :func:`custom.inference.load_predictor.load_predictor`.
        slice_size: Sliced inference, likewise.
        backend: Likewise.

    Returns:
        Lines that tell what will be measured.

    Raises:
        InputError: Data or checkpoint is missing or bad, the classes differ,
            or the config has no such split, or several joined.
    """
    if precision is not None:
        cfg.custom_hooks = [
            hook for hook in cfg.get('custom_hooks') or ()
            if hook.type != 'FastInferenceHook'
        ] + [dict(type='FastInferenceHook', precision=precision)]
    lines: List[str] = []
    if is_onnx(checkpoint):
        predictor = load_predictor(
            checkpoint, precision=_inference_precision(cfg), backend=backend)
        classes = predictor.classes
        lines.append(f'runs by {predictor.runtime}')
    else:
        require_torch(checkpoint, backend)
        stored = load(checkpoint)
        classes = checkpoint_classes(stored, checkpoint)
        lines += _differs_from_its_own(cfg, stored, checkpoint)
    if data is not None:
        use_split(cfg, 'test', data, split)
        use_classes(cfg, classes)
    else:
        require_same_classes(classes, checkpoint, config_classes(cfg))
        if split != 'test':
            _test_on(cfg, split)
    if is_onnx(checkpoint) or tta or slice_size is not None:
        _use_predictor(
            cfg, checkpoint, backend=backend, tta=tta, slice_size=slice_size)
    else:
        cfg.load_from = checkpoint
    # The config in a work dir says so where the training was resumed, or was
    # one of several processes.
    cfg.resume, cfg.launcher = False, 'none'
    lines += _prepare_data(cfg, classes, ('test', ))
    require_label_order(cfg, ('test', ))
    return lines


def _test_on(cfg: Config, split: str) -> None:
    """Points the test pipeline at the data of another split: what validation
    measured."""
    loader = cfg.get(f'{split}_dataloader')
    others = [*inner_datasets(loader.dataset)] if loader else []
    if len(others) != 1:
        raise InputError(
            f'--split {split}: {cfg.filename} has {len(others) or "no"} data '
            f'sets for {split}; name the one to measure by --data')
    for key in ('data_root', 'ann_file', 'data_prefix', 'proposal_file'):
        if key in others[0]:
            cfg.test_dataloader.dataset[key] = others[0][key]
    use_ann_file(cfg, 'test', osp.join(others[0].data_root,
                                       others[0].ann_file))


def measured_split(cfg: Config) -> str:
    """The split that the test loader reads: where a data set has no test
    images of its own, that is val."""

    def ann_file(split: str) -> Optional[str]:
        loader = cfg.get(f'{split}_dataloader')
        dataset = next(inner_datasets(loader.dataset)) if loader else {}
        return osp.normpath(
            osp.join(
                dataset.get('data_root') or '',
                dataset.get('ann_file') or dataset.get('name', split)))

    return next(
        split for split in ('val', 'train', 'test')
        if ann_file(split) == ann_file('test'))


def _use_predictor(cfg: Config, path: str, **options) -> None:
    """Puts a predictor in the model's place. It resizes by itself, and has
    nothing that a hook could make faster."""
    options['precision'] = _inference_precision(cfg)
    if not is_onnx(path):
        options['config'] = {
            key: copy.deepcopy(cfg[key])
            for key in _OF_A_DETECTOR if key in cfg
        }
    if options['slice_size'] is not None:
        # Of images that are worth slicing a few take a gigabyte.
        cfg.test_dataloader.update(num_workers=0, persistent_workers=False)
    cfg.model = dict(type='PredictorDetector', path=path, **options)
    dataset = cfg.test_dataloader.dataset
    dataset.pipeline = [
        step for step in dataset.pipeline if type_name(step) in _BEFORE_IT
    ]
    cfg.custom_hooks = [
        hook for hook in cfg.get('custom_hooks') or ()
        if hook.type != 'FastInferenceHook'
    ]


def _inference_precision(cfg: Config) -> str:
    """Inference precision, of the hook which makes tests fast; none without
    it."""
    return next((hook.get('precision', 'auto')
                 for hook in cfg.get('custom_hooks') or ()
                 if hook.type == 'FastInferenceHook'), 'fp32')


def _use_mixed_precision(cfg: Config) -> str:
    bf16 = has_bf16(get_device())
    if not bf16 and not is_cuda_available():
        return ('note: --amp: torch sees no bfloat16 instructions in this CPU '
                '(avx512_bf16 or AMX), so it would be slower; trains in '
                'float32')
    for key in ('loss_scale', 'dtype', 'use_fsdp'):  # of an AmpOptimWrapper
        cfg.optim_wrapper.pop(key, None)
    if bf16:
        cfg.optim_wrapper.type = 'Bf16OptimWrapper'
        return 'mixed precision: bfloat16'
    # float16 has few exponents: its gradients need scaling.
    cfg.optim_wrapper.type = 'AmpOptimWrapper'
    cfg.optim_wrapper.loss_scale = 'dynamic'
    return 'mixed precision: float16, losses scaled'


def _check_schedule(cfg: Config) -> List[str]:
    """A line for each learning rate schedule that ends when training goes on,
    or would go on when it ends."""
    epochs = cfg.train_cfg.get('max_epochs')
    schedules = cfg.get('param_scheduler') or []
    # Where another one begins, that goes on.
    begins = {one.get('begin') for one in nested_dicts(schedules)}
    return [
        f'note: {path} ends at epoch {schedule.end} and training at {epochs}; '
        f'if that is not meant, --epochs {epochs} lets the schedule follow'
        for path, schedule in dicts_with_paths(schedules, 'param_scheduler')
        if schedule.get('by_epoch', True) and epochs
        and schedule.get('end', epochs) not in (epochs, *begins)
    ]


def _require_metrics(cfg: Config) -> None:
    """Refuses the name of a metric that no validation will give, before the
    first epoch; those of other metrics than ours are known after it."""
    metrics = [*metric_dicts(cfg.get('val_evaluator'))]
    if not metrics or any(m.type != 'CocoByNameMetric' for m in metrics):
        return
    known = [
        'auto', *(f'{metric.get("prefix") or "coco"}/bbox_{name}'
                  for metric in metrics for name in OVERALL)
    ]
    hooks = [
        *(cfg.get('default_hooks') or {}).values(),
        *(cfg.get('custom_hooks') or ())
    ]
    for node in nested_dicts(hooks):
        for key in {'save_best', 'monitor'} & {*node}:
            names = node[key] if isinstance(node[key], list) else [node[key]]
            for name in names:
                if name is not None and name not in known:
                    raise InputError(
                        f'{key}={name}: no such metric{nearest(name, known)}'
                        f'; the validation gives {", ".join(known[1:])}')


def _require_optimizers(cfg: Config) -> None:
    """Refuses an unknown optimizer; MMEngine's constructor says of one that
    None is not callable."""
    for node in nested_dicts([cfg.get('optim_wrapper')]):
        kind = node.get('optimizer', {}).get('type')
        if isinstance(kind, str) and OPTIMIZERS.get(kind) is None:
            raise InputError(f'optimizer.type={kind}: no such optimizer'
                             f'{nearest(kind, OPTIMIZERS.module_dict)}')


def _training_images(cfg: Config) -> Optional[int]:
    """Images of the training set, without those of a mix; None where it takes
    more than a COCO file to tell: of a registered data set, of one that
    repeats or chooses images, of another format."""
    outer = cfg.train_dataloader.dataset
    dataset = next(inner_datasets(outer))
    if (not str(dataset.get('ann_file')).endswith('.json')
            or dataset.get('indices') or 'dataset' in outer):
        return None
    path = osp.join(dataset.get('data_root') or '', dataset.ann_file)
    return len(read_table(path).image_ids)


def _prepare_data(cfg: Config,
                  classes: Sequence[str],
                  loaders: Sequence[str],
                  check: bool = True) -> List[str]:
    datasets: Dict[str, Dict[str, dict]] = defaultdict(dict)
    lines = []
    for loader in loaders:
        if cfg.get(f'{loader}_dataloader') is None:
            continue  # e.g. no validation
        # A GPU copies from pinned memory faster; without one torch warns.
        cfg[f'{loader}_dataloader'].pin_memory = is_cuda_available()
        for dataset in inner_datasets(cfg[f'{loader}_dataloader'].dataset):
            # A registered data set has a name instead.
            ann_file = dataset.get('ann_file') or dataset.get(
                'name', dataset.type)
            split = osp.splitext(osp.basename(ann_file))[0]
            prefix = dataset.get('data_prefix', {}).get('img', '')
            if (ann_file,
                    osp.normpath(prefix)) == (f'annotations/{split}.json',
                                              'images'):
                datasets[dataset.data_root][split] = dataset
            else:
                lines.append(f'{ann_file}: not checked, the data are not in '
                             'annotations/ and images/')
    if not check:
        return ['the data was not checked']
    # Together where they are in one folder: an image may be in two of them.
    for folder, of_split in datasets.items():
        report = cached_quick_check(folder, classes, [*of_split])
        require_no_errors(report)
        for summary in report.splits:
            lines.append(_kept_and_dropped(summary, of_split[summary.split]))
        warnings = sum(CODES[problem.code].severity == WARNING
                       for problem in report.problems)
        if warnings:
            lines.append(f'{warnings} to look at: python '
                         f'tools/check_dataset.py {folder}')
    return lines


def _kept_and_dropped(summary: SplitSummary, dataset: dict) -> str:
    filters = dataset.get('filter_cfg') or {}
    dropped = summary.empty if filters.get('filter_empty_gt') else 0
    smaller = (f'; before images under {filters["min_size"]} pixels are '
               'dropped' if filters.get('min_size') else '')
    return (f'{summary.split}: {summary.images - dropped} images kept, '
            f'{summary.empty - dropped} of them without a box, {dropped} '
            f'dropped; {summary.boxes - summary.ignored} boxes kept, '
            f'{summary.ignored} ignored{smaller}')
