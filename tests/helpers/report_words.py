"""English in a Korean text of the evaluation report."""
import re

# What is said so in Korean, too.
_KEPT = {
    'mAP', 'AP', 'IoU', 'TIDE', 'NMS', 'Bolya', 'et', 'al', 'FP', 'FN',
    'micro', 'macro', 'calibration', 'crowd', 'English'
}


def english_words(text):
    """The words of two letters and more, but for flags, file names and the
    abbreviations of the field."""
    plain = re.sub(r'\S*[./_]\w\S*|--\S+', ' ', text)
    return [
        word for word in re.findall(r'[A-Za-z]{2,}', plain)
        if word not in _KEPT
    ]
