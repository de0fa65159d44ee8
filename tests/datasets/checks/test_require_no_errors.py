from pathlib import Path

import pytest
from PIL import Image

from custom.utils.errors import InputError
from tests.helpers.valid_coco import sound

CLASSES = ('cat', 'dog', 'sun')


def told(folder, classes=CLASSES):
    with pytest.raises(InputError) as caught:
        sound(folder.root, classes, ['train'])
    return str(caught.value)


def test_sound(folder):
    folder.write('train', [1, 0, 0, 9, 9], [2, 20, 0, 9, 9])
    summary, = sound(folder.root, CLASSES, ['train'])
    assert summary == ('train', 1, 0, 2, 0)


def test_a_warning_is_no_error(folder):
    folder.write('train', [1, 0, 0, 0.5, 9])
    assert sound(folder.root, CLASSES, ['train'])


def test_file_record_cure_and_count(folder):
    path = folder.write('train', [1, 0, 0, 0, 9], [2, 90, 0, 9, 9])
    assert told(folder) == (
        f'{path}: annotation 1: box [0, 0, 0, 9] on "train.png" of 60 x 40 '
        'pixels (1 more error) [box-empty]; draw it again. "python '
        f'tools/check_dataset.py {folder.root}" tells all of it, and with '
        '--fix writes a mended copy')


def test_unknown_class(folder):
    folder.write('train')
    text = told(folder, ('cat', 'dog', 'snu'))
    assert '"sun" is none of the 3 classes; the nearest is "snu"' in text
    # There is no mending it, so that is not offered.
    assert text.endswith('tells all of it')


def test_several_more(folder):
    folder.write('train', *[[1, 0, 0, 0, 9]] * 3)
    assert '(2 more errors)' in told(folder)


@pytest.mark.parametrize('content', [b'', b'not an image', b'\x89PNG\r\n'])
def test_image_is_none(folder, content):
    folder.write('train')
    (folder.root / 'images' / 'train.png').write_bytes(content)
    assert 'image 1: "train.png" cannot be used' in told(folder)


def save_rotated(path: Path, image_format: str) -> None:
    """Stores 40 x 60 pixels that are shown 60 wide and 40 high."""
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.new('RGB', (40, 60)).save(path, image_format, exif=exif)


@pytest.mark.parametrize('image_format', ['JPEG', 'PNG', 'WEBP', 'TIFF'])
def test_size_is_that_of_the_rotated_photo(folder, image_format):
    folder.write('train')
    save_rotated(folder.root / 'images' / 'train.png', image_format)
    assert sound(folder.root, CLASSES, ['train'])
