"""Search space: config keys, and the values that a search may give them."""
import copy
import re
from typing import Any, Dict, List, Sequence

from mmengine.config import Config
from optuna.distributions import (BaseDistribution, CategoricalDistribution,
                                  FloatDistribution, IntDistribution)
from optuna.trial import Trial

from custom.config.config import parse_options, set_options
from custom.config.validate import require_known_keys
from custom.utils.errors import InputError

Space = Dict[str, BaseDistribution]

_NUMBER = r'[-+]?(?:\d+(?:\.\d+)?|\.\d+)(?:e[-+]?\d+)?'
_RANGE = re.compile(rf'({_NUMBER})\.\.({_NUMBER})(:log)?', re.IGNORECASE)
_GRAMMAR = ('write KEY=LOW..HIGH, KEY=LOW..HIGH:log for steps that multiply, '
            'or KEY=A,B,C')


def parse_space(words: Sequence[str]) -> Space:
    """``--search`` words into distributions by dotted config key.

    ``a=1e-4..1e-2:log`` is a float on a log scale, ``b=2..8`` an integer with
    both ends, ``c=adam,(1,2)`` a choice. Choices stay text, as they are
    written after ``--cfg-options c=``.

    Raises:
        InputError: A word is none of these, or a key is in two of them.
    """
    space: Space = {}
    for word in words:
        key, _, text = word.partition('=')
        if key in space:
            raise InputError(f'--search {key}: is given twice')
        found = _RANGE.fullmatch(text)
        try:
            space[key] = _range(*found.groups()) if found else (
                CategoricalDistribution(_choices(text)))
        except ValueError as error:
            raise InputError(f'--search {word}: {error}; {_GRAMMAR}') from None
    return space


def _range(low: str, high: str, log: str) -> BaseDistribution:
    number, kind = (int,
                    IntDistribution) if _is_int(low) and _is_int(high) else (
                        float, FloatDistribution)
    first, last = number(low), number(high)
    if first >= last:
        raise ValueError(f'{low} is not below {high}')
    if log and first <= 0:
        raise ValueError('a log scale is above 0')
    return kind(first, last, log=bool(log))


def _is_int(text: str) -> bool:
    return bool(re.fullmatch(r'[-+]?\d+', text))


def _choices(text: str) -> List[str]:
    """Splits at the commas that are in no brackets."""
    choices, depth = [''], 0
    for letter in text:
        depth += (letter in '([') - (letter in ')]')
        if letter == ',' and not depth:
            choices.append('')
        else:
            choices[-1] += letter
    if len({*choices}) < max(2, len(choices)) or '' in choices:
        raise ValueError('needs at least two values, each another')
    return choices


def require_searchable(cfg: Config, space: Space,
                       given: Sequence[str]) -> None:
    """Refuses a space of which a value can't be set in a config.

    Args:
        cfg: The config; not changed.
        space: Of :func:`parse_space`.
        given: Dotted keys that the command line sets to one value.

    Raises:
        InputError: Nothing reads a key, or a key is given.
    """
    for key, distribution in space.items():
        if key in given:
            raise InputError(f'--search {key}: is set by another flag or '
                             '--cfg-options, which leaves nothing to search')
        for value in _ends(distribution):
            changed = copy.deepcopy(cfg)
            set_options(changed, space_options({key: value}), '--search')
            require_known_keys(changed)


def _ends(distribution: BaseDistribution) -> Sequence[Any]:
    if isinstance(distribution, CategoricalDistribution):
        return distribution.choices
    return distribution.low, distribution.high


def suggest(trial: Trial, space: Space) -> Dict[str, Any]:
    """Values for a trial, by key."""
    for key, one in space.items():
        if isinstance(one, CategoricalDistribution):
            trial.suggest_categorical(key, one.choices)
        elif isinstance(one, IntDistribution):
            trial.suggest_int(key, one.low, one.high, log=one.log)
        else:
            trial.suggest_float(key, one.low, one.high, log=one.log)
    return trial.params


def space_argv(params: Dict[str, Any]) -> List[str]:
    """Values of a trial as ``KEY=VALUE`` words of ``--cfg-options``."""
    return [f'{key}={value}' for key, value in params.items()]


def space_options(params: Dict[str, Any]) -> Dict[str, Any]:
    """Values of a trial as options, choices as what their text means."""
    return parse_options(space_argv(params))
