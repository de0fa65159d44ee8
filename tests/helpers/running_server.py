"""Running server, in a process of its own, as an operator starts it."""
import contextlib
import os
import signal
import socket
import subprocess
import sys
import time

import httpx

from tests.helpers.run_tool import ROOT


@contextlib.contextmanager
def running(*words, **options):
    """``tools/serve.py``; gives a client whose ``process`` it is.

    Args:
        words: The checkpoint, if not that of the project, and options.
        options: For :class:`subprocess.Popen`.
    """
    with socket.socket() as free:
        free.bind(('127.0.0.1', 0))
        port = free.getsockname()[1]
    options.setdefault('stdout', subprocess.DEVNULL)
    process = subprocess.Popen([
        sys.executable, 'tools/serve.py', *map(str, words), '--port',
        str(port), '--threads', '1'
    ],
                               cwd=ROOT,
                               stderr=subprocess.PIPE,
                               text=True,
                               **options)
    with httpx.Client(
            base_url=f'http://127.0.0.1:{port}', timeout=60) as client:
        client.process = process
        try:
            until_ready(client)
            yield client
        finally:
            # Its children too: one that a test has stopped would never end.
            for pid in [*children(process.pid), process.pid]:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            process.communicate()


def children(pid):
    """Process ids below a process."""
    found = []
    for entry in os.listdir('/proc'):
        if entry.isdecimal():
            try:
                with open(f'/proc/{entry}/stat') as stat:
                    parent = int(stat.read().rpartition(')')[2].split()[1])
            except FileNotFoundError:
                continue
            if parent == pid:
                found += [int(entry), *children(int(entry))]
    return found


def memory_mb(client):
    """Memory of all the server's processes; what they share counts once."""
    total = 0
    for pid in [client.process.pid, *children(client.process.pid)]:
        with open(f'/proc/{pid}/smaps_rollup') as file:
            total += sum(
                int(line.split()[1]) for line in file
                if line.startswith('Pss_Anon'))
    return total / 1e3


def until_ready(client):
    for _ in range(600):
        with contextlib.suppress(httpx.TransportError):
            if client.get('/readyz').status_code == 200:
                return
        assert client.process.poll() is None, client.process.stderr.read()
        time.sleep(0.1)
    raise AssertionError('not ready within a minute')


def connected(client):
    """Connection to the service, for what no HTTP client would send."""
    return socket.create_connection(
        (client.base_url.host, client.base_url.port), timeout=15)


def post(client, data, where='/tag', **params):
    """An image sent to the service; the answer."""
    return client.post(where, files=dict(file=data), params=params)


def code(response):
    """The code of an error."""
    return response.json()['error']['code']


def value(client, name):
    """A figure of /metrics; 0 if it is not there yet."""
    for line in client.get('/metrics').text.splitlines():
        if line.rpartition(' ')[0] == name:
            return float(line.rpartition(' ')[2])
    return 0.
