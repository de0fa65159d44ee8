"""Split fractions and k-fold parts, resolved from the command line."""
from typing import Dict, Optional

from custom.datasets.annotations.layout import SPLITS
from custom.utils.errors import InputError

FRACTIONS = dict(train=0.7, val=0.15, test=0.15)


def resolve_split_fractions(fractions: Dict[str, float],
                            folds: Optional[int] = None) -> Dict[str, float]:
    """The parts to make and how large each is to be, their sum 1.

    Args:
        fractions: Of train, val and test; :data:`FRACTIONS` when empty. What
            they leave is for train, unless train is among them. With folds,
            only ``test`` may be given: that part is held out, the rest is
            folded.
        folds: How many folds to make; None for plain splits.

    Returns:
        Fraction above 0 by the name of the part: a split, or ``fold1``,
        ``fold2``, …

    Raises:
        InputError: Nothing of that kind can be made.
    """
    for split, fraction in fractions.items():
        if split not in SPLITS:
            raise InputError(f'--fractions: "{split}" is no split. They are '
                             f'{", ".join(SPLITS)}.')
        if not 0 <= fraction <= 1:
            raise InputError(f'--fractions: {split}={fraction:g} is not from '
                             '0 to 1.')
    if folds is not None:
        return _folds(fractions, folds)
    parts = dict(fractions or FRACTIONS)
    total = sum(parts.values())
    parts.setdefault('train', 1 - total)
    if total > 1 + 1e-6 or abs(sum(parts.values()) - 1) > 1e-6:
        raise InputError(f'--fractions: their sum is {total:g}, not 1. Change '
                         'one, or leave train out: it gets the rest.')
    if parts['train'] < 1e-6:
        raise InputError('--fractions: nothing is left to train on. Choose '
                         'smaller ones.')
    return {split: parts[split] for split in SPLITS if parts.get(split)}


def _folds(fractions: Dict[str, float], folds: int) -> Dict[str, float]:
    if folds < 2:
        raise InputError(f'--folds: {folds} is too few. Give 2 or more.')
    if set(fractions) - {'test'}:
        raise InputError('--folds: every fold is val once, and the others are '
                         'train. Of --fractions give test alone: that part is '
                         'held out.')
    test = fractions.get('test', 0.0)
    if test > 1 - 1e-6:
        raise InputError('--fractions: nothing is left to fold. Choose a '
                         'smaller one for test.')
    parts = {f'fold{i}': (1 - test) / folds for i in range(1, folds + 1)}
    return {**parts, 'test': test} if test else parts
