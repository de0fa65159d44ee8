import numpy as np

from custom.visualization.palette import class_colors, text_color


def test_no_names():
    assert class_colors([]) == {}


def test_known_classes_have_their_own_color():
    assert class_colors(['sun', 'car']) == {
        'sun': (240, 90, 0),
        'car': (214, 39, 40)
    }


def test_new_classes_are_told_apart():
    names = [f'class {i}' for i in range(80)]
    colors = class_colors([*names, 'sun'])
    assert colors['sun'] == (240, 90, 0)
    assert len(set(colors.values())) == 81
    first = np.array([colors[name] for name in names[:10]], int)
    gaps = np.abs(first[:, None] - first[None]).sum(axis=2)
    # Each of the first ten differs by 60 or more over the three channels.
    assert gaps[~np.eye(10, dtype=bool)].min() >= 60


def test_more_classes_than_colors():
    assert len(class_colors([f'class {i}' for i in range(1200)])) == 1200


def test_text_is_readable():
    assert text_color((0, 0, 0)) == (255, 255, 255)
    assert text_color((255, 255, 255)) == (0, 0, 0)
    assert text_color((255, 255, 0)) == (0, 0, 0)
    assert text_color((0, 0, 255)) == (255, 255, 255)
