import json

import pytest

from custom.datasets.annotations.image_values import image_values
from custom.utils.errors import InputError


@pytest.fixture
def path(tmp_path):
    path = tmp_path / 'val.json'
    sized = dict(width=9, height=9)
    path.write_text(
        json.dumps(
            dict(
                images=[
                    dict(sized, id=1, file_name='a.png', source='web'),
                    dict(sized, id=2, file_name='b.png', hour=7)
                ],
                annotations=[],
                categories=[dict(id=1, name='cat')])))
    return path


def test_values_in_order_of_the_images(path):
    assert image_values(path, ['hour', 'source']) == {
        'hour': [None, 7],
        'source': ['web', None]
    }


def test_a_key_that_no_image_has(path):
    with pytest.raises(InputError) as caught:
        image_values(path, ['source', 'camera'])
    assert str(caught.value) == (
        f'{path}: no image has a "camera". They have width, height, id, '
        'file_name, source, hour; name one of these.')
