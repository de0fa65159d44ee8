import json
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from custom.classes import NAMES
from custom.datasets.folder import SplitSummary, check_folder, class_names
from custom.errors import InputError


def message(function, *args):
    with pytest.raises(InputError) as caught:
        function(*args)
    return str(caught.value)


def rename(folder, *names):
    folder.categories = [
        dict(id=i, name=name) for i, name in enumerate(names, 1)
    ]


def test_no_folder(tmp_path):
    text = message(class_names, tmp_path / 'none')
    assert str(tmp_path / 'none') in text
    assert 'no such folder' in text


def test_empty_folder(tmp_path):
    assert 'empty' in message(class_names, tmp_path)


def test_empty_image_folder(folder):
    folder.write('train')
    (folder.root / 'images' / 'train.png').unlink()
    assert 'images: the folder is empty' in message(class_names, folder.root)


def test_no_train_split(folder):
    folder.write('val')
    assert 'train.json: cannot be read' in message(class_names, folder.root)


def test_classes_are_the_categories_by_id(folder):
    folder.categories = [dict(id=9, name='sun'), dict(id=2, name='cat')]
    folder.write('train')
    assert class_names(folder.root) == ('cat', 'sun')


def test_two_spellings_are_one_class(folder):
    rename(folder, 'Cat', 'cat', 'dog')
    folder.write('train')
    assert class_names(folder.root) == ('Cat', 'dog')


def test_all_drawing_classes_in_any_order_and_spelling(folder):
    names = [{'rocket': 'roket', 'sun': '해'}.get(n, n) for n in NAMES]
    rename(folder, *reversed(names))
    folder.write('train')
    assert class_names(folder.root) == NAMES


def test_other_order_in_another_split(folder):
    folder.write('train')
    rename(folder, 'sun', 'dog', 'cat')
    folder.write('val')
    assert class_names(folder.root) == ('cat', 'dog', 'sun')


def test_extra_class_in_another_split(folder):
    folder.write('train')
    rename(folder, 'cat', 'dog', 'sun', 'catt')
    path = folder.write('val')
    text = message(class_names, folder.root)
    assert str(path) in text
    assert '"catt" is none of the 3 classes; the nearest is "cat"' in text


def test_missing_class_in_another_split(folder):
    folder.write('train')
    rename(folder, 'cat', 'dog')
    path = folder.write('test')
    text = message(class_names, folder.root)
    assert str(path) in text
    assert 'the class "sun"' in text


CLASSES = ('cat', 'dog', 'sun')


def test_summary(folder):
    folder.write('train')
    path = folder.write('val', [1, 0, 0, 9, 9], [2, 0, 0, 9, 9])
    data = json.loads(path.read_text())
    data['annotations'][1]['iscrowd'] = 1
    path.write_text(json.dumps(data))
    assert check_folder(folder.root, CLASSES, ['train', 'val']) == [
        SplitSummary('train', images=1, empty=1, boxes=0, ignored=0),
        SplitSummary('val', images=1, empty=0, boxes=2, ignored=1),
    ]


def test_split_that_is_not_there(folder):
    folder.write('train')
    assert 'val.json: cannot be read' in message(check_folder, folder.root,
                                                 CLASSES)


def test_unknown_class(folder):
    path = folder.write('train')
    text = message(check_folder, folder.root, ('cat', 'dog', 'snu'), ['train'])
    assert str(path) in text
    assert 'category id 3: "sun" is none of the 3 classes' in text
    assert 'the nearest is "snu"' in text


def check_image(folder):
    return message(check_folder, folder.root, CLASSES, ['train'])


def test_image_missing(folder):
    path = folder.write('train')
    folder.write('val')
    image = folder.root / 'images' / 'train.png'
    image.unlink()
    text = check_image(folder)
    assert f'{path}: image id 1: {image}: cannot be read' in text


@pytest.mark.parametrize('content', [b'', b'not an image', b'\x89PNG\r\n'])
def test_image_is_none(folder, content):
    path = folder.write('train')
    image = folder.root / 'images' / 'train.png'
    image.write_bytes(content)
    text = check_image(folder)
    assert f'{path}: image id 1: {image}: cannot be decoded' in text


@pytest.mark.parametrize('suffix', ['.png', '.jpg'])
def test_image_is_cut_off(folder, suffix):
    noise = np.random.default_rng(0).integers(0, 255, (40, 60, 3), np.uint8)
    content = cv2.imencode(suffix, noise)[1].tobytes()
    folder.write('train')
    image = folder.root / 'images' / 'train.png'
    image.write_bytes(content)
    check_folder(folder.root, CLASSES, ['train'])
    image.write_bytes(content[:-200])
    assert f'image id 1: {image}: cannot be decoded' in check_image(folder)


def test_size_differs(folder):
    image = dict(id=4, file_name='train.png', width=40, height=60)
    path = folder.write('train', images=[image])
    text = check_image(folder)
    assert f'{path}: image id 4: "train.png" is 60 x 40 pixels' in text
    assert '40 x 60' in text


def save_rotated(path: Path, image_format: str) -> None:
    """Stores 40 x 60 pixels that are shown 60 wide and 40 high."""
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.new('RGB', (40, 60)).save(path, image_format, exif=exif)


@pytest.mark.parametrize('image_format', ['JPEG', 'PNG', 'WEBP', 'TIFF'])
def test_size_is_that_of_the_rotated_photo(folder, image_format):
    folder.write('train')
    save_rotated(folder.root / 'images' / 'train.png', image_format)
    check_folder(folder.root, CLASSES, ['train'])
