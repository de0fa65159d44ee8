import numpy as np

from custom.evaluation.record_slices import record_slices


def rows(values):
    """The rows of every slice."""
    return {
        name: np.flatnonzero(mask).tolist()
        for name, mask in record_slices(values).items()
    }


def test_no_values():
    assert rows([]) == {}
    assert rows([None, '', [], float('nan')]) == {'none': [0, 1, 2, 3]}


def test_text_the_most_common_first():
    assert rows(['web', 'phone', None, 'phone ']) == {
        'phone': [1, 3],
        'web': [0],
        'none': [2]
    }
    assert [*rows(['web', 'phone', 'phone'])] == ['phone', 'web']


def test_an_image_with_several():
    assert rows([['rain', 'night'], ['night'], True]) == {
        'night': [0, 1],
        'rain': [0],
        'true': [2]
    }


def test_the_rarest_of_many_are_one():
    values = [f'{number:02}' for number in range(12)] * 2 + ['a', 'b']
    found = rows(values)
    assert len(found) == 13
    assert found['03'] == [3, 15]
    assert found['other'] == [24, 25]


def test_values_that_are_called_as_the_rest():
    assert rows(['none', None, 'rain']) == {'none': [0, 1], 'rain': [2]}
    values = ['other'] * 2 + [str(i) for i in range(11)] * 2 + ['a', 'b']
    assert rows(values)['other'] == [0, 1, 24, 25]


def test_large_numbers_in_quartiles():
    found = rows([1700000000 + i for i in range(16)])
    assert [*found.values()] == [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9, 10, 11],
                                 [12, 13, 14, 15]]
    assert [*found][0] == '1700000000 to 1700000004'


def test_few_numbers_in_order():
    assert [*rows([2020, 2019, 2020, 'x'])] == ['2020', '2019', 'x']
    assert rows([2020, 2019, 2020]) == {'2019': [1], '2020': [0, 2]}


def test_many_numbers_in_quartiles():
    found = rows([*range(17), None])
    assert found == {
        '0 to 4': [0, 1, 2, 3],
        '4 to 8': [4, 5, 6, 7],
        '8 to 12': [8, 9, 10, 11],
        '12 to 16': [12, 13, 14, 15, 16],
        'none': [17]
    }
