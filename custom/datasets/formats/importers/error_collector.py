"""Error collector of an import: all problems, counted by kind."""
from collections import Counter
from pathlib import Path
from typing import Dict, Iterator

from custom.datasets.formats.disk_list import DiskList
from custom.utils.errors import InputError

# Kinds, in the plural, as they are counted in a message.
KINDS: Dict[str, str] = dict(
    record='records that are not whole',
    file='annotation files that cannot be read',
    image_missing='images that are not there',
    image_unclear='images of which several could be meant',
    image_unreadable='images that cannot be read',
    image_size='images of another size than was annotated',
    image_repeated='images that are recorded twice',
    exchanged='boxes whose corners are exchanged',
    empty='boxes without area',
    outside='boxes outside their image')
# Of each kind, what a message tells in full.
_EXAMPLES = 3


class ImportProblems(InputError):
    """Error of an import that has problems; ``problems`` has all of them."""

    def __init__(self, message: str, problems: 'ErrorCollector') -> None:
        super().__init__(message)
        self.problems = problems


class ErrorCollector:
    """Error collector: problems of records, found while everything is read.

    Args:
        skip_bad: Leave bad records out, and go on.
        mend: Mend what can be, leave out the rest, and go on.
        flags: Messages name the flags that do so.
    """

    def __init__(self,
                 skip_bad: bool = False,
                 mend: bool = False,
                 flags: bool = True) -> None:
        self._flags = flags
        self.goes_on = skip_bad or mend
        self.mends = mend
        self.left_out: Counter = Counter()
        self.mended: Counter = Counter()
        self._examples: Dict[str, list] = {}
        self._all = DiskList()

    def __len__(self) -> int:
        return len(self._all)

    def add(self, kind: str, message: str) -> None:
        """Takes a problem of a record that is left out.

        Args:
            kind: Key of :data:`KINDS`.
            message: Where it is, what is wrong and how to mend it.
        """
        self.left_out[kind] += 1
        self._keep(kind, message)

    def mend(self, kind: str, message: str, done: str) -> bool:
        """Takes a problem that can be mended, and tells whether it is to be.

        Args:
            kind, message: As :meth:`add`.
            done: How it is mended, for the list.
        """
        if not self.mends:
            advice = f' With --mend {done}.' * self._flags
            self.add(kind, f'{message}{advice}')
            return False
        self.mended[kind] += 1
        self._keep(kind, f'{message} Mended: {done}.')
        return True

    def stop(self, src: Path) -> None:
        """Raises ImportProblems unless bad records are left out.

        The message has examples of each kind, and the count of all.
        """
        if not self._all or self.goes_on:
            return
        told = [text for texts in self._examples.values() for text in texts]
        if len(self) > 1:
            counts = ', '.join(f'{count} {KINDS[kind]}'
                               for kind, count in self.left_out.items())
            told.append(f'{src}: {len(self)} problems: {counts}.')
        if self._flags:
            told[-1] += (' --skip-bad leaves these records out and goes on.'
                         if len(self) > 1 else ' Or leave it out: --skip-bad.')
        raise ImportProblems('\n'.join(told), self)

    def __iter__(self) -> Iterator[str]:
        return iter(self._all)

    def summary(self) -> Iterator[str]:
        """Summary of what was left out and what was mended, by kind."""
        for what, counts in (('left out', self.left_out), ('mended',
                                                           self.mended)):
            for kind, count in counts.items():
                yield f'{what}: {count} {KINDS[kind]}'

    def _keep(self, kind: str, message: str) -> None:
        self._all.append(message)
        examples = self._examples.setdefault(kind, [])
        if len(examples) < _EXAMPLES:
            examples.append(message)
