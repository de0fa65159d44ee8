import pytest
from PIL import Image

from custom.datasets.images.headers import (ImageInfo, read_image_info,
                                            read_image_infos)
from custom.utils.errors import InputError
from custom.utils.image_io import read_image
from tests.helpers.image_files import ORIENTATION, save, save_cut, save_turned


def test_none():
    assert list(read_image_infos([])) == []


@pytest.mark.parametrize('orientation', range(1, 9))
def test_size_as_shown(tmp_path, orientation):
    size = (40, 60) if orientation >= 5 else (60, 40)
    assert read_image_info(save_turned(tmp_path / 'a.jpg',
                                       orientation)) == ImageInfo(
                                           *size, orientation)


def test_a_film_behind_the_photo(tmp_path):
    path = save_turned(tmp_path / 'a.jpg', 6)
    path.write_bytes(path.read_bytes() + b'ftypmp42' + b'x' * 5000)
    assert read_image(str(path)).shape == (60, 40, 3)
    assert [read_image_info(path),
            *read_image_infos([path])] == [ImageInfo(40, 60, 6)] * 2


def test_errors_stand_in_their_place(tmp_path):
    good = save(tmp_path / 'a.png')
    cut = save_cut(tmp_path / 'b.png')
    found = [*read_image_infos([cut, good, tmp_path / 'c.png'])]
    assert found[1] == ImageInfo(60, 40, 1)
    assert isinstance(found[0], InputError)
    assert 'b.png: cannot be decoded' in str(found[0])
    assert 'c.png: cannot be read' in str(found[2])


@pytest.mark.parametrize('late', [False, True])
def test_png(tmp_path, late):
    """EXIF before the pixels, or behind them."""
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    path = save(tmp_path / 'a.png', exif=exif)
    data = path.read_bytes()
    start = data.index(b'eXIf') - 4
    end = start + 12 + int.from_bytes(data[start:start + 4], 'big')
    if late:
        chunk, rest = data[start:end], data[:start] + data[end:]
        path.write_bytes(rest[:-12] + chunk + rest[-12:])
    assert read_image_info(path) == ImageInfo(40, 60, 6)
    assert read_image(str(path)).shape == (60, 40, 3)
