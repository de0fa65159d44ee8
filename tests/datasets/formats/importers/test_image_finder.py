from unicodedata import normalize

import pytest
from PIL import Image

from custom.datasets.formats.importers import image_finder
from custom.datasets.formats.importers.image_finder import (ImageFinder,
                                                            ImageNotFound)


@pytest.fixture
def find(tmp_path):
    """A function: makes files, and finds one from a.json."""

    def find_one(name, *files, beside='a.json', split=''):
        for file in files:
            path = tmp_path / file
            path.parent.mkdir(parents=True, exist_ok=True)
            Image.new('RGB', (4, 3)).save(path, 'JPEG')
        found = ImageFinder(tmp_path).find(name, tmp_path / beside, split)
        return found.path.relative_to(tmp_path).as_posix()

    return find_one


@pytest.mark.parametrize('name', [
    'a b.jpg', 'A B.JPG', 'a b', 'a b.png', 'train/a b.jpg',
    './images/a b.jpg', 'a%20b.jpg', 'images\\a b.jpg', 'C:\\me\\a b.jpg',
    '/home/me/images/a b.jpg', 'https://x.org/y/a%20b.jpg?size=3',
    's3://bucket/a b.jpg', '../../a b.jpg', 'file:///tmp/a b.jpg',
    '/data/local-files/?d=images/a%20b.jpg',
    '/data/upload/3/0123abcd-a%20b.jpg'
])
def test_spellings(find, name):
    assert find(name, 'images/a b.jpg', 'images/other.jpg') == 'images/a b.jpg'


@pytest.mark.parametrize('on_disk, in_file', [('NFD', 'NFC'), ('NFC', 'NFD')])
def test_unicode_forms(find, on_disk, in_file):
    path = normalize(on_disk, 'images/새.jpg')
    assert find(normalize(in_file, '새.jpg'), path) == path


@pytest.mark.parametrize('file', ['a', 'a.jfif', 'a.jpe', 'a.JPG', 'a.dat'])
def test_files_of_any_name(find, file):
    assert find('a', file, 'b.jpg') == file


@pytest.mark.parametrize('name, found', [
    ('b/a.jpg', 'x/b/a.jpg'),
    ('c/a.jpg', 'x/c/a.jpg'),
    ('y/c/a.jpg', 'x/c/a.jpg'),
])
def test_the_tail_of_the_path_decides(find, name, found):
    assert find(name, 'x/b/a.jpg', 'x/c/a.jpg') == found


def test_the_case_of_letters_decides(find):
    assert find('a.JPG', 'x/a.jpg', 'y/a.JPG') == 'y/a.JPG'


def test_the_name_before_that_without_extension(find):
    assert find('a.png', 'x/a.jpg', 'y/a.png') == 'y/a.png'


def test_the_split_decides(find):
    files = 'images/train/1.jpg', 'images/val/1.jpg'
    assert find('1.jpg', *files, split='val') == files[1]
    assert find('1.jpg', *files, split='train') == files[0]


def test_what_is_nearer_to_the_annotation_decides(find):
    assert find(
        '1.jpg', 'a/1.jpg', 'b/1.jpg', beside='b/labels/a.json') == 'b/1.jpg'


def test_a_folder_of_images_before_one_of_masks(find):
    assert find('1', 'JPEGImages/1.jpg',
                'SegmentationClass/1.png') == 'JPEGImages/1.jpg'


def test_several(find, tmp_path):
    with pytest.raises(ImageNotFound) as caught:
        find('1.jpg', 'a/1.jpg', 'b/1.jpg')
    assert caught.value.kind == 'unclear'
    assert str(caught.value) == (
        f'the image "1.jpg" could be any of {tmp_path}/a/1.jpg, '
        f'{tmp_path}/b/1.jpg. Leave one of them there')


def test_none(find, tmp_path):
    with pytest.raises(ImageNotFound) as caught:
        find('house_12.jpg', 'a/house_13.jpg')
    assert caught.value.kind == 'missing'
    assert str(caught.value).startswith(
        f'the image "house_12.jpg" is not in {tmp_path}; the nearest is '
        f'{tmp_path}/a/house_13.jpg.')


@pytest.mark.parametrize('name', ['tuesday/1.jpg', 'C:\\me\\tuesday\\1.jpg'])
def test_an_image_that_is_missing_is_none_of_another_folder(find, name):
    with pytest.raises(ImageNotFound) as caught:
        find(name, 'monday/1.jpg', 'tuesday/2.jpg')
    assert caught.value.kind == 'missing'
    assert find('sunday/1.jpg', 'monday/1.jpg') == 'monday/1.jpg'


@pytest.mark.parametrize('folder', ['v{}', 'v{}/frames'])
def test_frames_of_many_videos(tmp_path, monkeypatch, folder):
    for number in range(20):
        path = tmp_path / 'images' / folder.format(number) / '00001.jpg'
        path.parent.mkdir(parents=True)
        path.write_bytes(b'')
    ranked = []
    monkeypatch.setattr(image_finder, '_rank',
                        lambda *args: ranked.append(args))
    name = f'{folder.format(7)}/00001.jpg'
    found = ImageFinder(tmp_path).find(name, tmp_path / 'annotations/a.json')
    assert found == (tmp_path / 'images' / name, tmp_path / 'images')
    assert ranked == []


def test_text_is_no_image(find, tmp_path):
    (tmp_path / 'a').write_text('cat')
    (tmp_path / 'a.txt').write_text('cat')
    with pytest.raises(ImageNotFound):
        find('a')


def test_images_that_are_not_used(tmp_path):
    for name in ('a.jpg', 'b.jpg', 'masks/a.png', 'SegmentationClass/b.png'):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        Image.new('RGB', (4, 3)).save(tmp_path / name)
    finder = ImageFinder(tmp_path)
    assert finder.count_spare([tmp_path / 'a.jpg']) == 1


@pytest.mark.parametrize('on_disk, name', [
    ('my cat.jpg', 'my+cat.jpg'),
    ('my%20cat.jpg', 'my cat.jpg'),
    ('my cat.jpg', 'https://x/a%252Fmy%2520cat.jpg'),
    ('a.jpg', ' a.jpg'),
    ('a.jpg', 'a.png.jpg'),
    ('v0/frames/1.jpg', 'v0/1.jpg'),
])
def test_other_spellings(tmp_path, on_disk, name):
    for file in (on_disk, 'v1/frames/1.jpg'):
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file).write_bytes(b'')
    found = ImageFinder(tmp_path).find(name, tmp_path / 'a.json')
    assert found.path == tmp_path / on_disk


@pytest.mark.parametrize('folder', ['.thumbnails', '@eaDir', '__MACOSX'])
def test_folders_of_the_system_are_passed_over(tmp_path, folder):
    for file in ('a.jpg', f'{folder}/a.jpg', f'{folder}/b.jpg'):
        (tmp_path / file).parent.mkdir(exist_ok=True)
        (tmp_path / file).write_bytes(b'')
    assert len(ImageFinder(tmp_path)) == 1


def test_names_that_are_no_utf8(find):
    name = b'\xb1\xd7\xb8\xb2.jpg'.decode(errors='surrogateescape')
    assert find(name, name) == name
    with pytest.raises(ImageNotFound):
        find(f'x{name}', 'a.jpg')


def test_address_that_is_none(find):
    assert find('s3://[bucket]/0.jpg', '0.jpg') == '0.jpg'
