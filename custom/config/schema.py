"""Config schema: the keys that a dict may have, by signatures of its type."""
import difflib
import functools
import inspect
from typing import Callable, Iterable, List, NamedTuple, Sequence, Tuple

import mmcv.ops
import mmdet.registry
from mmengine.hooks import Hook
from mmengine.model import BaseInit
from mmengine.optim import OptimWrapper, _ParamScheduler
from mmengine.registry import FUNCTIONS, Registry
from mmengine.runner import (EpochBasedTrainLoop, FlexibleRunner,
                             IterBasedTrainLoop, Runner, TestLoop, ValLoop)
from mmengine.utils import ManagerMixin
from torch import nn
from torch.utils.data import DataLoader

from custom.utils.lazy_imports import postponed_packages

# Of MMEngine's config language, in any dict.
LANGUAGE = ('type', '_scope_', '_delete_')
# Keys that MMEngine looks up beside the parameters of its Runner.
_READ_LATER = ('custom_imports', 'runner_type', 'compile',
               'activation_checkpointing', 'efficient_conv_bn_eval',
               'channels_last', 'sync_bn', 'model_wrapper_cfg',
               'find_unused_parameters')
# Keys that MMEngine and MMCV take out before they build such an object.
_POPPED_KEYS = {
    Hook: ('priority', ),
    _ParamScheduler: ('convert_to_iter_based', ),
    OptimWrapper: ('constructor', 'paramwise_cfg'),
    ManagerMixin: ('name', ),
    BaseInit: ('override', ),
    nn.Module:
    ('requires_grad', 'fallback_on_stride', 'scale_factor', 'bg_cls_weight'),
}
_NMS = ('nms', 'soft_nms', 'nms_match', 'nms_quadri', 'nms_rotated')


class AcceptedKeys(NamedTuple):
    """Accepted keys of a dict; ``closed`` when it takes no others."""
    names: Tuple[str, ...]
    closed: bool

    def refuses(self, key: str) -> bool:
        """Whether a key is none of these; where others may be taken as well,
        whether it is one of these misspelled."""
        if key in self.names:
            return False
        return self.closed or bool(misspelled(key, self.names))


def misspelled(word: str, known: Iterable[str]) -> str:
    """The known word of which another is a misspelling, or ``''``: nearly
    the same, or the same letters in another order, as ``nmu`` for ``num``.

    ``score_thr2`` is none of ``score_thr``: what differs in its number alone
    is another of the kind.
    """
    for name in difflib.get_close_matches(word, known, n=1, cutoff=0.85):
        return '' if _letters(word) == _letters(name) else name
    return next((name for name in known if sorted(name) == sorted(word)), '')


def _letters(word: str) -> str:
    return word.rstrip('0123456789')


@functools.lru_cache(maxsize=None)
def runner_keys() -> Tuple[str, ...]:
    """Keys at the top of a config.

    Any other is a variable of the file: it was read when the file was, and
    changing it afterwards changes nothing.
    """
    return (*_parameters(Runner.__init__),
            *_parameters(FlexibleRunner.__init__), *_READ_LATER)


def keys_of_type(node: dict) -> AcceptedKeys:
    """Keys of a dict that says what to build; open if it doesn't."""
    kinds = _kinds(node)
    taken = [_signature(kind) for kind in kinds]
    names = {name for each in taken for name in each.names}
    for kind in kinds:
        if inspect.isclass(kind):
            for base, extra in _POPPED_KEYS.items():
                names.update(extra if issubclass(kind, base) else ())
        elif kind.__name__ in _NMS:
            names.update(('class_agnostic', 'split_thr', 'max_num'))
    closed = bool(taken) and all(each.closed for each in taken)
    return AcceptedKeys((*sorted(names), *LANGUAGE), closed)


def keys_at(path: Sequence[str]) -> AcceptedKeys:
    """Keys of a dict without a type that MMEngine's Runner reads.

    Args:
        path: The keys that lead to it from the top.
    """
    names = _runner_dicts().get('.'.join(path))
    return AcceptedKeys((), False) if names is None else AcceptedKeys(
        (*names, *LANGUAGE), True)


def _kinds(node: dict) -> List[Callable]:
    """Classes and functions that the ``type`` of a dict may mean.

    The same name may stand in several registries; which one is asked depends
    on who builds.
    """
    name = node.get('type')
    if callable(name):
        return [name]
    plain = str(name).rpartition('.')[2]
    found = [registry.module_dict.get(plain) for registry in _registries()]
    found.append(getattr(mmcv.ops, plain, None))  # RoI layers and NMS
    return list(dict.fromkeys(filter(callable, found)))


@functools.lru_cache(maxsize=None)
def _registries() -> Tuple[Registry, ...]:
    found = [FUNCTIONS]
    with postponed_packages():
        for registry in vars(mmdet.registry).values():
            while isinstance(registry, Registry):
                registry.import_from_location()
                found.append(registry)
                registry = registry.parent
    return tuple(dict.fromkeys(found))


@functools.lru_cache(maxsize=None)
def _runner_dicts() -> dict:
    loader = (*_parameters(DataLoader.__init__), 'num_batch_per_epoch',
              'disable_subprocess_warning')
    train = (*_parameters(EpochBasedTrainLoop.__init__),
             *_parameters(IterBasedTrainLoop.__init__), 'by_epoch')
    return {
        'train_dataloader': loader,
        'val_dataloader': loader,
        'test_dataloader': loader,
        'train_cfg': train,
        'val_cfg': _parameters(ValLoop.__init__),
        'test_cfg': _parameters(TestLoop.__init__),
        'auto_scale_lr': ('enable', 'base_batch_size'),
        'randomness': _parameters(Runner.set_randomness),
        'env_cfg': ('cudnn_benchmark', 'mp_cfg', 'dist_cfg', 'resource_limit'),
        'env_cfg.mp_cfg': ('mp_start_method', 'opencv_num_threads'),
    }


@functools.lru_cache(maxsize=None)
def _signature(kind: Callable) -> AcceptedKeys:
    """Parameters of a function, or of a constructor and of those that its
    ``**kwargs`` may go to."""
    if not inspect.isclass(kind):
        return AcceptedKeys(_parameters(kind), not _takes_more(kind))
    inits = [
        vars(base)['__init__'] for base in kind.__mro__[:-1]
        if '__init__' in vars(base)
    ]
    # What wraps it may take more: MMCV accepts old names in this way.
    if any(hasattr(init, '__wrapped__') for init in inits):
        return AcceptedKeys((), False)
    # Of **kwargs that no base takes in nobody knows where they go.
    closed = not inits or not all(map(_takes_more, inits))
    if inits and not _takes_more(inits[0]):
        del inits[1:]
    # Of all bases: VFNetHead leaves the next one out by super(Parent, self).
    names = dict.fromkeys(name for init in inits for name in _parameters(init))
    return AcceptedKeys(tuple(names), closed)


def _parameters(function: Callable) -> Tuple[str, ...]:
    return tuple(
        p.name for p in inspect.signature(function).parameters.values()
        if p.name != 'self' and p.kind not in (p.VAR_KEYWORD,
                                               p.VAR_POSITIONAL))


def _takes_more(function: Callable) -> bool:
    """Whether it has ``**kwargs``."""
    return any(p.kind == p.VAR_KEYWORD
               for p in inspect.signature(function).parameters.values())
