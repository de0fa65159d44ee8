import numpy as np
import pytest
from PIL import Image

from custom.datasets.transforms import LoadImageOnWhite
from custom.utils.errors import InputError


def test_adds_image_and_shapes(tmp_path):
    path = str(tmp_path / 'a.png')
    Image.new('RGBA', (5, 4), (0, 0, 0, 0)).save(path)

    results = LoadImageOnWhite().transform(dict(img_path=path))

    assert results['img'].dtype == np.uint8
    assert (results['img'] == 255).all()
    assert results['img_shape'] == results['ori_shape'] == (4, 5)


def test_names_a_missing_image():
    with pytest.raises(InputError, match='none.png: cannot be read'):
        LoadImageOnWhite().transform(dict(img_path='none.png'))
