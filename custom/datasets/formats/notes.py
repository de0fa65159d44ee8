"""What an owner of the data should know, counted."""
from collections import Counter


class ImportWarnings(Counter):
    """Counts by a sentence that follows the number, such as "boxes clipped
    to their image". One that counts nothing isn't there."""

    def __setitem__(self, sentence: str, count: int) -> None:
        if count:
            super().__setitem__(sentence, count)
        else:
            self.pop(sentence, None)
