"""Options of a request: query parameters and form fields, checked as one."""
import difflib
from typing import Any, Dict, Sequence, Tuple

from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError

from custom.server.http_errors import ServiceError
from custom.server.schemas import TagOptions


def merge_options(query: TagOptions, fields: Sequence[Tuple[str, str]],
                  file_field: str) -> TagOptions:
    """Options of a query and of the fields of a form, which count alike.

    Args:
        query: Those of the address.
        fields: Name and text of each field that is no file.
        file_field: Name of the one that should be a file.

    Raises:
        ServiceError: ``bad_parameter`` or ``no_file``: a field twice, one
            that says something else than the query, or no file.
        RequestValidationError: A field that nothing reads, or its text is
            wrong.
    """
    form = _validate(_distinct(fields), file_field)
    told, asked = (
        options.model_dump(mode='json', exclude_unset=True)
        for options in (form, query))
    for name, value in told.items():
        if asked.get(name, value) != value:
            raise ServiceError(
                'bad_parameter', f'{name}: the form says "{value}", the '
                f'address "{asked[name]}"; give one of them.')
    return TagOptions(**{**asked, **told})


def describe_error(error: Dict[str, Any]) -> str:
    """Sentence about an option that pydantic refuses.

    Args:
        error: As pydantic lists it, its ``loc`` beginning with where it was.
    """
    where, name, *_ = error['loc']
    if error['type'] != 'extra_forbidden':
        return f'{name}: {error["msg"]}.'
    what = 'field' if where == 'body' else 'query parameter'
    known = [*TagOptions.model_fields]
    near = difflib.get_close_matches(name, known, n=1)
    hint = (f'did you mean "{near[0]}"?'
            if near else f'there are {", ".join(known)}.')
    return f'Unknown {what} "{name}"; {hint}'


def _distinct(fields: Sequence[Tuple[str, str]]) -> Dict[str, str]:
    texts: Dict[str, str] = {}
    for name, text in fields:
        if texts.setdefault(name, text) != text:
            raise ServiceError(
                'bad_parameter', f'{name}: the form says "{texts[name]}" and '
                f'"{text}"; give one of them.')
    return texts


def _validate(texts: Dict[str, str], file_field: str) -> TagOptions:
    if file_field in texts:
        raise ServiceError('no_file',
                           f'The field "{file_field}" holds no file.')
    try:
        return TagOptions.model_validate(texts)
    except ValidationError as error:
        raise RequestValidationError([
            dict(one, loc=('body', *one['loc'])) for one in error.errors()
        ]) from None
