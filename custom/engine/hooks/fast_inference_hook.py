"""Hook that validates and tests with an optimized copy of the model."""
import copy

from mmengine.hooks import Hook
from mmengine.model import is_model_wrapper
from mmengine.registry import HOOKS
from mmengine.runner import Runner
from torch import nn

from custom.models.optimize import optimize_for_inference
from custom.utils.precision import inference_dtype


@HOOKS.register_module()
class FastInferenceHook(Hook):
    """Validates and tests with an inference-optimized copy of the model.

    The copy has its batch norms folded and computes in the type that
    ``precision`` says; the model itself stays as it is for training.

    Args:
        precision: ``'fp32'``, ``'bf16'``, or ``'auto'`` for bfloat16 on a CPU
            that has it and float32 elsewhere.
    """
    # After EMAHook has put its weights in, and before the checkpoint hook
    # saves the best ones: what is saved must still train.
    priority = 'LOW'

    def __init__(self, precision: str = 'auto') -> None:
        self.precision = precision
        self._trained = None

    def before_run(self, runner: Runner) -> None:
        self.dtype = inference_dtype(self.precision,
                                     next(runner.model.parameters()).device)
        runner.logger.info(f'validation and test in {self.dtype}')

    def before_val_epoch(self, runner: Runner) -> None:
        self._trained = runner.model
        runner.model = self.optimized(runner.model)

    def optimized(self, model: nn.Module) -> nn.Module:
        """A copy that predicts faster, or the model where none can be made.
        """
        inner = model.module if is_model_wrapper(model) else model
        # Where activation_checkpointing or compile has replaced the forward
        # of a module, a copy would run that of the original.
        if any('forward' in vars(module) for module in inner.modules()):
            return model
        inner = copy.deepcopy(inner).eval()
        optimize_for_inference(inner, self.dtype)
        return inner

    def after_val_epoch(self, runner: Runner, metrics=None) -> None:
        runner.model = self._trained
        self._trained = None

    before_test_epoch = before_val_epoch
    after_test_epoch = after_val_epoch
