import numpy as np
import pytest

from custom.sample_data.icons.recolor import (apply_table, crayon_table,
                                              gray_table, hue_table,
                                              poster_table)


def pixel(*values):
    return np.array([[values]], np.uint8)


def test_table_looks_up_color_and_keeps_alpha():
    table = np.zeros((32, 32, 32, 3), np.uint8)
    table[31, 0, 0] = (0, 255, 100)
    assert apply_table(pixel(255, 0, 0, 255),
                       table).tolist() == [[[0, 255, 100, 255]]]
    # Half of it, premultiplied.
    assert apply_table(pixel(128, 0, 0, 128),
                       table).tolist() == [[[0, 128, 50, 128]]]
    assert apply_table(pixel(0, 0, 0, 0), table).tolist() == [[[0, 0, 0, 0]]]


@pytest.mark.parametrize('seed', range(5))
def test_gray_is_gray_and_keeps_the_order(seed):
    table = gray_table(np.random.default_rng(seed))
    assert (table == table[..., :1]).all()
    assert table[0, 0, 0, 0] < table[16, 16, 16, 0] < table[31, 31, 31, 0]


@pytest.mark.parametrize('seed', range(5))
def test_few_crayons_and_few_shades(seed):
    rng = np.random.default_rng(seed)
    crayons = np.unique(crayon_table(rng).reshape(-1, 3), axis=0)
    assert 4 <= len(crayons) <= 14
    shades = np.unique(poster_table(rng))
    assert len(shades) in (3, 4)


@pytest.mark.parametrize('seed', range(5))
def test_hues_turn_and_grays_stay(seed):
    table = hue_table(np.random.default_rng(seed))
    assert table[31, 0, 0].tolist() != [255, 0, 0]
    assert table[16, 16, 16].tolist() == [132, 132, 132]
