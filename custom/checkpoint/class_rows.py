"""Fine-tuning weights: those of a checkpoint, class layers by class name.

A class layer has rows for each class: the classifier of a head, the box
regression unless it is class-agnostic, the masks. By position, as MMEngine
takes them, a class could get the rows of another one.
"""
import contextlib
import copy
import re
from collections import Counter
from typing import Dict, List, NamedTuple, Optional, Sequence

import torch
from mmdet.models import BBoxHead, YOLOV3Head
from mmdet.models.dense_heads.base_dense_head import BaseDenseHead
from mmdet.registry import MODELS
from rich.table import Table
from torch import Tensor, nn

from custom.checkpoint.dataset_meta import checkpoint_classes
from custom.config.tree import nested_dicts
from custom.utils.errors import InputError
from custom.utils.tables import results_table

CARRIED, BY_CLASS, ANEW = 'carried', 'by class name', 'anew'


class TransferredWeights(NamedTuple):
    """Weights of a model, those of a checkpoint among them.

    Attributes:
        state_dict: All weights of the model.
        origin: Of each weight: ``carried`` as it is; ``by class name``, what
            belongs to no class, such as the background, included; or
            ``anew``, as the model was initialized.
        classes: Names of the model's classes, in the order of labels.
        known: Those of the checkpoint; empty if it carries none.
    """
    state_dict: Dict[str, Tensor]
    origin: Dict[str, str]
    classes: Sequence[str]
    known: Sequence[str]

    def table(self) -> Table:
        """Table of how many weights of each part came from where."""
        parts: Dict[str, Counter] = {}
        for name, origin in self.origin.items():
            parts.setdefault(name.partition('.')[0], Counter())[origin] += 1
        return results_table([{
            'weights of': part,
            **counts
        } for part, counts in parts.items()],
                             ('weights of', CARRIED, BY_CLASS, ANEW))

    def lines(self) -> List[str]:
        """Names of the classes and layers that came along or didn't."""
        both = [name for name in self.classes if name in self.known]
        anew = dict.fromkeys(
            name.rpartition('.')[0] for name, origin in self.origin.items()
            if origin == ANEW)
        named = {
            'new': [name for name in self.classes if name not in both],
            'dropped': [name for name in self.known if name not in both],
            'layers anew': list(anew),
        }
        whence = '' if self.known else ', the checkpoint names none'
        return [
            f'{len(both)} of {len(self.classes)} classes carried{whence}',
            *(f'{what}: {_listed(names)}'
              for what, names in named.items() if names)
        ]


def transfer_weights(model: nn.Module, config: dict, classes: Sequence[str],
                     checkpoint: dict, filename: str) -> TransferredWeights:
    """Weights of a checkpoint for a model of other classes, or the same.

    A weight is carried if its name and shape agree. In a class layer each
    class gets the rows of the class of the same name, and keeps those of the
    model if there is none. A class layer of unknown layout, or from a
    checkpoint without class names, stays the model's.

    Args:
        model: An initialized detector; not changed.
        config: What it was built from.
        classes: Names of its classes, in the order of labels.
        checkpoint: With a ``state_dict``, or weights alone.
        filename: Its path, for the error.

    Raises:
        InputError: No weight fits.
    """
    known: Sequence[str] = ()
    with contextlib.suppress(InputError):  # a backbone has none
        known = checkpoint_classes(checkpoint, filename)
    theirs = weights_of(checkpoint)
    ours, per_class = model.state_dict(), _rows_per_class(model, config)
    fits: Dict[str, Tensor] = {}
    for name in ours.keys() & theirs.keys():
        weight = theirs[name]
        if name in per_class:
            weight = _by_class(
                _head_of(model, name), per_class[name], ours[name], weight,
                classes, known)
        if weight is not None and weight.shape == ours[name].shape:
            fits[name] = weight
    if not fits:
        raise InputError(f'{filename}: none of its weights fits this '
                         'architecture; use a checkpoint of the same detector')
    origin = dict.fromkeys(ours, ANEW)
    for name in fits:
        origin[name] = BY_CLASS if name in per_class else CARRIED
    return TransferredWeights({**ours, **fits}, origin, classes, known)


def weights_of(checkpoint: dict) -> Dict[str, Tensor]:
    """Its weights by name, of the model itself where it was wrapped."""
    return {
        re.sub(r'^module\.', '', name): weight
        for name, weight in checkpoint.get('state_dict', checkpoint).items()
    }


def brings_backbone(checkpoint: dict, model: nn.Module) -> bool:
    """Whether all weights of a model's backbone are in a checkpoint."""
    theirs = weights_of(checkpoint)
    return all(name in theirs and theirs[name].shape == weight.shape
               for name, weight in model.state_dict().items()
               if name.startswith('backbone.'))


def _rows_per_class(model: nn.Module, config: dict) -> Dict[str, int]:
    """Growth of the class layers with each class, seen by building the model
    once more for one more; 0 of one that grows elsewhere than in its rows."""
    config = copy.deepcopy(config)
    for node in nested_dicts(config):
        if 'num_classes' in node:
            node['num_classes'] += 1
    with torch.random.fork_rng(devices=[]):  # the run's numbers stay the same
        larger = MODELS.build(config).state_dict()
    growth = {}
    for name, weight in model.state_dict().items():
        if larger[name].shape != weight.shape:
            (more, *others), (rows, *rest) = larger[name].shape, weight.shape
            growth[name] = more - rows if others == rest else 0
    return growth


def _head_of(model: nn.Module, name: str) -> nn.Module:
    """The innermost module around a weight that knows its classes."""
    head = model
    for part in name.split('.')[:-1]:
        model = getattr(model, part)
        head = model if hasattr(model, 'num_classes') else head
    return head


def _by_class(head: nn.Module, per_class: int, fresh: Tensor, old: Tensor,
              classes: Sequence[str],
              known: Sequence[str]) -> Optional[Tensor]:
    """A class layer with the rows that ``old`` has for the same classes and
    for none, the rest as in ``fresh``; None if the layouts differ or one is
    not known."""
    to = _rows_by_class(head, per_class, len(fresh), classes)
    source = _rows_by_class(head, per_class, len(old), known)
    if not (to and source and len(to[None]) == len(source[None])
            and old.shape[1:] == fresh.shape[1:]):
        return None
    carried = fresh.clone()
    for name in to.keys() & source.keys():
        carried[to[name]] = old[source[name]].to(fresh)
    return carried


def _rows_by_class(head: nn.Module, per_class: int, rows: int,
                   classes: Sequence[str]) -> Dict[Optional[str], Tensor]:
    """Layout of a class layer of MMDetection: indices of the rows of each
    class, and with None those of no class. Empty if it is not known."""
    index, others = torch.arange(rows), rows - per_class * len(classes)
    if isinstance(head, BBoxHead) and per_class == 4 and not others:
        # Class by class, its four sides together.
        return {None: index[:0], **dict(zip(classes, index.view(-1, 4)))}
    if per_class != 1 and not (per_class and isinstance(head, BaseDenseHead)):
        return {}
    # Anchor by anchor. A YOLOv3 has box and objectness first, a softmax the
    # background last.
    first, last = (5, 0) if isinstance(head, YOLOV3Head) else (0, 1)
    if others not in (per_class * first, per_class * (first + last)):
        return {}
    before, of_class, after = index.view(per_class, -1).T.tensor_split(
        (first, first + len(classes)))
    return {None: torch.cat((before, after)), **dict(zip(classes, of_class))}


def _listed(names: Sequence[str], most: int = 30) -> str:
    more = len(names) - most
    return ', '.join(names[:most]) + (f' and {more} more' if more > 0 else '')
