"""Label Studio client: its HTTP API with a token, no redirects followed."""
import http.client
import json
import os
import threading
import time
import urllib.error
import urllib.request
import uuid
from typing import Any, Mapping, Optional, Sequence, Tuple
from urllib.parse import quote, urlencode, urlsplit

from custom.utils.errors import InputError

TOKEN = 'LABEL_STUDIO_API_KEY'

_TIMEOUT_S = 120.  # an import of several images is checked one by one
_CHUNK = 2**16
_HOW_TO_GET_ONE = ('In Label Studio make a Personal Access Token (Account & '
                   f'Settings) and put it into the environment as {TOKEN}.')


class LabelStudioError(InputError):
    """Label Studio can't be reached, refuses a request, or has no such
    thing."""


class LabelStudioClient:
    """Client of one Label Studio, to whose address alone it sends requests.

    A personal access token, which is what 1.20 and later give by default, is
    a refresh token: it gets access tokens of five minutes. Legacy tokens are
    sent as they are.

    Args:
        url: Such as ``http://localhost:8080``, with a path where Label Studio
            is below one.
        token: Of either kind.

    Raises:
        InputError: The address is none of HTTP.
    """

    def __init__(self, url: str, token: str) -> None:
        self.url = _checked(url)
        self._token = token
        self._refreshes = token.count('.') == 2  # a JSON Web Token
        self._bearer = ''
        self._renewing = threading.Lock()
        self._opener = urllib.request.build_opener(_NoRedirects)

    def get(self, path: str, **params: Any) -> Any:
        """The JSON at a path, such as ``/api/projects``."""
        query = f'?{urlencode(params)}' if params else ''
        return self._parsed(self._send('GET', path + query))

    def send(self, method: str, path: str, body: Any) -> Any:
        """The answer to JSON that is sent."""
        return self._parsed(
            self._send(method, path,
                       json.dumps(body).encode(), 'application/json'))

    def upload(self, path: str, files: Sequence[Tuple[str, bytes]]) -> Any:
        """The answer to files, name and content, that are sent as a form."""
        boundary = uuid.uuid4().hex
        body = b''.join(
            _part(boundary, number, *file)
            for number, file in enumerate(files)) + f'--{boundary}--'.encode()
        return self._parsed(
            self._send('POST', path, body,
                       f'multipart/form-data; boundary={boundary}'))

    def read(self,
             path: str,
             limit: Optional[int] = None,
             deadline: Optional[float] = None) -> bytes:
        """The bytes at a path, with its query.

        Args:
            path: Begins with ``/``.
            limit: How many bytes there may be.
            deadline: Until when, in ``time.monotonic``.

        Raises:
            LabelStudioError: Or there are more, or it takes longer.
        """
        return self._send('GET', path, limit=limit, deadline=deadline)

    def _send(self,
              method: str,
              path: str,
              data: Optional[bytes] = None,
              kind: str = '',
              limit: Optional[int] = None,
              deadline: Optional[float] = None) -> bytes:
        # What a task names may hold any characters; "%20" is one already.
        request = urllib.request.Request(
            self.url + quote(path, "/?&=%:@!$'()*+,;~", errors='replace'),
            data, {'Content-Type': kind} if kind else {},
            method=method)
        given = self._authorization(deadline)
        try:
            return self._open(request, given, limit, deadline)
        except urllib.error.HTTPError as error:
            if error.code != 401 or not self._refreshes:
                raise self._refused(request, error) from None
        given = self._authorization(deadline, stale=given)
        try:
            return self._open(request, given, limit, deadline)
        except urllib.error.HTTPError as error:
            raise self._refused(request, error) from None

    def _authorization(self,
                       deadline: Optional[float],
                       stale: str = '') -> str:
        """Value of the header ``Authorization``; another than ``stale``, which
        was refused. Of several threads one renews it for all."""
        if not self._refreshes:
            return f'Token {self._token}'
        with self._renewing:
            if self._bearer in ('', stale):
                self._bearer = f'Bearer {self._new_access(deadline)}'
            return self._bearer

    def _new_access(self, deadline: Optional[float]) -> str:
        request = urllib.request.Request(
            f'{self.url}/api/token/refresh/',
            json.dumps(dict(refresh=self._token)).encode(),
            {'Content-Type': 'application/json'})
        try:
            answer = self._parsed(self._open(request, deadline=deadline))
        except urllib.error.HTTPError as error:
            raise self._refused(request, error) from None
        if not isinstance(answer, dict) or 'access' not in answer:
            raise self._no_label_studio()
        return answer['access']

    def _open(self,
              request: urllib.request.Request,
              authorization: str = '',
              limit: Optional[int] = None,
              deadline: Optional[float] = None) -> bytes:
        if authorization:
            request.add_header('Authorization', authorization)
        try:
            with self._opener.open(request, timeout=_left(deadline)) as answer:
                return _read(answer, limit, deadline)
        except urllib.error.HTTPError:
            raise
        except (OSError, http.client.HTTPException) as error:
            reason = getattr(error, 'reason', error)
            raise LabelStudioError(
                f'{self.url}: Label Studio does not answer ({reason}). Start '
                'it, or give its address.') from None

    def _parsed(self, answer: bytes) -> Any:
        try:
            return json.loads(answer)
        except ValueError:
            raise self._no_label_studio() from None

    def _no_label_studio(self) -> LabelStudioError:
        return LabelStudioError(f'{self.url}: does not answer as Label Studio '
                                'does. Give its address.')

    def _refused(self, request: urllib.request.Request,
                 error: urllib.error.HTTPError) -> LabelStudioError:
        path = urlsplit(request.full_url).path
        where = f'{self.url}: {request.get_method()} {path}'
        with error:
            said = _said(error.read(_CHUNK))
        if error.code == 401:
            cure = _HOW_TO_GET_ONE
            if not self._refreshes:
                cure = (f'{cure} Or let an owner allow legacy tokens in '
                        'Organization, API Tokens Settings.')
            return LabelStudioError(f'{where}: the token is not taken '
                                    f'({said}). {cure}')
        if 300 <= error.code < 400:
            return LabelStudioError(
                f'{where}: leads to {error.headers.get("Location", "?")}, '
                'where nothing is fetched from. Let Label Studio send the '
                'files of its storages itself, without pre-signed URLs.')
        return LabelStudioError(f'{where}: {error.code}, {said}')


def connect(url: str,
            environ: Mapping[str, str] = os.environ) -> LabelStudioClient:
    """The client of a Label Studio, with the token of the environment.

    Raises:
        InputError: There is none, or the address is none of HTTP.
    """
    token = environ.get(TOKEN, '').strip()
    if not token:
        raise InputError(f'{TOKEN} is not set. {_HOW_TO_GET_ONE}')
    if not (token.isascii() and token.isprintable()):
        raise InputError(f'{TOKEN} is no token: it has other characters than '
                         f'those of ASCII. {_HOW_TO_GET_ONE}')
    return LabelStudioClient(url, token)


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """Handler that makes an error of what leads elsewhere, with the token."""

    def redirect_request(self, *_: Any) -> None:
        return None


def _checked(url: str) -> str:
    """The address without a slash at its end."""
    try:
        parts = urlsplit(url)
        whole = (
            parts.scheme in ('http', 'https') and parts.hostname
            and parts.port != 0 and url.isascii()
            and parts.hostname.encode('idna'))
    except ValueError:  # a port that is no number, a name with an empty part
        whole = False
    if not whole or '@' in parts.netloc or parts.query or parts.fragment:
        raise InputError(f'{url}: no address of Label Studio. Give one such '
                         'as http://localhost:8080')
    return url.rstrip('/')


def _part(boundary: str, number: int, name: str, content: bytes) -> bytes:
    # Each in a field of its own: of one name Label Studio takes the last.
    quoted = name.replace('"', '_').replace('\n', '_').replace('\r', '_')
    return (f'--{boundary}\r\nContent-Disposition: form-data; '
            f'name="file{number}"; filename="{quoted}"\r\n'
            'Content-Type: application/octet-stream\r\n\r\n').encode() + (
                content + b'\r\n')


def _left(deadline: Optional[float]) -> float:
    if deadline is None:
        return _TIMEOUT_S
    return max(deadline - time.monotonic(), 1e-3)


def _read(answer: http.client.HTTPResponse, limit: Optional[int],
          deadline: Optional[float]) -> bytes:
    if limit is None:
        return answer.read()
    data = bytearray()
    while chunk := answer.read(_CHUNK):
        data += chunk
        if len(data) > limit:
            raise LabelStudioError(f'{answer.url}: has more than '
                                   f'{limit / 1e6:g} megabytes.')
        if time.monotonic() > deadline:
            raise LabelStudioError(f'{answer.url}: comes too slowly.')
    if answer.length:  # read(_CHUNK) takes an early end for the end
        raise LabelStudioError(f'{answer.url}: ended {answer.length} bytes '
                               'early. Try again.')
    return bytes(data)


def _said(body: bytes) -> str:
    """Message of an error of Label Studio."""
    try:
        answer = json.loads(body)
        return str(answer.get('validation_errors') or answer['detail'])
    except (ValueError, KeyError, AttributeError):
        return body.decode('utf-8', 'replace')[:200].strip()
