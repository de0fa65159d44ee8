"""Many problems as one message."""
from custom.utils.errors import InputError


class ErrorCollector:
    """Counts what is wrong, and keeps the first of it."""

    def __init__(self) -> None:
        self.first = ''
        self.others = 0

    def add(self, message: str) -> None:
        if self.first:
            self.others += 1
        else:
            self.first = message

    def stop(self) -> None:
        """Raises InputError where there was a problem."""
        if self.first:
            more = (f' ({self.others} more problems like this)'
                    if self.others else '')
            raise InputError(f'{self.first}{more}')
