"""Runner with filtered console logging and strict checkpoint loading."""
import contextlib
import io
import logging
from typing import Union

from mmengine.dist import is_main_process
from mmengine.logging import MMLogger
from mmengine.registry import RUNNERS
from mmengine.runner import Runner
from mmengine.runner.checkpoint import CheckpointLoader
from torch import nn

from custom.checkpoint.class_rows import carry_weights
from custom.checkpoint.dataset_meta import config_classes
from custom.config.literal import literal_assignments
from custom.engine.optim_wrapper import adapt_loaded_state
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


def _for_console(record: logging.LogRecord) -> bool:
    """Whether a record is one line of news, not a dump of the environment."""
    text = record.getMessage().strip()
    several = '\n' in text and record.levelno < logging.WARNING
    return not several and not text.startswith(_CHATTER)


@RUNNERS.register_module()
class DetectionRunner(Runner):
    """Runner with filtered console logging and strict loading of weights.

    The log file has everything and the console the news. A test and a resumed
    training take all weights or none: MMEngine goes on with those that fit,
    and measures nonsense.
    """
    _all_weights = False

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

    def test(self) -> dict:
        """Runner.test; InputError if the weights are of another model."""
        self._all_weights = True
        return super().test()

    def resume(self, filename: str, *args, **kwargs) -> None:
        """Runner.resume; InputError if the weights are of another model."""
        self._all_weights = True
        super().resume(filename, *args, **kwargs)
        adapt_loaded_state(self.optim_wrapper.optimizer)

    def load_checkpoint(self, filename: str, *args, **kwargs) -> dict:
        """Runner.load_checkpoint, logging what MMEngine only prints.

        Into a training the class layers come by class name.
        """
        kwargs['strict'] = kwargs.get('strict', False) or self._all_weights
        if self._train_loop is not None and not kwargs['strict']:
            return self._carry_weights(filename)
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
        if self._resume:
            self._tell_of_another_schedule(checkpoint, filename)
        return checkpoint

    def _carry_weights(self, filename: str) -> dict:
        """Weights to begin a training with, class layers by class name."""
        checkpoint = CheckpointLoader.load_checkpoint(filename, 'cpu',
                                                      'silent')
        model = getattr(self.model, 'module', self.model)  # one of several
        carried = carry_weights(model, self.cfg.model,
                                config_classes(self.cfg), checkpoint, filename)
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

    def _tell_of_another_schedule(self, checkpoint: dict,
                                  filename: str) -> None:
        # MMEngine goes on with the schedule that the checkpoint holds.
        try:
            saved = literal_assignments(checkpoint['meta']['cfg'])
            changed = saved['param_scheduler'] != self.cfg.param_scheduler
        except (KeyError, SyntaxError, ValueError):  # none that we can read
            return
        if changed:
            self.logger.warning(
                'the learning rate goes on as the checkpoint was trained, not '
                'by the param_scheduler of this config. To train longer by '
                'another schedule, begin a run without --resume and with '
                f'--cfg-options load_from={filename}')
