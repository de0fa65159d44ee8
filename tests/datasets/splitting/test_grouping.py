import cv2
import pytest

from custom.datasets.splitting.grouping import group_images
from custom.datasets.splitting.resplit import load_all_splits
from custom.utils.errors import InputError
from tests.helpers.sample_pool import random_image, write


@pytest.fixture
def root(tmp_path):
    """Eight images, ids 1 to 8."""
    write(tmp_path / 'data', 'train', [f'c{i}.png' for i in range(6)])
    write(tmp_path / 'data', 'val', ['d6.png', 'd7.png'], first_id=7)
    return tmp_path / 'data'


def test_groups(root):
    pool = load_all_splits(root)
    groups = group_images(pool)
    assert groups.of_image.tolist() == [*range(8)]
    assert groups.found == {}


def test_copies_stay_together(root):
    images = root / 'images'
    (images / 'd7.png').write_bytes((images / 'c0.png').read_bytes())
    groups = group_images(load_all_splits(root))
    assert groups.of_image.tolist() == [0, 1, 2, 3, 4, 5, 6, 0]
    assert groups.found['exact copies'] == 1


def test_near_duplicates_stay_together(root):
    images = root / 'images'
    pixels = cv2.imread(str(images / 'c0.png'))
    cv2.imwrite(
        str(images / 'd7.png'), cv2.convertScaleAbs(pixels, alpha=0.95))
    groups = group_images(load_all_splits(root))
    assert groups.of_image.tolist() == [0, 1, 2, 3, 4, 5, 6, 0]
    assert groups.found == {'near-duplicates': 1}


@pytest.mark.parametrize('pattern, expected', [
    (r'child(\d+)_', [0, 0, 1, 1]),
    (r'^[cd]', [0, 0, 0, 1]),
    (r'(c)|.+', [0, 0, 0, 1]),
    (r'(nothing)|.+', [0, 1, 2, 3]),
])
def test_group_by(pattern, expected, tmp_path):
    write(tmp_path, 'train',
          ['c-child1_1.png', 'c-child1_2.png', 'c-child2_1.png'] +
          ['d-child2_1.png'])
    pool = load_all_splits(tmp_path)
    assert group_images(pool, pattern).of_image.tolist() == expected


def test_group_by_folder(tmp_path):
    write(tmp_path, 'train', ['a/c1.png', 'a/c2.png', 'b/c3.png'])
    groups = group_images(load_all_splits(tmp_path), '^(.+)/')
    assert groups.of_image.tolist() == [0, 0, 1]
    assert groups.found == {'the same "^(.+)/"': 1}


@pytest.mark.parametrize('pattern, message', [
    ('(', r'"\(" is no regular expression'),
    ('c', 'not found in 2 of 8 file names; the first is "d6.png"'),
    ('(x)?', 'not found in 8 of 8 file names'),
])
def test_bad_group_by(pattern, message, root):
    with pytest.raises(InputError, match=message):
        group_images(load_all_splits(root), pattern)


def test_bad_image(root):
    (root / 'images' / 'c0.png').write_bytes(b'drawing')
    with pytest.raises(InputError, match='image id 1, "c0.png": ') as caught:
        group_images(load_all_splits(root))
    assert f'tools/check_dataset.py {root}' in str(caught.value)


def test_wrong_size(root):
    cv2.imwrite(str(root / 'images' / 'c0.png'), random_image(0)[:30])
    with pytest.raises(InputError, match='it is 60 x 30 pixels as shown'):
        group_images(load_all_splits(root))


def test_views_of_a_fixed_camera_are_split(tmp_path):
    """Twelve frames of one scene with a thing that moves: to keep them
    together would leave nothing to test on. Two of them are one file."""
    write(tmp_path, 'train', [f'c{i:02}.png' for i in range(12)])
    images = sorted((tmp_path / 'images').iterdir())
    for i, path in enumerate(images):
        frame = cv2.resize(random_image(0), (240, 160))
        cv2.rectangle(frame, (10 * i, 70), (10 * i + 6, 76), (0, 0, 255), -1)
        cv2.imwrite(str(path), cv2.resize(frame, (60, 40)))
    images[1].write_bytes(images[0].read_bytes())
    groups = group_images(load_all_splits(tmp_path))
    assert groups.of_image.tolist() == [0, 0, *range(1, 11)]
    assert groups.views == 12
