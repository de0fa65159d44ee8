"""Image source with a deadly image; light, for processes that begin anew."""
import os
import signal


class DeadlySource:
    """Kills what reads image 2, as one too large for the memory."""
    digest = ''
    forks = True

    def __init__(self, source):
        self._source = source
        self.name = source.name

    def read(self, index):
        if index == 2:
            os.kill(os.getpid(), signal.SIGKILL)
        return self._source.read(index)
