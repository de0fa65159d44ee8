import pytest

from custom.classes import NAMES
from custom.datasets.annotations.layout import class_names, escapes_folder
from custom.utils.errors import InputError


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


@pytest.mark.parametrize('name, expected', [
    ('a.jpg', False),
    ('cats/a.jpg', False),
    ('a..b.jpg', False),
    ('../a.jpg', True),
    ('cats/../../a.jpg', True),
    ('..\\a.jpg', True),
    ('/home/a.jpg', True),
])
def test_leads_out(name, expected):
    assert escapes_folder(name) == expected
