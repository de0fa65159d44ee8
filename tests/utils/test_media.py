import os

import cv2
import numpy as np
import pytest

from custom.utils.errors import InputError
from custom.utils.media import (count_images, count_skipped, find_media,
                                is_image, read_media)


@pytest.fixture
def folder(tmp_path):
    for name in ('b.png', 'a.JPG', 'notes.txt'):
        cv2.imwrite(str(tmp_path / 'x.png'), np.zeros((2, 3, 3), np.uint8))
        (tmp_path / 'x.png').rename(tmp_path / name)
    video = cv2.VideoWriter(
        str(tmp_path / 'c.mp4'), cv2.VideoWriter_fourcc(*'mp4v'), 5, (32, 16))
    for gray in (0, 255):
        video.write(np.full((16, 32, 3), gray, np.uint8))
    video.release()
    return tmp_path


def names(paths):
    return [path.rpartition('/')[2] for path in paths]


def test_files_folders_and_patterns(folder):
    assert find_media([]) == []
    assert names(find_media([str(folder)])) == ['a.JPG', 'b.png', 'c.mp4']
    assert names(find_media([str(folder / '*.png')])) == ['b.png']
    # The same file named twice is one.
    assert names(find_media([str(folder / 'b.png'),
                             str(folder)])) == ['b.png', 'a.JPG', 'c.mp4']


def test_what_is_passed_over(folder):
    (folder / 'more').mkdir()
    (folder / 'LICENSE').write_text('none')
    (folder / 'd.TXT').write_text('none')
    assert count_skipped(str(folder)) == {
        '.txt': 2,
        'no suffix': 1,
        'folders': 1
    }


@pytest.mark.parametrize('name, is_one', [('a', True), ('a.dat', True),
                                          ('a.jfif', True), ('a.txt', False),
                                          ('a.mp4', False)])
def test_images_of_other_names(folder, name, is_one):
    (folder / 'b.png').rename(folder / name)
    assert is_image(folder / name) is is_one
    assert (name in names(find_media([str(folder)]))) is (is_one
                                                          or name == 'a.mp4')


@pytest.mark.parametrize('word, message', [
    ('none*.png', 'none.*png: no image or video there'),
    ('notes.txt', 'notes.txt: neither an image'),
])
def test_what_is_none(folder, word, message):
    with pytest.raises(InputError, match=message):
        find_media([str(folder / word)])


def test_frames_of_a_video(folder):
    path = str(folder / 'c.mp4')
    frames = [*read_media(path)]

    assert count_images([path, str(folder / 'b.png')]) == 3
    assert names(f.name for f in frames) == ['c.mp4#000000', 'c.mp4#000001']
    assert [f.fps for f in frames] == [5, 5]
    assert frames[0].pixels.mean() < 20 < 235 < frames[1].pixels.mean()


def test_a_video_that_is_none(tmp_path, capfd):
    (tmp_path / 'a.mp4').write_bytes(b'nothing')

    with pytest.raises(InputError, match='a.mp4: no frame of it'):
        [*read_media(str(tmp_path / 'a.mp4'))]


def test_a_video_whose_name_is_not_utf_8():
    """OpenCV would end the process."""
    path = os.fsdecode(b'\xb3.mp4')
    for read in (lambda: [*read_media(path)], lambda: count_images([path])):
        with pytest.raises(InputError, match='udcb3.mp4: its name is not UTF'):
            read()


def test_files_of_macos_are_passed_over(folder):
    """As on a USB disk of a Mac: no image, though its name says so."""
    (folder / '._a.JPG').write_bytes(b'Mac OS X')
    assert names(find_media([str(folder)])) == ['a.JPG', 'b.png', 'c.mp4']
    assert count_skipped(str(folder)) == {'.txt': 1, '.jpg': 1}
