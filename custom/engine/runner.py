"""Runner whose runs are exact when resumed, and lose nothing."""
import contextlib
import io
import logging
import warnings
from types import MappingProxyType
from typing import Any, Dict, Iterator, List, Mapping, Optional, Union

from mmengine.device import get_device
from mmengine.dist import is_main_process
from mmengine.hooks import CheckpointHook, EarlyStoppingHook, EMAHook, Hook
from mmengine.logging import MMLogger
from mmengine.optim import OptimWrapper
from mmengine.registry import RUNNERS
from mmengine.runner import (BaseLoop, EpochBasedTrainLoop, IterBasedTrainLoop,
                             Runner)
from mmengine.runner.checkpoint import CheckpointLoader
from torch import nn

from custom.checkpoint.class_rows import brings_backbone, transfer_weights
from custom.checkpoint.dataset_meta import config_classes
from custom.checkpoint.finite import require_finite
from custom.checkpoint.newest import load_newest, resumable
from custom.engine.distributed import join_processes
from custom.engine.fingerprint import fingerprint
from custom.engine.hooks import ExactResumeHook, ProcessMeanHook
from custom.engine.loader_workers import (is_worker_crash, outlive_signals,
                                          workers_ended)
from custom.engine.loops import ResumableTrainLoop
from custom.engine.memory import explain_out_of_memory
from custom.engine.optim_wrapper import adapt_loaded_state, optim_wrappers
from custom.engine.resume import processes, resume_changes
from custom.engine.run_folder import RunRecord, holds_run, locked
from custom.engine.seeding import SeededBatches, seeded_loader
from custom.engine.stop_signal import StoppedBySignal, StopSignal
from custom.models.optimize import optimize_for_training
from custom.ops import mmcv_ext
from custom.utils.errors import InputError
from custom.utils.tables import print_table

# Lines for the log file alone: nothing in them to act upon.
_CHATTER = ('Exp name:', 'Checkpoints will be saved to',
            'Distributed training', 'Because batch augmentation',
            'Auto resumed from', 'The previous best checkpoint',
            'Hooks will be executed', '"FileClient" will be deprecated',
            '"HardDiskBackend" is the')

# Those that MMEngine has where a config says nothing.
_STOCK_HOOKS = ('runtime_info', 'timer', 'sampler_seed', 'logger',
                'param_scheduler', 'checkpoint')


def _for_console(record: logging.LogRecord) -> bool:
    """Whether a record is one line of news, not a dump of the environment."""
    text = record.getMessage().strip()
    several = '\n' in text and record.levelno < logging.WARNING
    return not several and not text.startswith(_CHATTER)


@RUNNERS.register_module()
class DetectionRunner(Runner):
    """Runner whose runs are exact when resumed, and lose nothing.

    ``runner_type = 'DetectionRunner'`` alone brings it to a config of
    MMEngine: its training loop, its CheckpointHook and its loader give way to
    those that can go on at any step (docs/reliability.md).

    The log file has everything and the console the news. A test and a resumed
    training take all weights or none: MMEngine goes on with those that fit,
    and measures nonsense.

    Attributes:
        record: Of the run in the work dir, while it trains.
        loaded_meta: ``meta`` of the checkpoint that was loaded.
        stop_signal: Tells whether the run has been asked to stop.
    """
    record: Optional[RunRecord] = None
    loaded_meta: Mapping[str, Any] = MappingProxyType({})
    _all_weights = False

    def setup_env(self, env_cfg: Dict) -> None:
        """Runner.setup_env, on CPUs as well where there are several
        processes."""
        join_processes(self._launcher)
        super().setup_env(env_cfg)

    def wrap_model(self, model_wrapper_cfg: Optional[Dict],
                   model: nn.Module) -> nn.Module:
        """Runner.wrap_model; to the wrapper MMEngine names a GPU, which torch
        refuses for a model on a CPU."""
        if self.distributed and get_device() == 'cpu':
            model_wrapper_cfg = dict(
                model_wrapper_cfg or dict(
                    broadcast_buffers=False,
                    find_unused_parameters=self.cfg.get(
                        'find_unused_parameters', False)),
                device_ids=None)
        with warnings.catch_warnings():
            # torch 2.13 has another name for it, which 2.10 doesn't know.
            warnings.filterwarnings('ignore', '.*broadcast_buffers',
                                    FutureWarning)
            return super().wrap_model(model_wrapper_cfg, model)

    def build_logger(self, *args, **kwargs) -> MMLogger:
        """The logger of MMEngine, its console handler filtered."""
        logger = super().build_logger(*args, **kwargs)
        for handler in logger.handlers:
            if not isinstance(handler, logging.FileHandler):
                handler.addFilter(_for_console)
        logger.info(f'operators: {mmcv_ext.backend()}')
        return logger

    def build_model(self, model: Union[nn.Module, dict]) -> nn.Module:
        """Runner.build_model, in the memory format of ``channels_last``."""
        model = super().build_model(model)
        optimize_for_training(model, self.cfg.get('channels_last', True))
        return model

    def build_train_loop(self, loop: Union[BaseLoop, dict]) -> BaseLoop:
        """Runner.build_train_loop, its samples seeded one by one."""
        if isinstance(loop, BaseLoop):
            return loop
        loop = dict(loop)
        if loop.get('by_epoch') or loop.get('type') in ('EpochBasedTrainLoop',
                                                        EpochBasedTrainLoop):
            loop.pop('by_epoch', None)
            loop['type'] = ResumableTrainLoop
        # scale_lr reads the batch size from what is there now.
        given = self._train_dataloader
        if isinstance(given, dict):
            given = self.build_dataloader(
                given,
                seed=self.seed,
                diff_rank_seed=self._randomness_cfg.get(
                    'diff_rank_seed', False))
        before, self._train_dataloader = self._train_dataloader, (
            seeded_loader(given, self.seed))
        try:
            return super().build_train_loop(loop)
        finally:
            self._train_dataloader = before

    def build_val_loop(self, loop: Union[BaseLoop, dict]) -> BaseLoop:
        """Runner.build_val_loop; in a training its workers, which stay, must
        not end a step by their death."""
        loop = super().build_val_loop(loop)
        if self.record:
            outlive_signals(loop.dataloader)
        return loop

    def register_hook(self, hook: Union[Hook, dict], *args, **kwargs) -> None:
        """Runner.register_hook, SafeCheckpointHook for CheckpointHook."""
        if isinstance(hook, dict) and hook.get('type') in (
                'CheckpointHook', 'mmengine.CheckpointHook', CheckpointHook):
            hook = dict(hook, type='SafeCheckpointHook')
        super().register_hook(hook, *args, **kwargs)

    def register_default_hooks(
            self,
            hooks: Optional[Dict[str, Union[Hook, dict]]] = None) -> None:
        """Runner.register_default_hooks; None leaves out any hook, where
        MMEngine takes it for its own alone."""
        super().register_default_hooks({
            name: hook
            for name, hook in (hooks or {}).items()
            if hook is not None or name in _STOCK_HOOKS
        })

    def register_hooks(self, *args, **kwargs) -> None:
        """Runner.register_hooks, ExactResumeHook after all others."""
        super().register_hooks(*args, **kwargs)
        self.stop_signal = StopSignal()
        self.register_hook(ExactResumeHook())
        if self.world_size > 1:
            self.register_hook(ProcessMeanHook())

    def call_hook(self, fn_name: str, **kwargs) -> None:
        """Runner.call_hook; what fails when the training is finished, be it a
        plot or a logger, is told and fails nothing else."""
        if fn_name not in ('after_train', 'after_run') or not self.record:
            super().call_hook(fn_name, **kwargs)
            return
        for hook in self.hooks:
            try:
                getattr(hook, fn_name)(self, **kwargs)
            except Exception as error:
                self.logger.warning(
                    f'{type(hook).__name__} failed when the training was '
                    f'finished: {type(error).__name__}: {error}')

    def scale_lr(self,
                 optim_wrapper: OptimWrapper,
                 auto_scale_lr: Optional[dict] = None) -> None:
        """Runner.scale_lr, silent where nothing is scaled."""
        rates = optim_wrapper.get_lr()
        with _silent(self.logger):
            super().scale_lr(optim_wrapper, auto_scale_lr)
        scaled = optim_wrapper.get_lr()
        if scaled != rates:
            self.logger.info(
                f'the learning rate follows the batch: {_first(rates):.3g} '
                f'for {auto_scale_lr["base_batch_size"]} images a step is '
                f'{_first(scaled):.3g} here')
        self._groups = [{
            key: value
            for key, value in group.items() if key != 'params'
        } for wrapper in optim_wrappers(optim_wrapper)
                        for group in wrapper.optimizer.param_groups]

    def train(self) -> nn.Module:
        """Runner.train, alone in its work dir.

        Raises:
            InputError: Another run is or was in the work dir; loss or
                gradient are not finite; memory runs out; a loader worker
                dies; or a file can't be read or written.
            StoppedBySignal: SIGTERM or ^C came; the state is saved.
        """
        with contextlib.ExitStack() as stack:
            if is_main_process():
                stack.enter_context(locked(self.work_dir))
            self.record = self._open_record()
            self.dump_config()
            stack.enter_context(self.stop_signal.installed())
            stack.enter_context(explained(self))
            stack.enter_context(workers_ended(self))
            return super().train()

    def dump_config(self) -> None:
        """Runner.dump_config of a training, once it has its work dir to
        itself; a test there leaves the config that was trained with."""
        if self.record:
            super().dump_config()

    def _init_model_weights(self) -> None:
        """Runner._init_model_weights; weights of ImageNet are not asked for
        where a checkpoint brings all of a backbone."""
        model = getattr(self.model, 'module', self.model)
        backbone = getattr(model, 'backbone', None)
        if _is_pretrained(backbone) and (
                self._resume or self._load_from
                and brings_backbone(_read(self._load_from), model)):
            backbone.init_cfg = None
        super()._init_model_weights()

    def _open_record(self) -> RunRecord:
        record = RunRecord(self.work_dir)
        if self._resume:
            record.read()
        elif holds_run(self.work_dir):
            raise InputError(
                f'{self.work_dir}: holds a run; resume it (resume=True in '
                'the config), choose another work_dir, or remove it')
        record.fingerprint = fingerprint(self.cfg)
        self.logger.info(f'run {record.run}')
        if is_main_process():
            record.write()
        return record

    def test(self) -> dict:
        """Runner.test; InputError if the weights are of another model."""
        self._all_weights = True
        with workers_ended(self):
            return super().test()

    def load_or_resume(self) -> None:
        """Runner.load_or_resume; without a path, from the newest checkpoint
        of the work dir that is whole."""
        if self._resume and self._load_from is None:
            self._load_from, _ = load_newest(self.work_dir,
                                             self.logger.warning)
        super().load_or_resume()

    def resume(self, filename: str, *args, **kwargs) -> None:
        """Runner.resume, at any step.

        What the config says otherwise than the checkpoint, rates, schedule
        and batch, holds from here on and is told; MMEngine goes on with what
        the checkpoint says. The seed stays.

        Raises:
            InputError: The checkpoint is of another model, not finite, has
                averaged weights and the config no EMAHook, or was saved
                within an epoch of other data.
        """
        self._all_weights = True
        super().resume(filename, *args, **kwargs)
        adapt_loaded_state(self.optim_wrapper.optimizer)
        if self.record:  # in a training
            self._go_on(filename)
        del self._resumed

    def _go_on(self, filename: str) -> None:
        """Restores schedule, loader and counters from the checkpoint."""
        changes = resume_changes(self._resumed, self.cfg,
                                 self.record.fingerprint)
        for line in changes.lines:
            self.logger.warning(line)
        meta, steps = self._resumed['meta'], len(self.train_dataloader)
        self._begin_at(meta, filename)
        validated = self._validated()
        if changes.schedule or meta.get('epoch_steps', steps) != steps:
            self._follow_schedule(validated)
        else:  # the state is from before the validation after its step
            self._reduce_on_plateau(validated.get(self.iter, {}))
        for hook in self.hooks:
            if isinstance(hook, EarlyStoppingHook):
                for metrics in validated.values():
                    hook.after_val_epoch(self, metrics)

    def _begin_at(self, meta: Dict[str, Any], filename: str) -> None:
        loop = self.train_loop
        batches = loop.dataloader.batch_sampler
        if not isinstance(batches, SeededBatches):
            return
        batches.reseed(self.seed)
        steps = len(loop.dataloader)
        if isinstance(loop, IterBasedTrainLoop):
            # Of a sampler without end, the batch counts from its beginning.
            endless = hasattr(batches.sampler, 'skip')
            epoch, batch = (0, loop.iter) if endless else divmod(
                loop.iter, steps)
            loop.dataloader_iterator._epoch = epoch
            loop.dataloader_iterator.skip_iter = (
                lambda _: batches.begin_at(epoch, batch))
            return
        trained_on = meta.get('epoch_steps', steps)
        within = loop.iter - loop.epoch * trained_on
        if within and trained_on != steps:
            raise InputError(
                f'{filename}: was saved within an epoch of {trained_on} '
                f'steps, and these data in this batch size on '
                f'{processes(self.world_size)} make {steps}; go '
                'on with what it was trained on, or from an epoch_N.pth')
        loop._iter = loop.epoch * steps + within
        # A loop of another kind would begin the epoch anew.
        batches.begin_at(loop.epoch, within)

    def _validated(self) -> Dict[int, Dict[str, float]]:
        """Results of the validations so far, by the step that each came after,
        in epochs of as many steps as they have now."""
        steps = len(self.train_dataloader)
        by_step = {
            done['epoch'] * steps or done['iter']: done['metrics']
            for done in self.record.validations
        }
        return {
            step: metrics
            for step, metrics in by_step.items() if step <= self.iter
        }

    def _follow_schedule(self, validated: Dict[int, Dict[str, float]]) -> None:
        """Goes over to the rates and the schedule of the config, as if it had
        had them from the beginning."""
        groups = [
            group for wrapper in optim_wrappers(self.optim_wrapper)
            for group in wrapper.optimizer.param_groups
        ]
        for group, fresh in zip(groups, self._groups):
            group.update(fresh)
            for key in [key for key in group if key.startswith('initial_')]:
                del group[key]
        self.param_schedulers = self.build_param_scheduler(
            self.cfg.get('param_scheduler') or [])
        steps = len(self.train_dataloader)
        with warnings.catch_warnings():
            warnings.simplefilter('ignore')  # on steps without the optimizer
            for step in range(1, self.iter + 1):
                for scheduler in self._schedulers():
                    if not scheduler.by_epoch or step % steps == 0:
                        scheduler.step()
                self._reduce_on_plateau(validated.get(step, {}))

    def _schedulers(self) -> List[Any]:
        """Parameter schedulers, of all optimizers."""
        schedulers = self.param_schedulers or []
        return schedulers if isinstance(schedulers, list) else [
            one for several in schedulers.values() for one in several
        ]

    def _reduce_on_plateau(self, metrics: Dict[str, float]) -> None:
        """Gives the results of a validation to the schedulers that go by
        them."""
        for scheduler in self._schedulers():
            if getattr(scheduler, 'monitor', None) in metrics:
                scheduler.step(metrics)

    def load_checkpoint(self, filename: str, *args, **kwargs) -> dict:
        """Runner.load_checkpoint, logging what MMEngine only prints.

        Into a training the class layers come by class name.
        """
        kwargs['strict'] = kwargs.get('strict', False) or self._all_weights
        if self._is_configured_training() and not kwargs['strict']:
            return self._transfer_weights(filename)
        try:
            with contextlib.redirect_stdout(io.StringIO()) as said:
                checkpoint = super().load_checkpoint(filename, *args, **kwargs)
        except RuntimeError as error:
            raise InputError(
                f'{filename}: its weights are not of this architecture '
                f'({" ".join(str(error).split())[:200]}); use the config that '
                'it was trained with') from None
        # The first line names the file; the rest, if any, which weights of
        # another model were left out.
        left_out = said.getvalue().partition('\n')[2].strip()
        if left_out:
            self.logger.warning(left_out)
        self.loaded_meta = checkpoint.get('meta', {})
        if self._resume:
            self._require_same_averaging(checkpoint, filename)
            require_finite(checkpoint, filename)
            self._resumed = checkpoint
        return checkpoint

    def _is_configured_training(self) -> bool:
        return self._train_loop is not None and bool(
            {'model', 'train_dataloader'} <= {*self.cfg})

    def _transfer_weights(self, filename: str) -> dict:
        """Weights to begin a training with, class layers by class name."""
        checkpoint = _read(filename)
        model = getattr(self.model, 'module', self.model)  # one of several
        carried = transfer_weights(model, self.cfg.model,
                                   config_classes(self.cfg), checkpoint,
                                   filename)
        checkpoint['state_dict'] = carried.state_dict
        self.call_hook('after_load_checkpoint', checkpoint=checkpoint)
        model.load_state_dict(carried.state_dict)
        self._has_loaded = True
        self.logger.info(f'weights from {filename}')
        for line in carried.lines():
            self.logger.info(line)
        if is_main_process():
            print_table(carried.table())
        return checkpoint

    def _require_same_averaging(self, checkpoint: dict, filename: str) -> None:
        if 'ema_state_dict' in checkpoint and not any(
                isinstance(hook, EMAHook) for hook in self.hooks):
            raise InputError(
                f'{filename}: was trained with averaged weights, which this '
                'config would lose; resume it with --ema')

    def save_checkpoint(self,
                        *args,
                        meta: Optional[dict] = None,
                        **kwargs) -> None:
        """Runner.save_checkpoint; ``meta`` also says of which run it is."""
        meta = dict(
            meta or {},
            epoch_steps=len(self.train_dataloader),
            processes=self.world_size)
        if self.record:
            meta.update(
                run=self.record.run, fingerprint=self.record.fingerprint)
        super().save_checkpoint(*args, meta=meta, **kwargs)


@contextlib.contextmanager
def explained(runner: DetectionRunner) -> Iterator[None]:
    """Errors of a training that the user can mend come out as InputError."""
    try:
        yield
    except FileNotFoundError as error:
        # From a worker the text comes with the worker's traceback.
        raise InputError(
            f'{str(error).strip().splitlines()[-1]}: a file that was there '
            'when the data were checked; put it back, and --resume goes on'
        ) from None
    except (RuntimeError, MemoryError, EOFError, ConnectionError) as error:
        out_of_memory = explain_out_of_memory(error, runner.cfg)
        if out_of_memory:
            raise out_of_memory from None
        if not is_worker_crash(error):
            raise
        # Not came(), which waits for processes that fare well.
        number = runner.stop_signal.number
        if number:  # it was sent to all processes
            raise StoppedBySignal(
                number,
                f'stopped; --resume in {runner.work_dir} goes on') from None
        raise InputError(
            f'a loader worker died ({_first_line(error)}): most often '
            'the memory was used up. Train with fewer (--workers 0 needs '
            'none) or a smaller --batch' +
            ('; --resume goes on from the last checkpoint'
             if resumable(runner.work_dir) else '')) from None


def _read(filename: str) -> dict:
    return CheckpointLoader.load_checkpoint(filename, 'cpu', 'silent')


def _is_pretrained(module: Optional[nn.Module]) -> bool:
    init_cfg = getattr(module, 'init_cfg', None) or []
    steps = [init_cfg] if isinstance(init_cfg, dict) else init_cfg
    return any(step.get('type') == 'Pretrained' for step in steps)


def _first_line(error: BaseException) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]


def _first(rates: Dict[str, List[float]]) -> float:
    return next(iter(rates.values()))[0]


@contextlib.contextmanager
def _silent(logger: logging.Logger) -> Iterator[None]:
    level = logger.level
    logger.setLevel(logging.WARNING)
    try:
        yield
    finally:
        logger.setLevel(level)
