"""Slurm for tests: a controller and one node with two CPUs on this machine,
in a folder of their own."""
import contextlib
import getpass
import os
import secrets
import socket
import subprocess
import time

from tests.helpers.processes import free_port

_CONF = """
ClusterName=tests
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={controller}
SlurmdPort={node}
SlurmUser={user}
SlurmdUser={user}
AuthInfo=socket={folder}/munge.socket
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd.log
# No control groups, which containers lack.
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
MpiDefault=none
ReturnToService=2
SlurmdParameters=config_overrides
NodeName={host} NodeAddr=127.0.0.1 CPUs=2
PartitionName=all Nodes=ALL Default=YES
"""


@contextlib.contextmanager
def slurm_cluster(folder):
    """Environment variables with which Slurm's commands find the cluster."""
    folder.mkdir()
    (folder / 'state').mkdir()
    conf, key = folder / 'slurm.conf', folder / 'munge.key'
    key.write_bytes(secrets.token_bytes(128))
    key.chmod(0o400)
    conf.write_text(
        _CONF.format(
            user=getpass.getuser(),
            host=socket.gethostname().partition('.')[0],
            controller=free_port(),
            node=free_port(),
            folder=folder))
    files = [
        f'--{name}-file={folder}/munge.{name}'
        for name in ('key', 'pid', 'log', 'seed')
    ]
    env = dict(os.environ, SLURM_CONF=str(conf))
    with contextlib.ExitStack() as stack:
        for command in ([
                'munged', '--foreground', '--force', *files,
                f'--socket={folder}/munge.socket'
        ], ['slurmctld', '-D'], ['slurmd', '-D']):
            daemon = subprocess.Popen(
                command,
                env=env,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL)
            stack.callback(_end, daemon)
        _until(lambda: 'idle' in _said(env, 'sinfo', '--noheader'))
        yield env


def run_job(env, *words):
    """Submits a batch job, and waits for its end.

    Returns:
        dict: What Slurm knows of it, such as ``JobState`` and ``Restarts``.
    """
    job = _said(env, 'sbatch', '--parsable', *map(str, words)).strip()
    _until(lambda: _job(env, job)['JobState'] not in
           ('PENDING', 'RUNNING', 'COMPLETING', 'REQUEUED'))
    return _job(env, job)


def _job(env, job):
    said = _said(env, 'scontrol', 'show', 'job', job)
    return dict(word.split('=', 1) for word in said.split() if '=' in word)


def _said(env, *words):
    return subprocess.run(
        words, env=env, stdout=subprocess.PIPE, text=True).stdout


def _until(condition):
    end = time.monotonic() + 900
    while not condition():
        assert time.monotonic() < end
        time.sleep(.5)


def _end(daemon):
    daemon.terminate()
    daemon.wait()
