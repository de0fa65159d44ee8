import shutil

from custom.inference.selection.distinct_images import distinct_images
from tests.helpers.image_files import blots, save, save_cut


def untracked(items, label, total):
    return items


def write_image(folder, name, seed, **options):
    return save(
        folder / name,
        pixels=blots(seed, options.pop('width', 240), 180),
        **options)


def test_nothing():
    assert distinct_images([], [], untracked) == ([], 0, {})


def test_the_first_of_those_that_look_the_same_stays(tmp_path):
    a, b = (write_image(tmp_path, name, seed)
            for seed, name in enumerate(('a.png', 'b.png')))
    again = write_image(tmp_path, 'c.jpg', 0, quality=60)
    copy = shutil.copy(b, tmp_path / 'd.png')

    assert distinct_images([a, b, again, copy], [], untracked) == ([a,
                                                                    b], 2, {})
    assert distinct_images([again, b, a], [], untracked) == ([again, b], 1, {})


def test_what_looks_like_a_labeled_one_is_left_out(tmp_path):
    labeled = write_image(tmp_path, 'labeled.png', 0)
    again = write_image(tmp_path, 'a.jpg', 0, quality=60)
    new = write_image(tmp_path, 'b.png', 1)

    assert distinct_images([again, new], [labeled],
                           untracked) == ([new], 1, {})


def test_damaged_ones_are_told(tmp_path):
    good = write_image(tmp_path, 'a.png', 0)
    cut = save_cut(tmp_path / 'b.png', pixels=blots(1, 240, 180))
    (tmp_path / 'c.png').write_bytes(b'')

    labeled = save_cut(tmp_path / 'd.png', pixels=blots(2, 240, 180))

    found = distinct_images([good, cut, tmp_path / 'c.png'], [labeled],
                            untracked)

    assert (found.paths, found.left_out) == ([good], 0)
    assert found.damaged == {
        cut: 'image file is truncated',
        tmp_path / 'c.png': 'the file is empty',
        labeled: 'image file is truncated'
    }
