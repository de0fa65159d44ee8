"""A config as the text of a config file."""
from typing import Any

from mmengine.config import Config
from yapf.yapflib.yapf_api import FormatCode

_STYLE = dict(
    based_on_style='pep8',
    blank_line_before_nested_class_or_def=True,
    split_before_expression_after_opening_paren=True)


def config_text(cfg: Config) -> str:
    """Python that reads as a config with the same values, in their order.

    MMEngine's ``pretty_text`` sorts the keys, so that ``type`` comes after
    what belongs to it, and gives every number of a list a line.
    """
    code = '\n'.join(f'{key} = {_code(value)}'
                     for key, value in cfg.to_dict().items())
    return FormatCode(code, style_config=_STYLE)[0]


def _code(value: Any) -> str:
    if isinstance(value, dict):
        # Other keys, such as 'backbone.norm' of paramwise_cfg, need quotes.
        if all(str(key).isidentifier() for key in value):
            items = [f'{key}={_code(child)}' for key, child in value.items()]
            return f'dict({", ".join(items)})'
        items = [f'{key!r}: {_code(child)}' for key, child in value.items()]
        return f'{{{", ".join(items)}}}'
    if isinstance(value, list):
        return f'[{", ".join(map(_code, value))}]'
    if isinstance(value, tuple):
        comma = ', ' if len(value) == 1 else ''
        return f'({", ".join(map(_code, value))}{comma})'
    return repr(value)
