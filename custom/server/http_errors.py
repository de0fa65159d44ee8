"""Errors of the service: one table of codes, statuses and hints."""
from typing import Dict, NamedTuple


class ErrorSpec(NamedTuple):
    """Specification of an error: HTTP status, and what the caller can do."""
    status: int
    hint: str


_RETRY = 'Try again in a moment.'
ERRORS: Dict[str, ErrorSpec] = {
    'bad_request':
    ErrorSpec(400, 'Send what a browser, curl or an HTTP library sends.'),
    'bad_form':
    ErrorSpec(400,
              'Send multipart/form-data with the picture in a field "file".'),
    'bad_json':
    ErrorSpec(400, 'Send the JSON that Label Studio sends to a backend.'),
    'no_file':
    ErrorSpec(400, 'Put the picture into a multipart field named "file".'),
    'unauthorized':
    ErrorSpec(401, 'Give user and password of TAGGER_LABEL_STUDIO_LOGIN.'),
    'not_found':
    ErrorSpec(404, 'See /docs for the addresses that there are.'),
    'method_not_allowed':
    ErrorSpec(405, 'See /docs for the methods of this address.'),
    'slow_body':
    ErrorSpec(408, 'Send the request without pauses.'),
    'training_runs':
    ErrorSpec(409, 'Wait until it is done; the log of the service tells.'),
    'body_too_large':
    ErrorSpec(413, 'Send a smaller file, or fewer at once.'),
    'too_many_pixels':
    ErrorSpec(413, 'Make the picture smaller.'),
    'too_many_parts':
    ErrorSpec(413, 'Send fewer files and fields at once.'),
    'unsupported_type':
    ErrorSpec(415, 'Save the picture as JPEG, PNG, WebP, GIF, BMP or TIFF.'),
    'bad_picture':
    ErrorSpec(422, 'Save the picture anew, or take another.'),
    'bad_labels':
    ErrorSpec(422, 'Correct the labeling interface of the project.'),
    'no_picture':
    ErrorSpec(422, 'Look whether Label Studio shows the picture.'),
    'slow_picture':
    ErrorSpec(422, 'Make the picture smaller, or save it anew.'),
    'bad_parameter':
    ErrorSpec(422, 'See /docs for what the parameter takes.'),
    'headers_too_large':
    ErrorSpec(431, 'Send shorter headers.'),
    'internal':
    ErrorSpec(500, 'Try again; if it stays, tell who runs this service.'),
    'worker_died':
    ErrorSpec(
        500, 'Try another picture; if it stays, tell who runs this '
        'service.'),
    'no_training':
    ErrorSpec(
        501, 'Run tools/label_studio.py train, or start the service with '
        '--label-studio-train.'),
    'queue_full':
    ErrorSpec(503, _RETRY),
    'not_ready':
    ErrorSpec(503, _RETRY),
    'deadline':
    ErrorSpec(504, _RETRY),
}


class ServiceError(Exception):
    """A request that is refused.

    Args:
        code: A key of :data:`ERRORS`.
        message: What is wrong, as a sentence for a person.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(code, message)  # both: it travels by pickle
        self.code = code
        self.message = message

    @property
    def status(self) -> int:
        return ERRORS[self.code].status

    @property
    def hint(self) -> str:
        return ERRORS[self.code].hint
