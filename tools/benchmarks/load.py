"""HTTP load generator: closed and open loops of requests to a local server.

Written on bare streams: an HTTP library would take as much of a core as the
server that it is to measure.
"""
import asyncio
import itertools
import time
from typing import List, NamedTuple, Sequence

BOUNDARY = 'picture'


class Reply(NamedTuple):
    """HTTP reply: status, body and seconds, and which file it was about."""
    status: int
    body: bytes
    seconds: float
    file: int


def request(data: bytes) -> bytes:
    """The bytes of an HTTP request, POST /tag with a file."""
    body = (f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; '
            'filename="picture"\r\n\r\n').encode()
    body += data + f'\r\n--{BOUNDARY}--\r\n'.encode()
    return ('POST /tag HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: '
            f'multipart/form-data; boundary={BOUNDARY}\r\nContent-Length: '
            f'{len(body)}\r\n\r\n').encode() + body


def closed_loop(port: int, requests: Sequence[bytes], clients: int,
                seconds: float) -> List[Reply]:
    """Closed-loop load: clients ask again as soon as they are answered."""

    async def client(end: float) -> List[Reply]:
        replies = []
        line = await _connect(port)
        while time.monotonic() < end:
            replies.append(await _ask(line, requests, next(turn)))
            if replies[-1].status >= 400:  # the server may have hung up
                line[1].close()
                line = await _connect(port)
        line[1].close()
        return replies

    async def run() -> List[Reply]:
        end = time.monotonic() + seconds
        return sum(
            await asyncio.gather(*(client(end) for _ in range(clients))), [])

    turn = itertools.cycle(range(len(requests)))
    return asyncio.run(run())


def open_loop(port: int, requests: Sequence[bytes], rate: float,
              seconds: float) -> List[Reply]:
    """Open-loop load: requests at a rate a second, whether or not earlier
    ones are answered, each on a connection of its own."""

    async def one(number: int) -> Reply:
        await asyncio.sleep(start + number / rate - time.monotonic())
        began = time.monotonic()
        line = await _connect(port)
        reply = await _ask(line, requests, number % len(requests))
        line[1].close()
        return reply._replace(seconds=time.monotonic() - began)

    async def run() -> List[Reply]:
        return await asyncio.gather(*map(one, range(int(rate * seconds))))

    start = time.monotonic()
    return asyncio.run(run())


def each_once(port: int, requests: Sequence[bytes],
              clients: int) -> List[Reply]:
    """Sends every request once, ``clients`` of them at a time."""

    async def client() -> List[Reply]:
        replies = []
        for number in todo:
            line = await _connect(port)
            replies.append(await _ask(line, requests, number))
            line[1].close()
        return replies

    async def run() -> List[Reply]:
        return sum(await asyncio.gather(*(client() for _ in range(clients))),
                   [])

    todo = iter(range(len(requests)))
    return asyncio.run(run())


async def _connect(port: int) -> tuple:
    return await asyncio.open_connection('127.0.0.1', port)


async def _ask(line: tuple, requests: Sequence[bytes], number: int) -> Reply:
    reader, writer = line
    start = time.monotonic()
    writer.write(requests[number])
    head = (await reader.readuntil(b'\r\n\r\n')).lower()
    length = int(head.partition(b'content-length:')[2].split()[0])
    body = await reader.readexactly(length)
    return Reply(int(head.split()[1]), body, time.monotonic() - start, number)
