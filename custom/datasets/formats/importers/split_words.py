"""What the makers of data sets call the splits."""
import re

SPLIT_WORDS = dict(
    train='train',
    training='train',
    val='val',
    valid='val',
    validation='val',
    test='test',
    testing='test')


def split_of(name: str) -> str:
    """The split that the name of a file or folder tells, such as
    "instances_train2017"; '' where it tells none or several."""
    words = re.findall('[a-z]+', name.lower())
    splits = {SPLIT_WORDS[word] for word in words if word in SPLIT_WORDS}
    return splits.pop() if len(splits) == 1 else ''
